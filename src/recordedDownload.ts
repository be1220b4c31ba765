import { download, type DownloadHooks } from './engine/download.ts';
import type { Receipt } from './engine/receipt.ts';
import type { DownloadRequest } from './engine/request.ts';
import { mux } from './mux/mux.ts';
import { startCounters } from './profile/record/counters.ts';
import type { ProfileRecording } from './profile/record/recording.ts';

export interface RecordedDownload {
  receipt: Receipt;
  /** What is not in the profile although one would expect it there, in words. */
  profileLost: readonly string[];
  /** The profile could not be saved; the download itself is told by the receipt. */
  profileError?: Error;
}

/** What saving a profile may take of somebody who has cancelled and waits. Milliseconds. */
const CANCELLED_SAVE_MS = 3000;

/** A download with the evidence of how it ran: counters always, and the profile that is being recorded, which it ends. */
export async function recordDownload(
  request: DownloadRequest,
  recording: ProfileRecording | undefined,
  hooks: DownloadHooks,
  muxScript: string | URL,
): Promise<RecordedDownload> {
  const counters = startCounters();
  const engineReceipt = await download(request, { ...hooks, mux: (plan, muxHooks) => mux(plan, muxScript, muxHooks) });
  const counted = counters.stop();
  const saved = recording && (await save(recording, hooks.signal));
  const { perFragment, writeCalls, chunksPerFragment, ...told } = engineReceipt;
  return {
    receipt: {
      ...told,
      counters: { ...counted, writeCalls, chunksPerFragment },
      profiles: recording && !saved?.error ? [{ kind: recording.kind, path: recording.path }] : [],
      ...(request.perFragment ? { perFragment } : {}),
    },
    profileLost: saved?.lost ?? [],
    ...(saved?.error ? { profileError: saved.error } : {}),
  };
}

/** Saves the profile; a full disk there must not turn a whole download into a failed one. */
async function save(
  recording: ProfileRecording,
  signal: AbortSignal | undefined,
): Promise<{ lost: readonly string[]; error?: Error }> {
  try {
    const hurry = signal?.aborted === true ? AbortSignal.timeout(CANCELLED_SAVE_MS) : undefined;
    return { lost: await recording.save(hurry) };
  } catch (error) {
    return { lost: [], error: error instanceof Error ? error : new Error(String(error)) };
  }
}
