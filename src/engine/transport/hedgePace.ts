import type { Peers } from './hedgeRules.ts';

/** The pace of the last so many milliseconds counts. */
const windowMs = 1000;

/** How fast a body comes, seen now and then. Pure: times are passed in. */
export class PaceMeter {
  #seen: { ms: number; bytes: number }[] = [];

  /** So many bytes are there by now. */
  see(ms: number, bytes: number): void {
    this.#seen.push({ ms, bytes });
    // One that is older than the window, as where it begins.
    while (this.#seen.length > 2 && ms - (this.#seen[1]?.ms ?? ms) >= windowMs) this.#seen.shift();
  }

  /** What was seen says nothing any more: somebody else was the brake. */
  forget(): void {
    this.#seen = [];
  }

  /** Bytes a second, once there are `observedMs` to tell by; never 0, since the next byte may come now. */
  bytesPerSecond(observedMs: number): number | undefined {
    const first = this.#seen[0];
    const last = this.#seen.at(-1);
    if (!first || !last || last.ms - first.ms < observedMs) return undefined;
    return (Math.max(1, last.bytes - first.bytes) * 1000) / (last.ms - first.ms);
  }
}

/** A transfer that went as it should. Times in milliseconds. */
export interface Finished {
  endMs: number;
  firstByteMs: number;
  bodyMs: number;
  bytes: number;
}

/** One that has an answer, and its pace where that is known. */
export interface Running {
  firstByteMs: number;
  bytesPerSecond: number | undefined;
}

/** How many of the last ones count, and for how long; the newest few count for ever. */
const keptCount = 32;
const freshMs = 3000;
const lastingCount = 8;
/** A body that came at once says nothing of how fast others come. */
const leastBodyMs = 1;

/** What is known of the transfers of a download: the finished ones, and the pace of those that run. */
export class PeerBook {
  #finished: Finished[] = [];

  finished(one: Finished): void {
    this.#finished.push(one);
    if (this.#finished.length > keptCount) this.#finished.shift();
  }

  /** The usual, beside the runner itself; `running` are the others that run and have an answer. */
  peers(nowMs: number, running: readonly Running[]): Peers {
    const known = this.#finished.filter(
      ({ endMs }, index) => nowMs - endMs < freshMs || index >= this.#finished.length - lastingCount,
    );
    const runningPaces = running.flatMap(({ bytesPerSecond }) => bytesPerSecond ?? []);
    const paces = known.map(({ bytes, bodyMs }) => (bytes * 1000) / Math.max(bodyMs, leastBodyMs));
    const all = median([...paces, ...runningPaces]);
    return {
      paces: paces.length + runningPaces.length,
      answers: known.length + running.length,
      firstByteMs: median([...known, ...running].map(({ firstByteMs }) => firstByteMs)),
      // When all have become slow it is not this connection's fault.
      bytesPerSecond: runningPaces.length < 2 ? all : Math.min(all, median(runningPaces)),
      bodyBytes: median(known.map(({ bytes }) => bytes)),
    };
  }
}

/** The middle one, the lower of two; 0 of none. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
