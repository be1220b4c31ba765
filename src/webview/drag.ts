/** Below that many pixels the pointer has not moved: it clicked. */
const STILL_PX = 4;

/** What dragging does; points are relative to the element, in pixels. */
export interface DragListener {
  /** @returns whether a drag may begin here */
  onStart(event: PointerEvent): boolean;
  /** The pointer moved while its button is down. */
  onDrag(event: PointerEvent, moved: { x: number; y: number }): void;
  /** @param isDrag false if the pointer stayed where it was: it was a click */
  onEnd(event: PointerEvent, isDrag: boolean): void;
}

/** Tells drags from clicks of the primary button. The pointer stays with the element while it is dragged, wherever it goes. */
export function listenForDrags(element: HTMLElement, listener: DragListener): void {
  let start: { x: number; y: number; pointer: number } | undefined;
  let last = { x: 0, y: 0 };
  let isDrag = false;
  element.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || !listener.onStart(event)) return;
    start = { x: event.clientX, y: event.clientY, pointer: event.pointerId };
    last = start;
    isDrag = false;
  });
  element.addEventListener('pointermove', (event) => {
    if (start?.pointer !== event.pointerId) return;
    if (!isDrag && Math.hypot(event.clientX - start.x, event.clientY - start.y) < STILL_PX) return;
    if (!isDrag) element.setPointerCapture(event.pointerId);
    isDrag = true;
    listener.onDrag(event, { x: event.clientX - last.x, y: event.clientY - last.y });
    last = { x: event.clientX, y: event.clientY };
  });
  const end = (event: PointerEvent): void => {
    if (start?.pointer !== event.pointerId) return;
    start = undefined;
    listener.onEnd(event, isDrag || event.type === 'pointercancel');
  };
  element.addEventListener('pointerup', end);
  element.addEventListener('pointercancel', end);
}
