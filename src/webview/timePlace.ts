import type { HostMessage } from './messages.ts';
import type { TimeAxis } from './timeAxis.ts';

/** Where a timeline lies on the page's time, and lets that have room for it. */
export class TimePlace {
  #offsetUs = 0;
  #endMs = 0;
  /** The page's time begins with samples that are still to come. */
  #isWaiting = false;

  /** Microseconds of the page's time. */
  toUs(ms: number): number {
    return ms * 1000 + this.#offsetUs;
  }

  /** Milliseconds of the timeline. */
  toMs(us: number): number {
    return (us - this.#offsetUs) / 1000;
  }

  /** Takes what the host says. Before the samples are there, what was remembered of the time is not touched. */
  receive(message: HostMessage, time: TimeAxis): void {
    if (message.type === 'profile') {
      const { timeline, timelineOffsetUs = 0, threads } = message.profile;
      this.#offsetUs = timelineOffsetUs;
      this.#endMs = timeline?.slots.at(-1)?.endMs ?? 0;
      this.#isWaiting = threads.some(({ timed }) => timed > 0);
      if (!this.#isWaiting) this.#extend(time);
    } else if (message.type === 'times' && this.#isWaiting && time.whole !== undefined) {
      this.#isWaiting = false;
      this.#extend(time);
    }
  }

  #extend(time: TimeAxis): void {
    if (this.#endMs > 0) time.extend({ fromUs: this.toUs(0), toUs: this.toUs(this.#endMs) });
  }
}
