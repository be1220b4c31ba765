import type { Unit } from '../profile/model.ts';
import type { TimeChart } from '../profile/timeChart.ts';
import type { Colouring } from './colouring.ts';
import type { BoxText } from './describe.ts';
import type { Facts } from './facts.ts';
import type { Wanted } from './finding.ts';
import type { BoxColour } from './palette.ts';
import type { Scene } from './painter.ts';
import type { Theme } from './theme.ts';
import type { Orientation, ViewLook } from './viewport.ts';
import type { ViewName } from './views.ts';

/** What all views show: a thread, or what is chosen of its time. */
export interface Shown {
  /** Names this thread and this choice: what was drawn for another one is drawn anew. */
  threadName: string;
  unit: Unit;
  /** What everything is called: `busy time`. */
  whole: string;
  /** Whether that is a chosen stretch of the time only. */
  isPart: boolean;
  facts: Facts;
  colouring: Colouring;
  /** The colours of the theme, for the colouring's indexes. */
  colours: readonly BoxColour[];
  /** Absent where the file does not say when samples were taken, or they are still under way. */
  chart: TimeChart | undefined;
  orientation: Orientation;
}

/** What a person does in a view. Nodes are those of the thread's call tree; −1 is all of it. */
export interface ViewListener {
  onSelect(node: number, text: BoxText): void;
  onHover(text: BoxText | undefined, pointer: { x: number; y: number }): void;
  /** Another part is shown. */
  onView(): void;
  onOpenSource(node: number): void;
  onCopy(node: number): void;
  /** Escape where there is nothing to go back from. */
  onLeave(): void;
}

/** A step of the way from everything to what is zoomed to. */
export interface TrailStep {
  label: string;
  go(): void;
}

/** One way to look at a thread. It fills its element, which the page hides while another view is chosen. */
export interface View {
  readonly name: ViewName;
  readonly element: HTMLElement;
  /** What can be done in it, in a line. */
  readonly hint: string;
  /** Shows a thread; called only while its element is in sight. `look` is what was last seen of it. */
  show(shown: Shown, look: ViewLook | undefined): void;
  recolour(shown: Shown): void;
  setTheme(theme: Theme): void;
  highlight(wanted: Wanted | undefined): void;
  /** Marks a node, and shows it wide enough to be seen when `isRevealed`. */
  select(node: number | undefined, options: { isRevealed: boolean }): void;
  /** What is said of a node where nothing is hovered. */
  describe(node: number): BoxText;
  /** The way to what is zoomed to, which is the last; only everything where nothing is. */
  trail(): TrailStep[];
  /** Shows everything. */
  reset(): void;
  /** Whether everything is shown, so that there is nothing to reset. */
  readonly isReset: boolean;
  /** What is shown, to be remembered; undefined for everything. */
  readonly look: ViewLook | undefined;
  /** What a picture of the view shows, from top to bottom; nothing for a view that is no picture. */
  scenes(): { title: string; scene: Scene }[];
  focus(): void;
}
