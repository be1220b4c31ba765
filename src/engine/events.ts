import type { ErrorReport } from './errors.ts';
import type { FragmentReceipt } from './receipt.ts';
import type { Variant } from './playlist/model.ts';

/** What a download tells while it runs. Plain data: it crosses threads. URLs are redacted. */
export type DownloadEvent =
  /** The plan is made; fetching starts. */
  | {
      type: 'planned';
      /** Fragments of all outputs, gaps included. */
      fragments: number;
      durationS: number;
      variant?: Variant;
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
  | { type: 'finishing' };
