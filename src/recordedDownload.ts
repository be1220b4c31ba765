import { download, type DownloadHooks } from './engine/download.ts';
import type { Receipt } from './engine/receipt.ts';
import type { DownloadRequest } from './engine/request.ts';
import { mux } from './mux/mux.ts';
import { startCounters } from './profile/record/counters.ts';
import { saveCpuProfile, startCpuProfile, type CpuRecording } from './profile/record/cpu.ts';

/** Where and how finely to record a V8 CPU profile of the current thread. */
export interface CpuProfileRequest {
  path: string;
  intervalUs: number;
}

export interface RecordedDownload {
  receipt: Receipt;
  /** The profile could not be recorded or saved; the download itself is told by the receipt. */
  profileError?: Error;
}

/** A download with the evidence of how it ran: counters always, a CPU profile of this thread where asked for. */
export async function recordDownload(
  request: DownloadRequest,
  cpuProfile: CpuProfileRequest | undefined,
  hooks: DownloadHooks,
  muxScript: string | URL,
): Promise<RecordedDownload> {
  const counters = startCounters();
  const recording = cpuProfile && (await startCpuProfile(cpuProfile.intervalUs));
  const engineReceipt = await download(request, { ...hooks, mux: (plan, muxHooks) => mux(plan, muxScript, muxHooks) });
  const profileError = recording && (await save(recording, cpuProfile.path));
  const counted = counters.stop();
  const { perFragment, writeCalls, chunksPerFragment, ...told } = engineReceipt;
  return {
    receipt: {
      ...told,
      counters: { ...counted, writeCalls, chunksPerFragment },
      profiles: cpuProfile && !profileError ? [{ kind: 'cpu', path: cpuProfile.path }] : [],
      ...(request.perFragment ? { perFragment } : {}),
    },
    ...(profileError ? { profileError } : {}),
  };
}

/** Saves the profile; a full disk there must not turn a whole download into a failed one. */
async function save(recording: CpuRecording, path: string): Promise<Error | undefined> {
  try {
    await saveCpuProfile(path, await recording.stop());
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
