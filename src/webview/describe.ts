import type { Unit } from '../profile/model.ts';
import { ROOT } from './boxes.ts';
import type { Flame } from './flame.ts';
import { formatPlace, formatShare, formatWeight } from './format.ts';

/** A box in words, for the tooltip, the line below the graph and the screen reader. */
export interface BoxText {
  title: string;
  /** Short place of the source, or empty. */
  place: string;
  rows: { label: string; value: string }[];
  spoken: string;
}

/**
 * Describes a box (or `ROOT`): its category, its self and total weight, and what part it is of everything and of the box
 * that is zoomed to. `whole` names everything: `busy time`.
 */
export function describeBox(
  flame: Flame,
  box: number,
  zoom: number,
  { unit, whole }: { unit: Unit; whole: string },
): BoxText {
  const facts = flame.factsOf(box);
  const total = flame.totalOf(box);
  const amount = `${formatWeight(total, unit)}, ${formatShare(total, flame.weight)} of ${whole}`;
  if (facts === undefined) {
    return { title: 'All', place: '', rows: [{ label: 'total', value: amount }], spoken: `Whole graph, ${amount}` };
  }
  const rows = [
    { label: 'category', value: facts.decision.category },
    { label: 'self', value: `${formatWeight(facts.self, unit)}, ${formatShare(facts.self, flame.weight)}` },
    { label: 'total', value: amount },
  ];
  if (zoom !== ROOT) rows.push({ label: 'of zoomed', value: formatShare(total, flame.totalOf(zoom)) });
  const place = formatPlace(facts.frame.file, facts.frame.line);
  const level = (flame.boxes.depth[box] ?? 0) + 1;
  const spoken = `${facts.label}, ${facts.decision.category}, total ${amount}, self ${formatShare(facts.self, flame.weight)}, level ${level}`;
  return { title: facts.label, place: facts.label.endsWith(place) ? '' : place, rows, spoken };
}
