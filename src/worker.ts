import { dirname, extname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { asEngineError, Interruption, type ErrorReport } from './engine/errors.ts';
import type { DownloadEvent } from './engine/events.ts';
import { inspectPlaylist, type Inspection } from './engine/inspect.ts';
import type { Receipt } from './engine/receipt.ts';
import type { DownloadRequest, Limits, ProxySettings } from './engine/request.ts';
import { openPlaylist, openPlaylistText, type OpenOptions } from './engine/openPlaylist.ts';
import { assertTags } from './engine/playlist/read.ts';
import { ProfileError } from './profile/errors.ts';
import { startProfile, type ProfileRecording, type ProfileRequest } from './profile/record/recording.ts';
import { recordDownload } from './recordedDownload.ts';

/** `workerData` of the engine's thread: one worker, one download, one inspection, or one text. */
export type WorkerInput =
  | {
      type: 'download';
      request: DownloadRequest;
      /** Recorded from start to end. */
      profile?: ProfileRequest;
    }
  | ({ type: 'inspect' } & PlaylistInput)
  | ({ type: 'fetchText' } & PlaylistInput);

/** A playlist to be fetched, and how. */
interface PlaylistInput {
  url: string;
  headers?: Record<string, string>;
  ca?: string;
  proxy?: ProxySettings;
  limits?: Partial<Limits>;
  allowPrivateAddresses?: boolean;
}

/** Host to worker. `keep`: what is whole stays for the next try. */
export type WorkerCommand =
  | { type: 'cancel'; keep: boolean }
  /** Ends a recording well. */
  | { type: 'stop' };

/** What is to be said about the profile that was asked for. */
export interface ProfileEnd {
  /** Why there is none, and what to do about it; the latter is empty for a defect. */
  profileError?: { message: string; hint: string };
  /** What is not in it although one would expect it there, in words. */
  profileLost?: readonly string[];
}

/** Worker to host. All but `event` are the last message; the worker exits by itself after it. */
export type WorkerMessage =
  | { type: 'event'; event: DownloadEvent }
  /** The receipt tells how it ended (`state`, `error`); it is there for failed and cancelled downloads too. */
  | ({ type: 'ended'; receipt: Receipt } & ProfileEnd)
  /** With whole URLs, so that a variant can be inspected in turn: not to be logged. */
  | { type: 'inspected'; inspection: Inspection }
  | { type: 'fetched'; bytes: Uint8Array; url: string }
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
      const { recording, unavailable } = await tryProfile(input.profile);
      const recorded = await recordDownload(input.request, recording, hooks, muxScript());
      const { receipt, profileError = unavailable, profileLost } = recorded;
      tell({ type: 'ended', receipt, profileLost, ...(profileError ? { profileError: describe(profileError) } : {}) });
      return;
    }
    case 'inspect': {
      const playlist = await openPlaylist(input.url, toOpenOptions(input, signal));
      tell({ type: 'inspected', inspection: inspectPlaylist(playlist, { showUrls: true }) });
      return;
    }
    case 'fetchText': {
      const { text, url } = await openPlaylistText(input.url, toOpenOptions(input, signal));
      assertTags(text, url);
      tell({ type: 'fetched', bytes: text, url });
      return;
    }
  }
}

function toOpenOptions(input: PlaylistInput, signal: AbortSignal): OpenOptions {
  const { headers, ca, proxy, limits = {}, allowPrivateAddresses } = input;
  return { headers, ca, proxy, limits, allowPrivateAddresses, signal };
}

/** A profile that cannot be recorded keeps nobody from the stream. */
async function tryProfile(
  profile: ProfileRequest | undefined,
): Promise<{ recording?: ProfileRecording; unavailable?: Error }> {
  if (profile === undefined) return {};
  try {
    return { recording: await startProfile(profile) };
  } catch (error) {
    return { unavailable: error instanceof Error ? error : new Error(String(error)) };
  }
}

function describe(error: Error): NonNullable<ProfileEnd['profileError']> {
  return { message: error.message, hint: error instanceof ProfileError ? error.hint : '' };
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
