import { parentPort, workerData } from 'node:worker_threads';
import { asMuxError, type MuxErrorReport } from './mux/errors.ts';
import { remux } from './mux/mediabunny/remux.ts';
import type { MuxRequest, MuxResult } from './mux/request.ts';

/** `workerData` of the muxing thread: one worker, one output. It is cancelled by terminating it. */
export type MuxWorkerInput = MuxRequest;

/** Worker to host. `done` or `failed` is the last message; the worker exits by itself after it. */
export type MuxWorkerMessage =
  { type: 'progress'; share: number } | { type: 'done'; result: MuxResult } | { type: 'failed'; error: MuxErrorReport };

if (parentPort) {
  const port = parentPort;
  const tell = (message: MuxWorkerMessage) => port.postMessage(message);
  remux(workerData as MuxWorkerInput, (share) => tell({ type: 'progress', share }))
    .then(
      (result) => tell({ type: 'done', result }),
      (error: unknown) => tell({ type: 'failed', error: asMuxError(error).toJSON() }),
    )
    .finally(() => port.close());
}
