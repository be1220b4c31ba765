import type { ProfileDiff } from './diff.ts';
import { growth, meanTree, part, strength, type Basis, type Pair } from './diffTree.ts';
import { signed } from './diffTable.ts';
import { ProfileError } from './errors.ts';
import { foldedLabel } from './foldedLabel.ts';
import { drawFlame } from './svg.ts';
import { addUpwards } from './tree.ts';
import { amount } from './table.ts';

/** Formats that a difference can be written in. */
export const DIFF_EXPORT_FORMATS = ['folded', 'svg'] as const;
export type DiffExportFormat = (typeof DIFF_EXPORT_FORMATS)[number];

/** Frames of all stacks that are written, equal ones too. */
const WRITTEN_MAX = 2 ** 25;

type Colour = readonly [red: number, green: number, blue: number];

/** Ends that readers with any kind of colour blindness tell apart, light enough for black text. */
const GROWN: Colour = [239, 101, 72];
const SHRUNK: Colour = [82, 158, 205];
const SAME: Colour = [232, 232, 232];

/**
 * Writes a difference as text: `folded` as difffolded.pl does, `svg` as a differential flame graph, red where the second profile has more.
 *
 * @param basis of the image; folded stacks have the profiles' own weights
 * @throws {ProfileError} PROFILE_TOO_LARGE
 */
export function exportDiff(diff: ProfileDiff, format: DiffExportFormat, basis: Basis): string {
  return format === 'folded' ? toDiffFolded(diff) : toDiffSvg(diff, basis);
}

/** A line a stack: its frames, its weight in the first profile and that in the second one. */
export function toDiffFolded({ tree }: Pick<ProfileDiff, 'tree'>): string {
  const labels = tree.frames.map(foldedLabel);
  const lines: string[] = [];
  let written = 0;
  tree.before.forEach((before, node) => {
    const after = tree.after[node] ?? 0;
    if (before === 0 && after === 0) return;
    const path: string[] = [];
    for (let at = node; at >= 0; at = tree.parent[at] ?? -1) path.push(labels[tree.frame[at] ?? 0] ?? '');
    written += path.length;
    if (written > WRITTEN_MAX) {
      throw new ProfileError('PROFILE_TOO_LARGE', `the stacks have more than ${WRITTEN_MAX} frames to write`, {
        hint: 'Export the difference as an SVG.',
      });
    }
    lines.push(`${path.reverse().join(';')} ${before} ${after}\n`);
  });
  return lines.join('');
}

/**
 * A differential flame graph without idle time: each frame as wide as the mean of what it has in the two profiles, red where the second
 * one has more of it, blue where less, grey where as much.
 */
export function toDiffSvg({ unit, before, after, tree, busy }: ProfileDiff, basis: Basis): string {
  const whole = { before: before.total - before.idle, after: after.total - after.idle };
  const totals = { before: addUpwards(tree.parent, busy.before), after: addUpwards(tree.parent, busy.after) };
  const divisor = basis === 'share' ? whole : { before: 1, after: 1 };
  const pairOf = (node: number): Pair =>
    node < 0
      ? { before: part(whole.before, divisor.before), after: part(whole.after, divisor.after) }
      : {
          before: part(totals.before[node] ?? 0, divisor.before),
          after: part(totals.after[node] ?? 0, divisor.after),
        };
  const told = (value: number): string => (basis === 'share' ? `${(value * 100).toFixed(2)} %` : amount(value, unit));
  return drawFlame({
    tree: meanTree({ ...tree, ...busy }, divisor),
    title: `${before.name} ↔ ${after.name}`,
    description: 'a differential flame graph; red frames have more in the second profile, blue ones less',
    note: `Red has grown, blue has shrunk${basis === 'share' ? ', in parts of the busy weight' : ''}. Widths are means of the two.`,
    lookOf: (node, label) => {
      const pair = pairOf(node);
      return {
        fill: colour(pair),
        title: `${label}: ${told(pair.before)} → ${told(pair.after)} (${signed(pair.after - pair.before, told)})`,
      };
    },
    isReadable: false,
  });
}

function colour(pair: Pair): string {
  const end = growth(pair) > 0 ? GROWN : SHRUNK;
  const mix = strength(pair);
  const channels = SAME.map((from, channel) => Math.round(from + ((end[channel] ?? 0) - from) * mix));
  return `rgb(${channels.join(',')})`;
}
