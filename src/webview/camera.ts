import { ROOT } from './boxSpace.ts';
import { WHOLE, withinWhole, type Range } from './viewport.ts';

const ZOOM_MS = 130;

/** What is looked at: a part of the width, and the box that was zoomed to. */
export interface Look {
  range: Range;
  zoom: number;
}

/** Where a graph is looked at, how it got there, and the way back. Moves take some frames, unless motion is to be reduced. */
export class Camera {
  #look: Look = { range: WHOLE, zoom: ROOT };
  #history: Look[] = [];
  #tween: { from: Range; startMs: number } | undefined;

  /** What is looked at once a move is over. */
  get look(): Look {
    return this.#look;
  }

  get isMoving(): boolean {
    return this.#tween !== undefined;
  }

  get canGoBack(): boolean {
    return this.#history.length > 0;
  }

  /** Begins anew. */
  reset(range: Range): void {
    this.#look = { range: withinWhole(range), zoom: ROOT };
    this.#history = [];
    this.#tween = undefined;
  }

  /** Moves, and remembers where from if another box is zoomed to; all of it forgets the way. */
  zoomTo(look: Look, options: { isAnimated: boolean }, now: Range): void {
    if (look.zoom === ROOT) this.#history = [];
    else if (look.zoom !== this.#look.zoom) this.#history.push(this.#look);
    this.move(look, options, now);
  }

  /** @param now the part that is shown at this moment */
  move(look: Look, { isAnimated }: { isAnimated: boolean }, now: Range): void {
    this.#look = look;
    const isStill = !isAnimated || matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#tween = isStill ? undefined : { from: now, startMs: performance.now() };
  }

  /** Goes back to what was looked at before; false where nothing was. */
  back(now: Range): boolean {
    const before = this.#history.pop();
    if (before === undefined) return false;
    this.move(before, { isAnimated: true }, now);
    return true;
  }

  /** The part to show at this moment. */
  advance(): Range {
    if (this.#tween === undefined) return this.#look.range;
    const { from, startMs } = this.#tween;
    const { range: to } = this.#look;
    const time = Math.min(1, Math.max(0, performance.now() - startMs) / ZOOM_MS);
    if (time === 1) {
      this.#tween = undefined;
      return to;
    }
    const eased = 1 - (1 - time) ** 3;
    return { from: from.from + (to.from - from.from) * eased, to: from.to + (to.to - from.to) * eased };
  }
}
