import type { RecordingEvent } from '../engine/events.ts';

/** What the recording of a live stream is at. */
export interface RecordingState {
  /** It was told to stop; what is on its way still comes in. */
  isStopping: boolean;
  /** The streams whose playlist cannot be read, and since when, in milliseconds since 1970. */
  outages: ReadonlyMap<string, number>;
}

/** A recording that has just begun. */
export const newRecording: RecordingState = { isStopping: false, outages: new Map() };

/** The state after an event. Pure. */
export function afterEvent(state: RecordingState, event: RecordingEvent, nowMs: number): RecordingState {
  const outages = new Map(state.outages);
  switch (event.type) {
    case 'outage':
      // A stream that dies of its outage tells it once more.
      outages.set(event.stream, outages.get(event.stream) ?? nowMs);
      break;
    case 'recovered':
      outages.delete(event.stream);
      break;
    case 'hole':
    case 'reset':
      break;
  }
  return { ...state, outages };
}

/** Since when a playlist cannot be read, in milliseconds since 1970; nothing when all can. */
export function outageSinceMs({ outages }: RecordingState): number | undefined {
  return outages.size === 0 ? undefined : Math.min(...outages.values());
}
