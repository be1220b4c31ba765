import type { Unit } from '../profile/model.ts';
import { ROOT_NODE, type Facts } from './facts.ts';
import { formatPlace, formatShare, formatWeight } from './format.ts';
import { formatTime } from './ruler.ts';
import type { TimeRange } from './timeAxis.ts';
import { t } from './l10n.ts';

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
  const amount = t('{0}, {1} of {2}', formatWeight(total, unit), formatShare(total, of), whole);
  const frame = facts.frameOf(node);
  if (frame === undefined) {
    return {
      title: t('All'),
      place: '',
      rows: [{ label: t('total'), value: amount }],
      spoken: t('Whole graph, {0}', amount),
    };
  }
  const [self, category, label] = [facts.selfOf(node), facts.decisionOf(node).category, facts.labelOf(node)];
  const rows = [
    { label: t('category'), value: category },
    { label: t('self'), value: `${formatWeight(self, unit)}, ${formatShare(self, of)}` },
    { label: t('total'), value: amount },
  ];
  if (zoom !== ROOT_NODE) rows.push({ label: t('of zoomed'), value: formatShare(total, facts.totalOf(zoom)) });
  const when = time === undefined ? undefined : formatWhen(time);
  if (when !== undefined) rows.unshift({ label: t('this call'), value: when });
  const place = formatPlace(frame.file, frame.line);
  const spoken = [
    label,
    when,
    category,
    t('total {0}', amount),
    t('self {0}', formatShare(self, of)),
    t('level {0}', level),
  ];
  return {
    title: label,
    place: label.endsWith(place) ? '' : place,
    rows,
    spoken: spoken.filter((part) => part !== undefined).join(', '),
  };
}

function formatWhen({ fromUs, toUs }: TimeRange): string {
  return t(
    '{0} at {1}',
    formatWeight(toUs - fromUs, 'microseconds'),
    formatTime(fromUs, Math.max(1, (toUs - fromUs) / 10)),
  );
}
