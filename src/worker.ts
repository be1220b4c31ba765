import { dirname, extname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { asEngineError, Interruption, type ErrorReport } from './engine/errors.ts';
import type { DownloadEvent } from './engine/events.ts';
import { inspectPlaylist, type Inspection } from './engine/inspect.ts';
import type { Receipt } from './engine/receipt.ts';
import type { DownloadRequest, Limits, ProxySettings } from './engine/request.ts';
import { openPlaylist } from './engine/openPlaylist.ts';
import { recordDownload, type CpuProfileRequest } from './recordedDownload.ts';

/** `workerData` of the engine's thread: one worker, one download or one inspection. */
export type WorkerInput =
  | {
      type: 'download';
      request: DownloadRequest;
      /** Record a V8 CPU profile of this thread from start to end and save it there. */
      cpuProfile?: CpuProfileRequest;
    }
  | {
      type: 'inspect';
      url: string;
      headers?: Record<string, string>;
      ca?: string;
      proxy?: ProxySettings;
      limits?: Partial<Limits>;
      allowPrivateAddresses?: boolean;
    };

/** Host to worker. `keep`: what is whole stays for the next try. */
export type WorkerCommand =
  | { type: 'cancel'; keep: boolean }
  /** Ends a recording well. */
  | { type: 'stop' };

/** Worker to host. `ended`, `inspected` or `failed` is the last message; the worker exits by itself after it. */
export type WorkerMessage =
  | { type: 'event'; event: DownloadEvent }
  /** The receipt tells how it ended (`state`, `error`); it is there for failed and cancelled downloads too. */
  | { type: 'ended'; receipt: Receipt; profileError?: string }
  /** With whole URLs, so that a variant can be inspected in turn: not to be logged. */
  | { type: 'inspected'; inspection: Inspection }
  | { type: 'failed'; error: ErrorReport };

async function run(
  input: WorkerInput,
  { signal, stop }: { signal: AbortSignal; stop: AbortSignal },
  tell: (message: WorkerMessage) => void,
): Promise<void> {
  switch (input.type) {
    case 'download': {
      const onEvent = (event: DownloadEvent) => tell({ type: 'event', event });
      const hooks = { signal, stop, onEvent };
      const recorded = await recordDownload(input.request, input.cpuProfile, hooks, muxScript());
      const { receipt, profileError } = recorded;
      const profile = profileError ? { profileError: profileError.message } : {};
      tell({ type: 'ended', receipt, ...profile });
      return;
    }
    case 'inspect': {
      const { url, headers, ca, proxy, limits = {}, allowPrivateAddresses } = input;
      const playlist = await openPlaylist(url, { headers, ca, proxy, limits, allowPrivateAddresses, signal });
      tell({ type: 'inspected', inspection: inspectPlaylist(playlist, { showUrls: true }) });
      return;
    }
  }
}

/** The muxer's thread: the bundle, or the source, beside this one. */
function muxScript(): string {
  const own = process.argv[1] ?? '';
  return join(dirname(own), `muxWorker${extname(own)}`);
}

if (parentPort) {
  const port = parentPort;
  const cancelling = new AbortController();
  const stopping = new AbortController();
  port.on('message', (command: WorkerCommand) => {
    if (command.type === 'stop') stopping.abort();
    else cancelling.abort(command.keep ? new Interruption() : undefined);
  });
  const tell = (message: WorkerMessage) => port.postMessage(message);
  run(workerData as WorkerInput, { signal: cancelling.signal, stop: stopping.signal }, tell)
    .catch((error: unknown) => tell({ type: 'failed', error: asEngineError(error).toJSON() }))
    .finally(() => port.close());
}
