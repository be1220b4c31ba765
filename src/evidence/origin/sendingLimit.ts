import { type RateLimit, STEP_MS } from '../recordedRate.ts';

/** How much more than was recorded may go: timers are not exact, and what is late must not be later for it. */
const TOLERANCE = 1.01;

/** Lets no more through in any stretch of time than came in the busiest one of a recording. */
export class SendingLimit {
  readonly #limits: readonly { steps: number; bytes: number }[];
  /** Bytes by step, the newest at `#step`. */
  readonly #sent: number[];
  #step = 0;

  constructor(limits: readonly RateLimit[]) {
    this.#limits = limits.map(({ windowMs, bytes }) => ({ steps: windowMs / STEP_MS, bytes: bytes * TOLERANCE }));
    this.#sent = new Array<number>(Math.max(1, ...this.#limits.map(({ steps }) => steps))).fill(0);
  }

  /** A download begins: what was sent before is of another one. */
  begin(): void {
    this.#sent.fill(0);
  }

  /** @returns how many of so many bytes may be sent now, which counts them as sent. */
  take(bytes: number, nowMs: number): number {
    this.#moveTo(Math.floor(nowMs / STEP_MS));
    const left = this.#limits.map((limit) => limit.bytes - this.#sentIn(limit.steps));
    const taken = Math.max(0, Math.min(bytes, ...left.map(Math.floor)));
    const place = this.#step % this.#sent.length;
    this.#sent[place] = (this.#sent[place] ?? 0) + taken;
    return taken;
  }

  #moveTo(step: number): void {
    const { length } = this.#sent;
    for (let at = Math.max(this.#step + 1, step - length + 1); at <= step; at++) this.#sent[at % length] = 0;
    this.#step = step;
  }

  #sentIn(steps: number): number {
    let bytes = 0;
    for (let at = this.#step - steps + 1; at <= this.#step; at++) bytes += this.#sent.at(at % this.#sent.length) ?? 0;
    return bytes;
  }
}
