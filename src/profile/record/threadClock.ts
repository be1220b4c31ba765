import { closeSync, openSync, readSync } from 'node:fs';

/** What the current thread has had of the processors so far. Milliseconds. */
export interface ThreadTimes {
  cpuMs: number;
  /** It could have run, and others had the processors. Absent where the system does not say. */
  queuedMs?: number;
}

/** Reads the times of the thread that made it; what it holds is given back by `close`. */
export interface ThreadClock {
  /** Undefined where the system does not say. */
  read(): ThreadTimes | undefined;
  close(): void;
}

/** A clock of the thread that calls. */
export function threadClock(): ThreadClock {
  const fromSystem = fromProc();
  if (fromSystem !== undefined) return fromSystem;
  // Of Node since 23.9.
  const { threadCpuUsage } = process as { threadCpuUsage?: () => { user: number; system: number } };
  const read = (): ThreadTimes | undefined => {
    const usage = threadCpuUsage?.call(process);
    return usage && { cpuMs: (usage.user + usage.system) / 1000 };
  };
  return { read, close: () => undefined };
}

/** Linux, where the kernel counts that (CONFIG_SCHED_INFO): nanoseconds on a processor, and waiting for one. */
function fromProc(): ThreadClock | undefined {
  if (process.platform !== 'linux') return undefined;
  const file = openIfThere('/proc/thread-self/schedstat');
  if (file === undefined) return undefined;
  const block = Buffer.alloc(128);
  const read = (): ThreadTimes | undefined => {
    const length = readSync(file, block, 0, block.length, 0);
    const [cpuNs, queuedNs] = block.toString('latin1', 0, length).split(' ', 2).map(Number);
    if (cpuNs === undefined || queuedNs === undefined || !Number.isFinite(cpuNs + queuedNs)) return undefined;
    return { cpuMs: cpuNs / 1e6, queuedMs: queuedNs / 1e6 };
  };
  const close = (): void => closeSync(file);
  // Some kernels have the file and count nothing: a thread that is here has run.
  if ((read()?.cpuMs ?? 0) > 0) return { read, close };
  close();
  return undefined;
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'EACCES', 'EPERM'].includes(String(error.code)))
      return undefined;
    throw error;
  }
}
