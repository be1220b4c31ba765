import { download, type DownloadHooks } from './engine/download.ts';
import type { FragmentReceipt, Receipt } from './engine/receipt.ts';
import type { DownloadRequest } from './engine/request.ts';
import { mux } from './mux/mux.ts';
import { bottleneckOf, timesBetween } from './profile/bottleneck.ts';
import type { RecordedTimeline } from './profile/record/added.ts';
import { startCounters } from './profile/record/counters.ts';
import type { ProfileRecording } from './profile/record/recording.ts';
import { startTimeline, type TimelineRecording } from './profile/record/timeline.ts';
import type { FragmentSpan } from './profile/timeline.ts';

export interface RecordedDownload {
  receipt: Receipt;
  /** What is not in the profile although one would expect it there, in words. */
  profileLost: readonly string[];
  /** The profile could not be saved; the download itself is told by the receipt. */
  profileError?: Error;
}

/** What saving a profile may take of somebody who has cancelled and waits. Milliseconds. */
const CANCELLED_SAVE_MS = 3000;

/**
 * A download with the evidence of how it ran: counters and a timeline always, and the profile that is being recorded, which it ends and
 * which keeps the timeline.
 */
export async function recordDownload(
  request: DownloadRequest,
  recording: ProfileRecording | undefined,
  hooks: DownloadHooks,
  muxScript: string | URL,
): Promise<RecordedDownload> {
  const counters = startCounters();
  const recorded = startTimeline();
  const engineReceipt = await download(request, {
    ...followed(hooks, recorded),
    mux: (plan, muxHooks) => mux(plan, muxScript, muxHooks),
  });
  const counted = counters.stop();
  const timeline = recorded.stop();
  const saved = recording && (await save(recording, { timeline, startMs: recorded.startMs }, hooks.signal));
  const { perFragment, writeCalls, chunksPerFragment, bodyBuffers, bodyBufferBytes, ...told } = engineReceipt;
  const bottleneck = told.fragments.fetched > 0 ? bottleneckOf(timesBetween(timeline.slots)) : undefined;
  return {
    receipt: {
      ...told,
      ...(bottleneck ? { bottleneck } : {}),
      counters: { ...counted, writeCalls, chunksPerFragment, bodyBuffers, bodyBufferBytes },
      profiles: recording && !saved?.error ? [{ kind: recording.kind, path: recording.path }] : [],
      ...(request.perFragment ? { perFragment } : {}),
    },
    profileLost: saved?.lost ?? [],
    ...(saved?.error ? { profileError: saved.error } : {}),
  };
}

/** The hooks, through which the timeline is told, too. */
function followed(hooks: DownloadHooks, recorded: TimelineRecording): DownloadHooks {
  // Those of the fragments begin now.
  const offsetMs = performance.now() - recorded.startMs;
  return {
    ...hooks,
    onActivity: (read) => recorded.follow(read),
    onEvent(event) {
      if (event.type === 'fragment' && event.receipt.tries > 0) recorded.add(spanOf(event.receipt, offsetMs));
      hooks.onEvent(event);
    },
  };
}

/** A fragment's receipt on the timeline; `offsetMs`: when the download began on it. */
function spanOf(receipt: FragmentReceipt, offsetMs: number): FragmentSpan {
  const { stream, index, queueMs, firstByteMs, bodyMs, decryptMs, writeMs, bytes, chunks, tries } = receipt;
  const { delayMs = 0, connectMs = 0, rateMs = 0, pausedMs = 0, orderMs = 0, buffers = 0 } = receipt;
  const startMs = Math.round((offsetMs + queueMs) * 10) / 10;
  const times = { startMs, delayMs, connectMs, firstByteMs: Math.max(0, firstByteMs - connectMs), rateMs, pausedMs };
  // Of a body both may have stopped at once.
  const ownMs = Math.max(0, bodyMs - pausedMs - rateMs);
  return { stream, index, ...times, bodyMs: ownMs, decryptMs, orderMs, writeMs, bytes, chunks, buffers, tries };
}

/** Saves the profile; a full disk there must not turn a whole download into a failed one. */
async function save(
  recording: ProfileRecording,
  recorded: RecordedTimeline,
  signal: AbortSignal | undefined,
): Promise<{ lost: readonly string[]; error?: Error }> {
  try {
    const hurry = signal?.aborted === true ? AbortSignal.timeout(CANCELLED_SAVE_MS) : undefined;
    return { lost: await recording.save(recorded, hurry) };
  } catch (error) {
    return { lost: [], error: error instanceof Error ? error : new Error(String(error)) };
  }
}
