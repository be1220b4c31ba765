import type { ErrorReport } from './engine/errors.ts';
import type { DownloadEvent } from './engine/events.ts';
import type { Receipt } from './engine/receipt.ts';
import type { DownloadRequest } from './engine/request.ts';

/** `workerData` of the engine's thread: one worker, one download. */
export interface WorkerInput {
  request: DownloadRequest;
  /** Record a V8 CPU profile of this thread from start to end and save it there. */
  cpuProfile?: { path: string; intervalUs: number };
}

/** Host to worker. */
export type WorkerCommand = { type: 'cancel' };

/** Worker to host. `ended` is the last message; the worker exits by itself after it. */
export type WorkerMessage =
  | { type: 'event'; event: DownloadEvent }
  /** The receipt tells how it ended (`state`, `error`); it is there for failed and cancelled downloads too. */
  | { type: 'ended'; receipt: Receipt; profileError?: ErrorReport };
