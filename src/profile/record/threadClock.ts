import { readFileSync } from 'node:fs';

/** What the current thread has had of the processors so far. Milliseconds. */
export interface ThreadTimes {
  cpuMs: number;
  /** It could have run, and others had the processors. Absent where the system does not say. */
  queuedMs?: number;
}

type Read = () => ThreadTimes | undefined;

/** Reads the times of the thread that calls; undefined where the system has none. */
export function threadClock(): Read {
  const fromSystem = fromProc();
  if (fromSystem !== undefined) return fromSystem;
  // Of Node since 23.9.
  const { threadCpuUsage } = process as { threadCpuUsage?: () => { user: number; system: number } };
  if (threadCpuUsage === undefined) return () => undefined;
  return () => {
    const { user, system } = threadCpuUsage.call(process);
    return { cpuMs: (user + system) / 1000 };
  };
}

/** Linux, where the kernel counts that (CONFIG_SCHED_INFO): nanoseconds on a processor, and waiting for one. */
function fromProc(): Read | undefined {
  if (process.platform !== 'linux') return undefined;
  const read = (): ThreadTimes | undefined => {
    const [cpuNs, queuedNs] = readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ', 2).map(Number);
    if (cpuNs === undefined || queuedNs === undefined || !Number.isFinite(cpuNs + queuedNs)) return undefined;
    return { cpuMs: cpuNs / 1e6, queuedMs: queuedNs / 1e6 };
  };
  try {
    // Some kernels have the file and count nothing: a thread that is here has run.
    return (read()?.cpuMs ?? 0) > 0 ? read : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'EACCES', 'EPERM'].includes(String(error.code)))
      return undefined;
    throw error;
  }
}
