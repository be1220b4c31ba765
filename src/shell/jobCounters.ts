import type { Counters } from '../engine/receipt.ts';
import { t as english } from '../webview/l10n.ts';
import type { CounterRow } from '../webview/messages.ts';
import { formatBytes, formatDuration } from './figures.ts';
import type { Translate } from './profilePage.ts';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** A counter that is shown: where it stands in the receipt, and how. */
interface CounterRule {
  key: keyof Counters;
  label: string;
  format: (value: number) => string;
  note: string;
}

const rulesOf = (t: Translate): readonly CounterRule[] => [
  {
    key: 'minorPageFaults',
    label: t('Minor page faults'),
    format: (value) => whole.format(value),
    note: t('Pages that the kernel mapped or cleared on first touch: what fresh buffers really cost.'),
  },
  {
    key: 'arrayBuffersPeakBytes',
    label: t('Peak array buffers'),
    format: formatBytes,
    note: t('Most memory held in buffers at once. A heap profile does not see it.'),
  },
  { key: 'maxRssBytes', label: t('Peak resident memory'), format: formatBytes, note: t('Of the whole process.') },
  { key: 'gcMs', label: t('Garbage collection'), format: formatDuration, note: t('Time in the collector.') },
  {
    key: 'gcCount',
    label: t('Collections'),
    format: (value) => whole.format(value),
    note: t('How often the collector ran.'),
  },
  {
    key: 'bodyBuffers',
    label: t('Buffers for bodies'),
    format: (value) => whole.format(value),
    note: t('How often memory was allocated for bodies of fragments: reads, copies, what was decrypted.'),
  },
  {
    key: 'bodyBufferBytes',
    label: t('Memory for bodies'),
    format: formatBytes,
    note: t('What was allocated for them, in sum.'),
  },
  {
    key: 'writeCalls',
    label: t('Write calls'),
    format: (value) => whole.format(value),
    note: t('System calls that wrote, of the whole process.'),
  },
  {
    key: 'chunksPerFragment',
    label: t('Chunks per fragment'),
    format: (value) => oneDecimal.format(value),
    note: t('Pieces in which a fragment came off the network, on average.'),
  },
  { key: 'cpuUserMs', label: t('CPU, user'), format: formatDuration, note: t('Of the whole process.') },
  {
    key: 'cpuSystemMs',
    label: t('CPU, system'),
    format: formatDuration,
    note: t('Of the whole process, in the kernel.'),
  },
  {
    key: 'loopDelayP99Ms',
    label: t('Event-loop delay, p99'),
    format: (value) => `${oneDecimal.format(value)} ms`,
    note: t('Of the thread that the engine runs in.'),
  },
];

/**
 * The counters of a job as rows, from the text of its `job.json`. Whatever that text does not hold is left out: a job that
 * still runs or was made by another version has none.
 * @throws SyntaxError when the text is no JSON.
 */
export function counterRows(jobJson: string, t: Translate = english): CounterRow[] {
  const receipt = property(JSON.parse(jobJson), 'receipt');
  const counters = property(receipt, 'counters');
  const bytes = property(receipt, 'bytes');
  const written = property(property(receipt, 'output'), 'bytes') ?? property(bytes, 'payload');
  return [
    ...rulesOf(t).flatMap(({ key, label, format, note }) => row(property(counters, key), label, format, note)),
    ...row(property(bytes, 'received'), t('Received'), formatBytes, t('Bytes of body that came over the network.')),
    ...row(written, t('Written'), formatBytes, t('Bytes in the output.')),
  ];
}

function row(value: unknown, label: string, format: (value: number) => string, note: string): CounterRow[] {
  return typeof value === 'number' && Number.isFinite(value) ? [{ label, value: format(value), note }] : [];
}

function property(object: unknown, name: string): unknown {
  if (typeof object !== 'object' || object === null) return undefined;
  return new Map<string, unknown>(Object.entries(object)).get(name);
}
