import type { Limits } from '../request.ts';
import type { Head } from './answer.ts';
import { Watch, type Watchdog } from './watchdog.ts';

/** An answer that nobody needs is read up to here, so that its connection can serve the next request. */
const mostBytes = 64 * 1024;

/** Reads what is left of an answer that nobody needs, if that is little and comes in time; else drops its connection. */
export class Drain {
  readonly #watchdog: Watchdog;
  readonly #watch: Watch;
  readonly #drop: () => void;
  #bytes = 0;

  /** `drop` may be called several times. */
  constructor(watchdog: Watchdog, limits: Limits, drop: () => void) {
    this.#watchdog = watchdog;
    this.#watch = new Watch(limits, undefined, drop);
    this.#drop = drop;
  }

  /** Nobody needs the answer with this head any more. */
  begin({ status, headers }: Head): void {
    const bytes = Number(headers['content-length'] ?? Infinity);
    // Who refuses for the number of connections counts the idle ones too.
    if (bytes <= mostBytes && status !== 429) this.#watchdog.add(this.#watch);
    else this.#drop();
  }

  /** So many bytes of it came. */
  received(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > mostBytes) this.#drop();
  }

  /** The answer is over. */
  end(): void {
    this.#watchdog.remove(this.#watch);
  }
}
