import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

/** What the process and the current thread spent between start and stop. */
export interface CounterValues {
  cpuUserMs: number;
  cpuSystemMs: number;
  /** Of the process since it began: the system keeps no other. */
  maxRssBytes: number;
  minorPageFaults: number;
  /** Highest of the samples taken every 50 ms. */
  arrayBuffersPeakBytes: number;
  /** Time in the garbage collector of this thread, concurrent work excluded. */
  gcMs: number;
  gcCount: number;
  /** 99th percentile of the delay of this thread's event loop, at 1 ms resolution. */
  loopDelayP99Ms: number;
  /** Where the system has /proc: bytes and calls of the read and write family, files and sockets together. */
  io?: IoCounters;
}

export interface IoCounters {
  readBytes: number;
  writeBytes: number;
  readCalls: number;
  writeCalls: number;
}

export interface CountersRecording {
  /** Ends the recording, releases what it held, and tells. Later calls answer the same. */
  stop(): CounterValues;
}

const ARRAY_BUFFERS_INTERVAL_MS = 50;

/**
 * Counts what needs no privilege: processor time, page faults, array buffers, garbage collections, event-loop delay, system I/O.
 * All but the collections and the delay are of the whole process. Nothing here keeps a process alive.
 */
export function startCounters(): CountersRecording {
  const ioBefore = readIo();
  const cpuBefore = process.cpuUsage();
  const faultsBefore = process.resourceUsage().minorPageFault;
  const buffers = watchArrayBuffers();
  const collections = watchCollections();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let values: CounterValues | undefined;

  const finish = (): CounterValues => {
    const cpu = process.cpuUsage(cpuBefore);
    const usage = process.resourceUsage();
    delay.disable();
    const arrayBuffersPeakBytes = buffers.stop();
    const { gcMs, gcCount } = collections.stop();
    const ioAfter = readIo();
    return {
      cpuUserMs: cpu.user / 1000,
      cpuSystemMs: cpu.system / 1000,
      maxRssBytes: usage.maxRSS * 1024,
      minorPageFaults: usage.minorPageFault - faultsBefore,
      arrayBuffersPeakBytes,
      gcMs,
      gcCount,
      // Without one tick of the loop there is no sample, and the percentile of none is a sentinel.
      loopDelayP99Ms: delay.count === 0 ? 0 : delay.percentile(99) / 1e6,
      ...(ioBefore === undefined || ioAfter === undefined ? {} : { io: difference(ioBefore, ioAfter) }),
    };
  };
  return { stop: () => (values ??= finish()) };
}

function watchArrayBuffers(): { stop: () => number } {
  let peakBytes = 0;
  const look = (): void => {
    peakBytes = Math.max(peakBytes, process.memoryUsage().arrayBuffers);
  };
  look();
  const timer = setInterval(look, ARRAY_BUFFERS_INTERVAL_MS).unref();
  return {
    stop() {
      clearInterval(timer);
      look();
      return peakBytes;
    },
  };
}

function watchCollections(): { stop: () => { gcMs: number; gcCount: number } } {
  let gcMs = 0;
  let gcCount = 0;
  const add = (durations: { duration: number }[]): void => {
    for (const { duration } of durations) gcMs += duration;
    gcCount += durations.length;
  };
  const observer = new PerformanceObserver((entries) => {
    add(entries.getEntries());
  });
  observer.observe({ entryTypes: ['gc'] });
  return {
    stop() {
      // Entries wait for a turn of the loop; the last ones would be lost without this.
      add(observer.takeRecords());
      observer.disconnect();
      return { gcMs, gcCount };
    },
  };
}

function readIo(): IoCounters | undefined {
  if (process.platform !== 'linux') return undefined;
  let text: string;
  try {
    text = readFileSync('/proc/self/io', 'utf8');
  } catch (error) {
    // Kernels without task accounting have no such file, and containers may forbid it: then these counters are unknown.
    if (error instanceof Error && 'code' in error && ['ENOENT', 'EACCES', 'EPERM'].includes(String(error.code)))
      return undefined;
    throw error;
  }
  const value = (name: string): number => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return {
    readBytes: value('rchar'),
    writeBytes: value('wchar'),
    readCalls: value('syscr'),
    writeCalls: value('syscw'),
  };
}

function difference(before: IoCounters, after: IoCounters): IoCounters {
  return {
    readBytes: after.readBytes - before.readBytes,
    writeBytes: after.writeBytes - before.writeBytes,
    readCalls: after.readCalls - before.readCalls,
    writeCalls: after.writeCalls - before.writeCalls,
  };
}
