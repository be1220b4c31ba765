import type { RecordingEvent } from './events.ts';
import type { GapPlace } from './receipt.ts';

/** What following a live stream has met. */
export class RecordingTotals {
  /** Fragments that were missed, and how long they are. */
  holes = 0;
  holeS = 0;
  outages = 0;
  resets = 0;
  /** Where the holes are. */
  readonly places: GapPlace[] = [];

  add(event: RecordingEvent): void {
    if (event.type === 'hole') {
      const { stream, startS, durationS, count } = event;
      this.holes += count;
      this.holeS += durationS;
      this.places.push({ stream, startS, durationS, fragments: count, reason: 'unseen' });
    } else if (event.type === 'outage') this.outages++;
    else if (event.type === 'reset') this.resets++;
  }
}
