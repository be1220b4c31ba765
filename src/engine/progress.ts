import type { DownloadEvent } from './events.ts';

export interface ProgressState {
  fragments: number;
  fragmentsTotal: number;
  bytes: number;
}

const tickMs = 100;
const windowMs = 2_000;

/** Tells `progress` events every 100 ms from `read`, and a last one at stop. */
export class ProgressMeter {
  readonly #read: () => ProgressState;
  readonly #tell: (event: DownloadEvent) => void;
  readonly #timer: NodeJS.Timeout;
  #points: { ms: number; bytes: number }[] = [];

  constructor(read: () => ProgressState, tell: (event: DownloadEvent) => void) {
    this.#read = read;
    this.#tell = tell;
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#tick();
  }

  #tick(): void {
    const state = this.#read();
    const ms = performance.now();
    this.#points.push({ ms, bytes: state.bytes });
    while (this.#points.length > 2 && ms - (this.#points[0]?.ms ?? ms) > windowMs) this.#points.shift();
    const bytesPerSecond = speed(this.#points);
    const remainingS = remaining(state, bytesPerSecond);
    this.#tell({ type: 'progress', ...state, bytesPerSecond, ...(remainingS === undefined ? {} : { remainingS }) });
  }
}

/** Bytes per second from the first to the last point. */
function speed(points: readonly { ms: number; bytes: number }[]): number {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || last.ms === first.ms) return 0;
  return Math.max(0, ((last.bytes - first.bytes) * 1000) / (last.ms - first.ms));
}

/** Seconds left if the fragments to come are as large as those so far; unknown before the first is whole. */
function remaining({ fragments, fragmentsTotal, bytes }: ProgressState, bytesPerSecond: number): number | undefined {
  if (fragments === 0 || bytesPerSecond === 0) return undefined;
  return ((fragmentsTotal - fragments) * (bytes / fragments)) / bytesPerSecond;
}
