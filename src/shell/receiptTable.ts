import type { FragmentReceipt } from '../engine/receipt.ts';
import { formatClock } from './figures.ts';

interface Column {
  title: string;
  cell: (receipt: FragmentReceipt) => string;
  isText?: boolean;
}

const COLUMNS: readonly Column[] = [
  { title: 'stream', cell: (receipt) => receipt.stream, isText: true },
  { title: '#', cell: (receipt) => String(receipt.index) },
  { title: 'sequence', cell: (receipt) => String(receipt.sequence) },
  { title: 'state', cell: (receipt) => (receipt.resumed ? 'resumed' : receipt.state), isText: true },
  { title: 'status', cell: (receipt) => optional(receipt.status) },
  { title: 'bytes', cell: (receipt) => String(receipt.bytes) },
  { title: 'received', cell: (receipt) => String(receipt.received) },
  { title: 'chunks', cell: (receipt) => String(receipt.chunks) },
  { title: 'buffers', cell: (receipt) => optional(receipt.buffers) },
  { title: 'buffer bytes', cell: (receipt) => optional(receipt.bufferBytes) },
  { title: 'tries', cell: (receipt) => String(receipt.tries) },
  { title: 'queue ms', cell: (receipt) => receipt.queueMs.toFixed(1) },
  { title: 'delay ms', cell: (receipt) => optional(receipt.delayMs?.toFixed(1)) },
  { title: 'connect ms', cell: (receipt) => optional(receipt.connectMs?.toFixed(1)) },
  { title: 'first byte ms', cell: (receipt) => receipt.firstByteMs.toFixed(1) },
  { title: 'body ms', cell: (receipt) => receipt.bodyMs.toFixed(1) },
  { title: 'rate ms', cell: (receipt) => optional(receipt.rateMs?.toFixed(1)) },
  { title: 'paused ms', cell: (receipt) => optional(receipt.pausedMs?.toFixed(1)) },
  { title: 'decrypt ms', cell: (receipt) => receipt.decryptMs.toFixed(1) },
  { title: 'order ms', cell: (receipt) => optional(receipt.orderMs?.toFixed(1)) },
  { title: 'write ms', cell: (receipt) => receipt.writeMs.toFixed(1) },
  { title: 'start s', cell: (receipt) => optional(receipt.startS?.toFixed(2)) },
  { title: 'offset', cell: (receipt) => String(receipt.offset) },
  { title: 'checksum', cell: (receipt) => optional(receipt.checksum) },
  { title: 'url', cell: (receipt) => receipt.url, isText: true },
];

/** Fragments of a `receipt.jsonl`, and how many of its lines could not be read (a crash may cut the last one). */
export function parseReceiptLines(text: string): { fragments: FragmentReceipt[]; unreadable: number } {
  const fragments: FragmentReceipt[] = [];
  let unreadable = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      fragments.push(JSON.parse(line) as FragmentReceipt);
    } catch {
      unreadable += 1;
    }
  }
  return { fragments, unreadable };
}

/**
 * A line for each fragment that could not be had, or not to its end, with its error, in the plan's order. Declared gaps
 * are not among them.
 * @param say what the engine said, to who reads it
 */
export function missingLines(fragments: readonly FragmentReceipt[], say: (english: string) => string): string[] {
  const missing = fragments.filter(({ state, error }) => state === 'missing' || (state === 'partial' && error));
  return inOrder(missing).map(({ stream, index, startS, error }) => {
    const place = startS === undefined ? '' : ` (${formatClock(Math.floor(startS))})`;
    const reason = error === undefined ? '' : `: ${error.code}: ${say(error.message)}`;
    return `${stream} ${index}${place}${reason}`;
  });
}

/** Fragments as a table of text in the plan's order, numbers to the right. */
export function formatReceiptTable(fragments: readonly FragmentReceipt[]): string {
  const rows = [
    COLUMNS.map((column) => column.title),
    ...inOrder(fragments).map((row) => COLUMNS.map((column) => column.cell(row))),
  ];
  const widths = COLUMNS.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, index) => pad(cell, widths[index] ?? 0, COLUMNS[index]?.isText === true))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function inOrder(fragments: readonly FragmentReceipt[]): FragmentReceipt[] {
  return fragments.toSorted((a, b) => compareStreams(a.stream, b.stream) || a.index - b.index);
}

/** The main output first, then the renditions by name. */
function compareStreams(a: string, b: string): number {
  return Number(b === 'main') - Number(a === 'main') || a.localeCompare(b);
}

function pad(cell: string, width: number, isText: boolean): string {
  return isText ? cell.padEnd(width) : cell.padStart(width);
}

function optional(value: string | number | undefined): string {
  return value === undefined ? '–' : String(value);
}
