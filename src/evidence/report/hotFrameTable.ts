import type { HotFrame } from '../../profile/hotFrames.ts';
import { amount, sampleCount } from '../../profile/table.ts';
import type { ProfileSummary } from '../../profile/summary.ts';
import { code, plain, table } from './markdown.ts';

const NAME_LENGTH_MAX = 80;
/** Categories with less of the busy weight are told together. */
const CATEGORY_SHARE_MIN = 0.01;

/** The hot frames of a profile as a table, with its busy weight and its categories. */
export function formatHotFrameTable(summary: ProfileSummary): string {
  const { hotFrames, categories, total, idle, unit } = summary;
  const busy = total - idle;
  const rows = hotFrames.map((frame, index) => [
    String(index + 1),
    percent(frame.selfShare),
    percent(busy > 0 ? frame.total / busy : 0),
    frame.category,
    code(shorten(frame.name)),
    place(frame),
  ]);
  const large = categories.filter(({ share }) => share >= CATEGORY_SHARE_MIN);
  const rest = categories.filter(({ share }) => share < CATEGORY_SHARE_MIN).reduce((sum, { share }) => sum + share, 0);
  const parts = [
    ...large.map(({ category, share }) => `${category} ${percent(share)}`),
    ...(rest > 0 ? [`the rest ${percent(rest)}`] : []),
  ];
  return [
    table(['#', 'self', 'total', 'category', 'frame', 'file'], rows, ['#', 'self', 'total']),
    '',
    `Busy ${amount(busy, unit)} of ${amount(total, unit)}${sampleCount(summary)}; shares are of the busy part. By category: ${parts.join(', ')}.`,
  ].join('\n');
}

function place({ file, line }: HotFrame): string {
  if (file === undefined) return '';
  // The folders above say where somebody keeps it.
  const short = file.startsWith('node:') || file.startsWith('[') ? file : file.split(/[\\/]/).slice(-2).join('/');
  return plain(line === undefined ? short : `${short}:${line}`);
}

function shorten(name: string): string {
  return name.length <= NAME_LENGTH_MAX ? name : `${name.slice(0, NAME_LENGTH_MAX - 1)}…`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
