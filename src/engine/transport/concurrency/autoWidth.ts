import { Width, type WorkQueue } from '../window.ts';
import { ConcurrencyController } from './controller.ts';
import { DecisionLog, type ConcurrencyTrace } from './decisions.ts';
import type { Traffic } from './traffic.ts';

/** Readings while the width is sought, and while it is held. */
const seekingMs = 10;
const holdingMs = 50;
const bitsPerByte = 8;

/** Lets the width of a window follow how its transfers go. Ends with `stop`. */
export class AutoWidth extends Width {
  readonly #traffic: Traffic;
  readonly #queue: WorkQueue<unknown>;
  readonly #controller: ConcurrencyController;
  readonly #log = new DecisionLog();
  readonly #startMs: number;
  #timer: NodeJS.Timeout | undefined;

  /** @param startMs of the download, `performance.now()`. */
  constructor(traffic: Traffic, queue: WorkQueue<unknown>, startMs: number) {
    const controller = new ConcurrencyController();
    super(controller.width);
    this.#controller = controller;
    this.#traffic = traffic;
    this.#queue = queue;
    this.#startMs = startMs;
    this.#log.add({ ms: round(performance.now() - startMs), width: controller.width, why: 'start' });
    traffic.limit = controller.width;
    traffic.onTrouble = () => this.#read();
    this.#wait();
  }

  /** The origin refuses more: else as many are chosen as are faster. */
  override get isBinding(): boolean {
    return this.#controller.isCapped(performance.now());
  }

  /** Ends it; returns what was chosen. */
  stop(): ConcurrencyTrace | undefined {
    clearTimeout(this.#timer);
    this.#traffic.onTrouble = undefined;
    this.#traffic.limit = undefined;
    return this.#log.trace();
  }

  #wait(): void {
    const ms = this.#controller.isHolding ? holdingMs : seekingMs;
    this.#timer = setTimeout(() => {
      this.#read();
      this.#wait();
    }, ms);
  }

  #read(): void {
    const ms = performance.now();
    const { receivedBytes, completed, inFlight, paused, firstByteMs, refused, timedOut } = this.#traffic;
    const isWorkWaiting = this.#queue.waiting > 0;
    const counts = { receivedBytes, completed, inFlight, paused, firstByteMs, refused, timedOut };
    const busyMs = performance.eventLoopUtilization().active;
    const change = this.#controller.observe({ ms, ...counts, busyMs, isWorkWaiting });
    // Also without a change: who was let through may have come to nothing before its request.
    this.#traffic.limit = this.#controller.width;
    if (!change) return;
    const { width, why, bytesPerMs } = change;
    const mbps = bytesPerMs === undefined ? {} : { mbps: round((bytesPerMs * bitsPerByte) / 1000) };
    this.#log.add({ ms: round(ms - this.#startMs), width, why, ...mbps });
    this.set(width);
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
