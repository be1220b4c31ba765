import type { RootRow } from './painter.ts';
import { CHART_HINT } from './hints.ts';
import { GraphView } from './graphView.ts';
import type { Theme } from './theme.ts';
import type { TimeAxis, TimeRange } from './timeAxis.ts';
import { TimeBoxes } from './timeBoxes.ts';
import type { Shown, ViewListener } from './view.ts';
import type { Range } from './viewport.ts';
import { t } from './l10n.ts';

const NO_TIMES = t(
  'This profile does not say when its samples were taken, so they cannot be shown by time. The flamegraph and the sandwich show all of them.',
);

/** Stacks as they followed each other, over the time that all panes share. */
export function createChartView(axis: TimeAxis, theme: Theme, listener: ViewListener): GraphView {
  let boxes: TimeBoxes | undefined;
  let whole: TimeRange = { fromUs: 0, toUs: 0 };
  let last: Shown | undefined;
  const contentOf = (shown: Shown): { space: TimeBoxes; root: RootRow } | string => {
    last = shown;
    boxes = undefined;
    if (shown.chart === undefined || axis.whole === undefined) return NO_TIMES;
    ({ whole } = axis);
    boxes = new TimeBoxes(shown.chart, whole);
    return { space: boxes, root: { kind: 'ruler', whole } };
  };
  const view = new GraphView(
    {
      name: 'chart',
      hint: CHART_HINT,
      label: t('Flame chart: stacks by time'),
      contentOf,
      timeOf: (box) => boxes?.timeOf(box),
      listener: {
        onChoose: (part) => axis.select(part && toTime(part, whole)),
        onPoint: (place) => axis.point(place === undefined ? undefined : toUs(place, whole)),
      },
    },
    theme,
    {
      ...listener,
      onView: () => {
        if (boxes !== undefined) axis.show(toTime(view.graph.range, whole));
        listener.onView();
      },
    },
  );
  axis.subscribe(() => {
    if (boxes === undefined || last === undefined || axis.whole === undefined) return;
    const isOther = axis.whole.fromUs !== whole.fromUs || axis.whole.toUs !== whole.toUs;
    if (isOther) view.show(last, undefined);
    view.graph.showRange(toRange(axis.visible, whole));
    const { selected, pointerUs } = axis;
    view.mark(selected && toRange(selected, whole), pointerUs === undefined ? undefined : toPlace(pointerUs, whole));
  });
  return view;
}

function toUs(place: number, { fromUs, toUs }: TimeRange): number {
  return fromUs + place * (toUs - fromUs);
}

function toTime({ from, to }: Range, whole: TimeRange): TimeRange {
  return { fromUs: toUs(from, whole), toUs: toUs(to, whole) };
}

function toPlace(timeUs: number, { fromUs, toUs }: TimeRange): number {
  return toUs > fromUs ? (timeUs - fromUs) / (toUs - fromUs) : 0;
}

/** A stretch of time in parts of the whole. */
export function toRange({ fromUs, toUs }: TimeRange, whole: TimeRange): Range {
  return { from: toPlace(fromUs, whole), to: toPlace(toUs, whole) };
}
