import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Noise } from '../runRecord.ts';

/** What the machine has counted so far. Times in milliseconds, over all processors together. */
export interface MachineReading {
  atMs: number;
  /** Absent where the system doesn't tell. */
  busyMs?: number;
  stealMs?: number;
  /** For which a quota or the heat held processors back. */
  throttledMs?: number;
}

/** Of /proc/stat, whatever the kernel's own clock (USER_HZ). */
const TICK_MS = 10;

/** Reads the machine's counters. */
export function readMachine(): MachineReading {
  const times = readText('/proc/stat');
  const throttled = [quotaMs(), heatMs()].filter((ms) => ms !== undefined);
  return {
    atMs: performance.now(),
    ...(times === undefined ? {} : processorTimes(times)),
    ...(throttled.length === 0 ? {} : { throttledMs: Math.max(...throttled) }),
  };
}

/** Busy and stolen time in the first line of /proc/stat. */
export function processorTimes(text: string): { busyMs: number; stealMs: number } {
  const [, ...fields] = (text.split('\n', 1)[0] ?? '').trim().split(/\s+/);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields.map(Number);
  return { busyMs: (user + nice + system + irq + softirq) * TICK_MS, stealMs: steal * TICK_MS };
}

/**
 * What else the machine did between two readings.
 *
 * @param ownMs processor time of the run itself: the arm, its origin and what watches them
 */
export function noiseBetween(before: MachineReading, after: MachineReading, ownMs: number): Noise {
  const capacityMs = (after.atMs - before.atMs) * availableParallelism();
  const share = (ms: number): number => Math.min(1, Math.max(0, ms / capacityMs));
  const passed = (name: 'busyMs' | 'stealMs' | 'throttledMs'): number | undefined => {
    const [from, to] = [before[name], after[name]];
    return from === undefined || to === undefined ? undefined : to - from;
  };
  const [busyMs, stealMs, throttledMs] = [passed('busyMs'), passed('stealMs'), passed('throttledMs')];
  return {
    ...(busyMs === undefined ? {} : { foreignShare: share(busyMs - ownMs) }),
    ...(stealMs === undefined ? {} : { stealShare: share(stealMs) }),
    ...(throttledMs === undefined ? {} : { throttledShare: share(throttledMs) }),
  };
}

/** Time that a quota of our cgroup held threads back. */
function quotaMs(): number | undefined {
  const path = /^0::(.*)$/m.exec(readText('/proc/self/cgroup') ?? '')?.[1];
  const text = path === undefined ? undefined : readText(`/sys/fs/cgroup${path}/cpu.stat`);
  const us = /^throttled_usec (\d+)$/m.exec(text ?? '')?.[1];
  return us === undefined ? undefined : Number(us) / 1000;
}

/** Time that heat held the cores back. */
function heatMs(): number | undefined {
  const folder = '/sys/devices/system/cpu';
  let sum: number | undefined;
  for (const name of processors(folder)) {
    const text = readText(`${folder}/${name}/thermal_throttle/core_throttle_total_time_ms`);
    if (text !== undefined) sum = (sum ?? 0) + Number(text);
  }
  return sum;
}

function processors(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^cpu\d+$/.test(name));
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Undefined where the system has no such file, or does not show it to us. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOENT', 'EACCES', 'EPERM', 'ENODEV'].includes(String(error.code))
  );
}
