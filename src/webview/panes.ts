import type { Pane, PaneContext } from './pane.ts';

/** The panes above the graph, from top to bottom; over one time. */
const PANES: readonly ((context: PaneContext) => Pane)[] = [];

/** Makes the panes and puts their elements into the page. */
export function mountPanes(into: HTMLElement, context: PaneContext): Pane[] {
  const panes = PANES.map((create) => create(context));
  into.replaceChildren(...panes.map(({ element }) => element));
  return panes;
}
