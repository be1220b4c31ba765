import type { ErrorReport } from './errors.ts';
import type { FragmentReceipt } from './receipt.ts';
import type { Variant } from './playlist/model.ts';
import type { Move } from './source.ts';

/** What following a live stream tells. `stream` is the output that it is about. */
export type RecordingEvent =
  /**
   * Fragments of a live stream left its playlist before they were seen: the file lacks them. `startS`: behind so many
   * seconds of the recording, earlier holes included.
   */
  | { type: 'hole'; stream: string; fromSequence: number; count: number; startS: number; durationS: number }
  /** The numbers of a live playlist have begun anew. */
  | { type: 'reset'; stream: string; sequence: number }
  /** A live playlist cannot be read; it is tried again. */
  | { type: 'outage'; stream: string; error: ErrorReport }
  | { type: 'recovered'; stream: string; outageMs: number };

/** What a download tells while it runs. Plain data: it crosses threads. URLs are redacted. */
export type DownloadEvent =
  /** The plan is made; fetching starts. */
  | {
      type: 'planned';
      /** Fragments of all outputs, gaps included. */
      fragments: number;
      durationS: number;
      /** A live stream: more fragments follow, and it can be stopped. */
      isLive?: true;
      variant?: Variant;
      /** Languages or names of the stream's subtitles, where `default` was asked for and none of them is marked so. */
      overlookedSubtitles?: string[];
      /** Why subtitles of a live stream cannot be had, for each; the recording goes on without them. */
      lostSubtitles?: ErrorReport[];
      /** Paths that will be written. */
      outputs: string[];
    }
  /**
   * An earlier try left so many fragments in the files, and their checksums are right. `isChanged`: it left some, but the
   * playlist is another one by now, so the download starts over. Told before `planned`.
   */
  | { type: 'resumed'; fragments: number; bytes: number; isChanged: boolean }
  /** A fragment is in the file, or is passed over as a gap. */
  | { type: 'fragment'; receipt: FragmentReceipt }
  /** A try failed and another follows after `delayMs`. `isAnnounced`: the origin asked for that wait (Retry-After). */
  | { type: 'retry'; error: ErrorReport; tries: number; delayMs: number; isAnnounced: boolean }
  /** The addresses of the playlist had expired; it was read again. */
  | { type: 'renewed' }
  /** The streams are fetched from another place that has them (RFC 8216bis §6.2.4, §7). */
  | ({ type: 'moved' } & Move)
  | RecordingEvent
  /** What an interrupted recording left was saved under a name of its own before this one began. */
  | { type: 'salvaged'; path: string; bytes: number }
  /** At most every 100 ms, and once at the end. */
  | {
      type: 'progress';
      fragments: number;
      fragmentsTotal: number;
      /** Bytes in the files so far. */
      bytes: number;
      /** Over the last two seconds. */
      bytesPerSecond: number;
      /** Absent until it can be estimated. */
      remainingS?: number;
    }
  /** All fragments are there; the files are checked and renamed. */
  | { type: 'finishing' }
  /** The finished file is being made; `share` of it, 0 to 1. */
  | { type: 'muxing'; share: number };
