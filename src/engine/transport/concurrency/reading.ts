import type { WidthReason } from './decisions.ts';

/** What is seen of all transfers of a download at one moment. Counts are totals since its start. */
export interface Reading {
  /** Milliseconds of one monotonic clock. */
  ms: number;
  /** Bytes of body that came. */
  receivedBytes: number;
  /** Transfers that ended well. */
  completed: number;
  /** Transfers on their way now, those that wait before another try not included. */
  inFlight: number;
  /** Of them, those that are stopped because the memory or the disk cannot take more. */
  paused: number;
  /** From request to answer, of late. Absent before the first answer. */
  firstByteMs: number | undefined;
  /** Answers of 429 and 503. */
  refused: number;
  /** Transfers that timed out or stalled. */
  timedOut: number;
  /** For how long this thread has been busy. Absent where that is not known. */
  busyMs?: number;
  /** Fragments wait for their turn: more at once could be on their way. */
  isWorkWaiting: boolean;
}

/** A change of the width; `bytesPerMs` as measured right before, where it was. */
export interface WidthChange {
  width: number;
  why: WidthReason;
  bytesPerMs?: number;
}
