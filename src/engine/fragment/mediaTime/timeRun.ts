import { timeModulus } from './pesHeader.ts';

export const ticksPerS = 90_000;
/** A jump this far is another timeline (a splice without a tag), no distance between two frames. */
const longestStepTicks = 10 * ticksPerS;

/** PES packets of one PID whose times belong together. */
export class TimeRun {
  /** PES packets that have a time. */
  timed = 0;
  /** Payload bytes, and those of them since the last time. */
  bytes = 0;
  bytesSinceTime = 0;
  #origin = 0;
  #min = 0;
  #max = 0;
  #last = 0;

  /** Seconds from the first time to the last in order of time. */
  get spanS(): number {
    return (this.#max - this.#min) / ticksPerS;
  }

  /** Takes the next time, in ticks modulo 2³³; false when it doesn't belong to this run. */
  take(time: number): boolean {
    if (this.timed === 0) this.#origin = time;
    const distance = signed(time - this.#origin);
    if (this.timed > 0 && Math.abs(distance - this.#last) > longestStepTicks) return false;
    this.#min = Math.min(this.#min, distance);
    this.#max = Math.max(this.#max, distance);
    this.#last = distance;
    this.timed++;
    this.bytesSinceTime = 0;
    return true;
  }

  count(bytes: number): void {
    this.bytes += bytes;
    this.bytesSinceTime += bytes;
  }
}

/** The shorter way around the clock. */
function signed(ticks: number): number {
  const ahead = ((ticks % timeModulus) + timeModulus) % timeModulus;
  return ahead >= timeModulus / 2 ? ahead - timeModulus : ahead;
}
