import type { OriginLap } from './messages.ts';
import type { Watch } from './serving.ts';

interface Reading {
  ms: number;
  /** Of this thread, since it began. */
  busyMs: number;
  cpuMs: number;
}

/** Counts what the origin does, lap by lap. */
export class LapBook implements Watch {
  #requests = 0;
  #sentBytes = 0;
  #first: Reading | undefined;
  #last: Reading | undefined;
  #process = process.cpuUsage();

  began(): void {
    this.#requests++;
    this.#first ??= read();
  }

  ended(sentBytes: number): void {
    this.#sentBytes += sentBytes;
    this.#last = read();
  }

  /** What was done since the last lap; the next one begins. */
  lap(): OriginLap {
    const { user, system } = process.cpuUsage(this.#process);
    const [first, last] = [this.#first, this.#last];
    const lap = {
      requests: this.#requests,
      sentBytes: this.#sentBytes,
      activeMs: first && last ? last.ms - first.ms : 0,
      busyMs: first && last ? last.busyMs - first.busyMs : 0,
      cpuMs: first && last ? last.cpuMs - first.cpuMs : 0,
      processCpuMs: (user + system) / 1000,
    };
    this.#requests = 0;
    this.#sentBytes = 0;
    this.#first = undefined;
    this.#last = undefined;
    this.#process = process.cpuUsage();
    return lap;
  }
}

function read(): Reading {
  const { user, system } = process.threadCpuUsage();
  return { ms: performance.now(), busyMs: performance.eventLoopUtilization().active, cpuMs: (user + system) / 1000 };
}
