import type { Unit } from '../profile/model.ts';
import { ROOT_NODE, type Facts } from './facts.ts';
import { formatPlace, formatShare, formatWeight } from './format.ts';
import { formatTime } from './ruler.ts';
import type { TimeRange } from './timeAxis.ts';

/** A box in words, for the tooltip, the line below the graph and the screen reader. */
export interface BoxText {
  title: string;
  /** Short place of the source, or empty. */
  place: string;
  rows: { label: string; value: string }[];
  spoken: string;
}

/** What a box is told against. */
export interface Telling {
  unit: Unit;
  /** What everything is called: `busy time`. */
  whole: string;
  /** The node that is zoomed to, or the root. */
  zoom: number;
  /** Rows from the outermost frames, from 1. */
  level: number;
  /** The weight that is everything, where that is more than these facts know of. */
  of?: number;
  /** When the box itself was, where it stands for a stretch of time. */
  time?: TimeRange | undefined;
}

/** Describes a node (or the root): its category, its self and total weight, and what part it is of everything and of the zoom. */
export function describeNode(
  facts: Facts,
  node: number,
  { unit, whole, zoom, level, time, of = facts.weight }: Telling,
): BoxText {
  const total = facts.totalOf(node);
  const amount = `${formatWeight(total, unit)}, ${formatShare(total, of)} of ${whole}`;
  const frame = facts.frameOf(node);
  if (frame === undefined) {
    return { title: 'All', place: '', rows: [{ label: 'total', value: amount }], spoken: `Whole graph, ${amount}` };
  }
  const [self, category, label] = [facts.selfOf(node), facts.decisionOf(node).category, facts.labelOf(node)];
  const rows = [
    { label: 'category', value: category },
    { label: 'self', value: `${formatWeight(self, unit)}, ${formatShare(self, of)}` },
    { label: 'total', value: amount },
  ];
  if (zoom !== ROOT_NODE) rows.push({ label: 'of zoomed', value: formatShare(total, facts.totalOf(zoom)) });
  const when = time === undefined ? undefined : formatWhen(time);
  if (when !== undefined) rows.unshift({ label: 'this call', value: when });
  const place = formatPlace(frame.file, frame.line);
  const spoken = [label, when, category, `total ${amount}`, `self ${formatShare(self, of)}`, `level ${level}`];
  return {
    title: label,
    place: label.endsWith(place) ? '' : place,
    rows,
    spoken: spoken.filter((part) => part !== undefined).join(', '),
  };
}

function formatWhen({ fromUs, toUs }: TimeRange): string {
  return `${formatWeight(toUs - fromUs, 'microseconds')} at ${formatTime(fromUs, Math.max(1, (toUs - fromUs) / 10))}`;
}
