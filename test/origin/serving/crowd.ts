import type { Options } from './options.ts';

/** The requests of each session that are being answered: an origin may take so many at once and no more. */
export class Crowd {
  readonly #counts = new Map<string, number>();

  /** Counts a request until it is over; false where it is one too many. */
  admit({ session = '', mostAtOnce }: Options, over: AbortSignal): boolean {
    if (mostAtOnce === undefined || over.aborted) return true;
    const count = this.#counts.get(session) ?? 0;
    if (count >= mostAtOnce) return false;
    this.#counts.set(session, count + 1);
    over.addEventListener('abort', () => this.#counts.set(session, (this.#counts.get(session) ?? 1) - 1), {
      once: true,
    });
    return true;
  }
}
