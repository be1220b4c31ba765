import type { EngineError } from '../errors.ts';
import type { Fragment } from '../playlist/model.ts';

/** Media of the stream that the recording will not have: it left the playlist before it was seen. */
export interface Hole {
  /** The Media Sequence Number that was to come next. */
  fromSequence: number;
  /** How many fragments, at least 1. */
  count: number;
  durationS: number;
  /** `count` or `durationS` is reckoned from dates, the clock or the usual duration, rather than known. */
  isEstimated: boolean;
}

/** The numbers of the playlist begin anew, or it is another one. */
export interface Reset {
  /** The Media Sequence Number that was to come next. */
  expectedSequence: number;
  /** The one that comes instead. */
  sequence: number;
  /** How the place in the new list was found: by the addresses or the dates that both have, or not at all: all of it is new. */
  matchedBy: 'address' | 'date' | 'nothing';
}

/** Why a recording is over. `dead`: nothing new came for so long that nothing will. */
export type EndReason = 'endlist' | 'duration' | 'stopped' | 'dead';

/** What following a live playlist tells, in the order of the stream. */
export type FollowEvent =
  /** They come next; `index` counts on over the whole recording, holes not included. Never empty. */
  | { type: 'fragments'; fragments: readonly Fragment[] }
  /** Stands between the fragments before it and those after it. */
  | ({ type: 'hole' } & Hole)
  | ({ type: 'reset' } & Reset)
  /** The playlist cannot be read since `sinceMs`, on the clock of `now`; told once, other readings follow. */
  | { type: 'outage'; sinceMs: number; error: EngineError }
  | { type: 'recovered'; outageMs: number }
  /** The last event. `error`: the one of the outage that it died of. */
  | { type: 'ended'; why: EndReason; error?: EngineError };
