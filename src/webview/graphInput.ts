import { listenForDrags } from './drag.ts';
import { commandOf, type GraphCommand } from './graphKeys.ts';
import { panRange, placeAt, zoomRange, type Range, type Viewport } from './viewport.ts';

/** Zoom for each pixel that a wheel reports. */
const WHEEL_ZOOM = 1.0025;
/** Lines of a wheel that counts in lines, in pixels. */
const WHEEL_LINE_PX = 20;

/** What pointer, wheel and keyboard do to a graph. */
export interface GraphHandle {
  readonly viewport: Viewport;
  /** The part that is shown, once a move is over. */
  readonly range: Range;
  /** Whether a stretch can be chosen. */
  readonly canChoose: boolean;
  showRange(range: Range): void;
  scrollBy(pixels: number): void;
  click(event: PointerEvent): void;
  hover(event: PointerEvent): void;
  leave(event: PointerEvent): void;
  choose(part: Range | undefined): void;
  obey(command: GraphCommand): void;
}

/** Listens to a graph's canvas: drags move it, or choose a stretch with Shift; the wheel zooms with Ctrl and moves sideways. */
export function listenToGraph(canvas: HTMLCanvasElement, graph: GraphHandle): void {
  canvas.addEventListener('pointermove', (event) => graph.hover(event));
  canvas.addEventListener('pointerleave', (event) => graph.leave(event));
  canvas.addEventListener('wheel', (event) => turnWheel(event, graph), { passive: false });
  canvas.addEventListener('keydown', (event) => {
    const command = commandOf(event, graph.viewport.orientation);
    if (command === undefined) return;
    event.preventDefault();
    // The page has keys of its own.
    event.stopPropagation();
    graph.obey(command);
  });
  let choosingFrom: number | undefined;
  listenForDrags(canvas, {
    onStart: (event) => {
      choosingFrom = event.shiftKey && graph.canChoose ? placeAt(graph.viewport, event.offsetX) : undefined;
      return true;
    },
    onDrag: (event, moved) => {
      if (choosingFrom === undefined) move(graph, moved);
      else graph.choose(between(choosingFrom, placeAt(graph.viewport, event.offsetX)));
    },
    onEnd: (event, isDrag) => {
      if (isDrag) return;
      if (choosingFrom === undefined) graph.click(event);
      else graph.choose(undefined);
    },
  });
}

function move(graph: GraphHandle, { x, y }: { x: number; y: number }): void {
  graph.showRange(panRange(graph.range, -x / Math.max(1, graph.viewport.width)));
  graph.scrollBy(-y);
}

function between(one: number, other: number): Range {
  return { from: Math.max(0, Math.min(one, other)), to: Math.min(1, Math.max(one, other)) };
}

function turnWheel(event: WheelEvent, graph: GraphHandle): void {
  const scale = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? WHEEL_LINE_PX : 1;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    const around = placeAt(graph.viewport, event.offsetX);
    graph.showRange(zoomRange(graph.range, WHEEL_ZOOM ** (event.deltaY * scale), around));
    return;
  }
  const across = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
  if (Math.abs(across) <= Math.abs(event.shiftKey ? 0 : event.deltaY)) return;
  event.preventDefault();
  graph.showRange(panRange(graph.range, (across * scale) / Math.max(1, graph.viewport.width)));
}
