import type { TimeAxis, TimeRange } from './timeAxis.ts';

/** A press that moves less is a click. */
const DRAG_PX = 4;
const ZOOM = 1.5;
const PAN_SHARE = 0.15;

/**
 * Lets a person point at the time that an element shows from edge to edge, choose of it by dragging, zoom with Ctrl and the wheel, and do the
 * same with keys. A click lets go of what is chosen, unless `onClick` takes it.
 */
export function listenForTime(target: HTMLElement, time: TimeAxis, onClick?: (event: PointerEvent) => boolean): void {
  const timeAt = (x: number): number => {
    const { fromUs, toUs } = time.visible;
    return fromUs + (Math.min(target.clientWidth, Math.max(0, x)) / Math.max(1, target.clientWidth)) * (toUs - fromUs);
  };
  let start: number | undefined;
  let isDrag = false;
  target.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    target.setPointerCapture(event.pointerId);
    [start, isDrag] = [event.offsetX, false];
  });
  target.addEventListener('pointermove', (event) => {
    time.point(timeAt(event.offsetX));
    if (start === undefined) return;
    isDrag ||= Math.abs(event.offsetX - start) >= DRAG_PX;
    if (isDrag) time.select(rangeOf(timeAt(start), timeAt(event.offsetX)));
  });
  target.addEventListener('pointerup', (event) => {
    if (start !== undefined && !isDrag && !(onClick?.(event) ?? false)) time.select(undefined);
    start = undefined;
  });
  target.addEventListener('pointerleave', () => time.point(undefined));
  target.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(time, event.deltaY > 0 ? ZOOM : 1 / ZOOM, timeAt(event.offsetX));
    },
    { passive: false },
  );
  target.addEventListener('keydown', (event) => {
    if (!changeByKey(time, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  });
}

function changeByKey(time: TimeAxis, key: string): boolean {
  const { fromUs, toUs } = time.visible;
  const length = toUs - fromUs;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight': {
      const by = length * PAN_SHARE * (key === 'ArrowLeft' ? -1 : 1);
      time.show({ fromUs: fromUs + by, toUs: toUs + by });
      return true;
    }
    case '+':
    case '-':
      zoom(time, key === '-' ? ZOOM : 1 / ZOOM, (fromUs + toUs) / 2);
      return true;
    case 'Home':
      if (time.whole) time.show(time.whole);
      return true;
    case 'Enter':
      time.select(time.visible);
      return true;
    case 'Escape':
      if (time.selected === undefined) return false;
      time.select(undefined);
      return true;
    default:
      return false;
  }
}

function zoom(time: TimeAxis, factor: number, aroundUs: number): void {
  const { fromUs, toUs } = time.visible;
  time.show({ fromUs: aroundUs - (aroundUs - fromUs) * factor, toUs: aroundUs + (toUs - aroundUs) * factor });
}

function rangeOf(one: number, other: number): TimeRange {
  return { fromUs: Math.min(one, other), toUs: Math.max(one, other) };
}
