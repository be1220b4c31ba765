import type { Folding } from './folding.ts';
import type { HostMessage, PageMessage } from './messages.ts';
import type { Theme } from './theme.ts';
import type { TimeAxis } from './timeAxis.ts';
import type { ViewName } from './views.ts';

/** What the panes of a page have in common. */
export interface PaneContext {
  /** The time that is shown and selected; panes that draw over time subscribe to it. */
  time: TimeAxis;
  folding: Folding;
  post(message: PageMessage): void;
}

/**
 * One of the parts that lie above each other between the toolbar and the status line, in the order of `panes.ts`. It fills its element, keeps what
 * it is told, and draws by itself when that, the time, the theme or its size changes. An element is in the page from the beginning; a pane with
 * nothing to show hides it.
 */
export interface Pane {
  readonly element: HTMLElement;
  /** Called when the view changes and once before the first profile. */
  setView(view: ViewName): void;
  /** Called with everything that the host says, a profile's own message first. */
  receive(message: HostMessage): void;
  setTheme(theme: Theme): void;
}
