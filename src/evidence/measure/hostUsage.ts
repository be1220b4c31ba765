import { readFileSync, writeFileSync } from 'node:fs';
import type { Usage } from './measure.ts';

/** What this process took for a while, with all that runs in it. What the system doesn't tell is absent. */
export type HostUsage = Pick<Usage, 'wallMs' | 'cpuUserMs' | 'cpuSystemMs'> & Partial<Usage>;

/**
 * Counts what this process takes from now on, for a download that cannot be measured from outside.
 *
 * The peak of its memory is that of the whole process, all that it held before included: Linux lets a process set the
 * mark back (proc_pid_clear_refs(5), value 5); where it may not, there is no peak to tell.
 * @returns what ends it and tells
 */
export function startHostUsage(): () => HostUsage {
  const canPeak = resetPeak();
  const io = readIo();
  const before = process.resourceUsage();
  const startMs = performance.now();
  return () => {
    const wallMs = performance.now() - startMs;
    const after = process.resourceUsage();
    const peakBytes = canPeak ? readPeak() : undefined;
    return {
      wallMs,
      cpuUserMs: (after.userCPUTime - before.userCPUTime) / 1000,
      cpuSystemMs: (after.systemCPUTime - before.systemCPUTime) / 1000,
      ...(peakBytes === undefined ? {} : { maxRssBytes: peakBytes }),
      ...(process.platform === 'win32' ? {} : eventsBetween(before, after)),
      ...ioBetween(io, readIo()),
    };
  };
}

/** Windows counts neither. */
function eventsBetween(
  before: NodeJS.ResourceUsage,
  after: NodeJS.ResourceUsage,
): Pick<Usage, 'minorFaults' | 'contextSwitches'> {
  const switches = (usage: NodeJS.ResourceUsage): number =>
    usage.voluntaryContextSwitches + usage.involuntaryContextSwitches;
  return {
    minorFaults: after.minorPageFault - before.minorPageFault,
    contextSwitches: switches(after) - switches(before),
  };
}

function resetPeak(): boolean {
  if (process.platform !== 'linux') return false;
  return ifAllowed(() => writeFileSync('/proc/self/clear_refs', '5')) !== undefined;
}

function readPeak(): number | undefined {
  const text = ifAllowed(() => readFileSync('/proc/self/status', 'utf8'));
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(text?.value ?? '')?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

type Io = Pick<Required<Usage>, 'writtenBytes' | 'writeCalls'>;

function readIo(): Io | undefined {
  if (process.platform !== 'linux') return undefined;
  const text = ifAllowed(() => readFileSync('/proc/self/io', 'utf8'))?.value;
  const [bytes, calls] = ['wchar', 'syscw'].map((name) => new RegExp(`^${name}: (\\d+)$`, 'm').exec(text ?? '')?.[1]);
  if (bytes === undefined || calls === undefined) return undefined;
  return { writtenBytes: Number(bytes), writeCalls: Number(calls) };
}

function ioBetween(before: Io | undefined, after: Io | undefined): Partial<Io> {
  if (before === undefined || after === undefined) return {};
  return {
    writtenBytes: after.writtenBytes - before.writtenBytes,
    writeCalls: after.writeCalls - before.writeCalls,
  };
}

/** What `read` gives; undefined where the kernel has no such file, or a container forbids it. */
function ifAllowed<T>(read: () => T): { value: T } | undefined {
  try {
    return { value: read() };
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
