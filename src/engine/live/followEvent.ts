import type { EngineError } from '../errors.ts';
import type { HintedPart } from '../fragment/hintedParts.ts';
import type { Fragment } from '../playlist/model.ts';
import type { Tip } from './tip.ts';

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
  /**
   * Parts of the fragment that comes next, all so far, and what is hinted at behind them; told when either changes. The fragment
   * comes first in the next `fragments`, with the same `index`, unless `cut` or `ended` comes before.
   */
  | { type: 'parts'; tip?: Tip; hint?: HintedPart }
  /** The fragment of the last `parts` will not come: the stream went on without it. Its index stays its own. */
  | { type: 'cut' }
  /** Stands between the fragments before it and those after it. */
  | ({ type: 'hole' } & Hole)
  | ({ type: 'reset' } & Reset)
  /** The playlist cannot be read since `sinceMs`, on the clock of `now`; told once, other readings follow. */
  | { type: 'outage'; sinceMs: number; error: EngineError }
  | { type: 'recovered'; outageMs: number }
  /** The last event. `error`: the one of the outage that it died of. */
  | { type: 'ended'; why: EndReason; error?: EngineError };
