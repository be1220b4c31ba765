import { delta, rankChanges, valuesOf, type ProfileDiff } from './diff.ts';
import type { Basis, FrameChange, Pair } from './diffTree.ts';
import { GATE_TOP, type Judging } from './hotFrames.ts';
import type { Unit } from './model.ts';
import { amount, columns, formatGate, NAME_WIDTH_MAX, percent, place, shorten } from './table.ts';

/** What `hotframe profile <file> <file> --json` prints. */
export interface DiffSummary extends Pick<ProfileDiff, 'unit' | 'before' | 'after' | 'categories'> {
  schema: 1;
  /** The ones that changed most. */
  frames: FrameChange[];
}

/** How many functions are listed, and by what they are ranked. */
export interface Listing extends Pick<Judging, 'top' | 'metric'> {
  basis: Basis;
}

/** A difference in one object. */
export function summariseDiff(diff: ProfileDiff, { top = GATE_TOP, basis, ...judging }: Listing): DiffSummary {
  const { unit, before, after, categories } = diff;
  return { schema: 1, unit, before, after, frames: rankChanges(diff.frames, judging, basis).slice(0, top), categories };
}

/** The functions and categories that changed most and the gate's answers as text for people, a line each; no trailing newline. */
export function formatDiff({ unit, before, after, frames, categories }: DiffSummary, listing: Listing): string {
  const { basis, metric = 'self' } = listing;
  const tell = (value: number): string => (basis === 'share' ? percent(value) : amount(value, unit));
  const change = (pair: Pair): string => signed(delta(pair), tell);
  const changed = frames.filter((frame) => delta(valuesOf(frame, metric, basis)) !== 0);
  const rows = changed.map((frame, index) => [
    String(index + 1),
    change(valuesOf(frame, 'self', basis)),
    tell(valuesOf(frame, metric, basis).before),
    tell(valuesOf(frame, metric, basis).after),
    change(valuesOf(frame, 'total', basis)),
    frame.category,
    `${shorten(frame.name, NAME_WIDTH_MAX)}${onlyText(frame)}`,
    place(frame),
  ]);
  const busy = { before: before.total - before.idle, after: after.total - after.idle };
  const idle = { before: before.idle, after: after.idle };
  return [
    ...columns([['#', 'Δ self', 'before', 'after', 'Δ total', 'category', 'name', 'file'], ...rows], 5),
    '',
    `Before: ${before.name}, after: ${after.name}${basis === 'share' ? '; shares of what each was busy with' : ''}.`,
    `Busy ${span(busy, unit)}${idle.before + idle.after > 0 ? `, idle ${span(idle, unit)}` : ''}.`,
    `By category: ${categories.map(({ category, self, share }) => `${category} ${change(basis === 'share' ? share : self)}`).join(', ') || 'nothing'}.`,
    ...[before, after].flatMap(({ name, gate }) => formatGate(gate).map((sentence) => `${name}: ${sentence}`)),
    ...[before, after].flatMap(({ name, lost }) => lost.map((text) => `Note on ${name}: ${text}.`)),
  ].join('\n');
}

/** `4.20 s → 3.10 s (−26.2 %)`. */
function span({ before, after }: Pair, unit: Unit): string {
  const grown = before > 0 ? ` (${signed((after - before) / before, percent)})` : '';
  return `${amount(before, unit)} → ${amount(after, unit)}${grown}`;
}

/** A change with its sign: `+1.2 %`, `−3.4 %`, `0.0 %`. */
export function signed(value: number, tell: (value: number) => string): string {
  const size = tell(Math.abs(value));
  return size === tell(0) ? size : `${value < 0 ? '−' : '+'}${size}`;
}

function onlyText({ onlyIn }: FrameChange): string {
  if (onlyIn === undefined) return '';
  return onlyIn === 'after' ? ' (new)' : ' (gone)';
}
