import type { Suspect } from './categories.ts';
import type { Gate } from './hotFrames.ts';
import type { Unit } from './model.ts';
import type { ProfileSummary } from './summary.ts';

/** Characters of a name in a table. */
export const NAME_WIDTH_MAX = 44;

/**
 * The hot frames, the idle weight and the gate's two answers as text for people, a line each; no trailing newline.
 * Shares are of the busy weight, idle's of the whole.
 */
export function formatHotFrames(summary: ProfileSummary): string {
  const busy = summary.total - summary.idle;
  const rows = summary.hotFrames.map((frame, index) => [
    String(index + 1),
    percent(frame.selfShare),
    percent(busy > 0 ? frame.total / busy : 0),
    frame.category,
    shorten(frame.name, NAME_WIDTH_MAX),
    place(frame),
  ]);
  const lines = columns([['#', 'self', 'total', 'category', 'name', 'file'], ...rows], 3);
  lines.push(
    '',
    `Busy ${amount(busy, summary.unit)}, idle ${amount(summary.idle, summary.unit)} (${percent(summary.total > 0 ? summary.idle / summary.total : 0)} of ${amount(summary.total, summary.unit)})${sampleCount(summary)}.`,
    `By category: ${summary.categories.map(({ category, share }) => `${category} ${percent(share)}`).join(', ') || 'nothing'}.`,
    ...formatGate(summary.gate),
    ...summary.lost.map((text) => `Note: ${text}.`),
  );
  return lines.join('\n');
}

/** How many samples a weight comes from, to be put behind it; nothing where samples are what is counted. */
export function sampleCount({ samples, unit }: Pick<ProfileSummary, 'samples' | 'unit'>): string {
  return unit === 'samples' ? '' : `, ${samples} samples`;
}

/** The gate's two answers, a sentence each. */
export function formatGate({
  top,
  metric,
  suspects,
  literal,
  owned,
  evidence,
}: Gate): [literal: string, owned: string] {
  const looked = metric === 'self' ? `top ${top} hot frames` : `top ${top} frames by total weight`;
  const byName = literal.hit
    ? `yes: of the ${looked}, ${list(literal.frames)} ${literal.frames.length === 1 ? 'is' : 'are'} ${list(literal.suspects)} by name`
    : `no: none of the ${looked} is ${list(suspects.map(withArticle), 'or')} by name`;
  const byStack = owned.hit
    ? `yes: by whole stacks, ${list(owned.categories)} ${owned.categories.length === 1 ? 'stands' : 'stand'} in the top ${top} (${list(owned.suspects)})`
    : `no: by whole stacks, no suspect category stands in the top ${top}`;
  return [
    `Gate, literal: ${byName}${literal.hit ? ` (${evidence.literal.map(({ name, rank, share }) => `${name} #${rank} ${percent(share)}`).join(', ')})` : ''}.`,
    `Gate, owned: ${byStack}; the suspects own ${percent(owned.share)} of the busy weight${evidence.owned.length === 0 ? '' : `: ${evidence.owned.map(formatOwned).join('; ')}`}.`,
  ];
}

function formatOwned({ category, rank, share, frames }: Gate['evidence']['owned'][number]): string {
  const where = frames.map((frame) => `${shorten(frame.name, NAME_WIDTH_MAX)} ${percent(frame.share)}`).join(', ');
  return `${category} #${rank} ${percent(share)} in ${where}`;
}

/** A weight in words: microseconds as milliseconds or seconds, bytes in MiB. */
export function amount(weight: number, unit: Unit): string {
  switch (unit) {
    case 'microseconds':
      return weight >= 1e6 ? `${(weight / 1e6).toFixed(2)} s` : `${(weight / 1e3).toFixed(1)} ms`;
    case 'bytes':
      return `${(weight / 2 ** 20).toFixed(1)} MiB`;
    case 'samples':
    case 'count':
      return `${Number.isInteger(weight) ? weight : weight.toFixed(1)} ${unit === 'samples' ? 'samples' : 'counts'}`;
  }
}

/** Rows as lines of equal columns, the first `numbers` of them aligned to the right. */
export function columns(rows: string[][], numbers: number): string[] {
  const isRight = (column: number): boolean => column < numbers;
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (isRight(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** The end of a file's path, and the line. */
export function place({ file, line }: { file?: string; line?: number }): string {
  if (file === undefined) return '';
  const short = file.startsWith('node:') || file.startsWith('[') ? file : file.split(/[\\/]/).slice(-2).join('/');
  return line === undefined ? short : `${short}:${line}`;
}

/** A text of at most `length` characters. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** `12.3 %` for 0.123. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function list(words: readonly string[], last: 'and' | 'or' = 'and'): string {
  return words.length <= 1 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`;
}

/** The two of the claim are things, the categories kinds of work. */
function withArticle(suspect: Suspect): string {
  if (suspect === 'allocator') return 'an allocator';
  return suspect === 'syscall' ? 'a syscall' : suspect;
}
