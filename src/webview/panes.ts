import type { Pane, PaneContext } from './pane.ts';
import { createTimelinePane } from './timelinePane.ts';
import { createWaterfallPane } from './waterfallPane.ts';

/** The panes above the graph, from top to bottom; over one time. */
const PANES: readonly ((context: PaneContext) => Pane)[] = [createTimelinePane, createWaterfallPane];

/** Makes the panes and puts their elements into the page. */
export function mountPanes(into: HTMLElement, context: PaneContext): Pane[] {
  const panes = PANES.map((create) => create(context));
  into.replaceChildren(...panes.map(({ element }) => element));
  return panes;
}
