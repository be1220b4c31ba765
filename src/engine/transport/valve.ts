import type { Dispatcher } from 'undici';
import type { Watch } from './watchdog.ts';

/** Who stops an answer: the one who takes it in, or the rate that all share. */
export type Stopper = 'receiver' | 'rate';

/** Stops what undici delivers while anybody wants it stopped; the time is not the origin's to answer for. */
export class Valve {
  readonly #watch: Watch;
  readonly #stoppers = new Set<Stopper>();
  #controller: Dispatcher.DispatchController | undefined;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  attach(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
  }

  stop(who: Stopper): void {
    this.#stoppers.add(who);
    this.#watch.pause();
    this.#controller?.pause();
  }

  go(who: Stopper): void {
    if (!this.#stoppers.delete(who) || this.#stoppers.size > 0) return;
    this.#watch.resume();
    // Not at once: one transfer's bytes make room for another, and undici's parsers must not run inside each other.
    queueMicrotask(() => {
      if (this.#stoppers.size === 0) this.#controller?.resume();
    });
  }
}
