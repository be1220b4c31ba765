import type { DateRangeBook } from './dateRangeBook.ts';
import type { EngineError } from './errors.ts';
import type { LivePlan, Plan } from './plan.ts';
import type { Fragment, MediaPlaylist, Rendition, Variant } from './playlist/model.ts';

/** One output's worth of fragments. */
export interface Stream {
  /** `main`, or `audio.<language or name>`. */
  name: string;
  /** What tells it from other streams of the same request: the variant, the rendition. */
  id: string;
  rendition?: Rendition;
  /** Declared for it, in bits per second. */
  bandwidth?: number;
  /** What is known from the start; nothing of a live stream. */
  plan: Plan;
  /** What the playlist lists now. */
  listed: readonly Fragment[];
  /** EXT-X-DATERANGE of its playlist, in all readings: programmes, interstitials. */
  dateRanges?: DateRangeBook;
  /** It says that it is a recording (VOD), but has no end tag: more may be missing with it. */
  isEndMissing?: boolean;
  /** How a live stream goes on; absent when it is over. */
  live?: LiveStream;
}

export interface LiveStream {
  /** As it was read first. */
  first: MediaPlaylist;
  plan: LivePlan;
  /**
   * Reads the playlist again, once, with delivery directives in its address (RFC 8216bis §6.2.5). Rejects with an
   * EngineError, or a signal's reason.
   */
  reload: (query: Readonly<Record<string, string>>, timeoutMs: number, signal: AbortSignal) => Promise<MediaPlaylist>;
}

/** What a URL turned out to be: the main stream first, then the separate renditions. */
export interface Source {
  variant?: Variant;
  streams: Stream[];
  /** Chosen subtitles, which are joined rather than written one behind the other. */
  subtitles: Stream[];
  /** Chosen subtitles of a live stream whose playlist cannot be had: the recording goes on without them. */
  lostSubtitles: LostSubtitles[];
  /** Languages or names of subtitles that there are, where `default` was asked for and none of them is (`overlookedSubtitles`). */
  overlookedSubtitles: string[];
}

export interface LostSubtitles {
  rendition: Rendition;
  error: EngineError;
}

/** The streams have gone to another place that has them (RFC 8216bis §6.2.4, §7). */
export interface Move {
  pathway: string;
  /** Steering wanted it, or the place before had failed. */
  why: 'steering' | 'failure';
}
