import type { LiveSettings } from './settings.ts';

/** Parts of each fragment. */
export const PARTS = 4;

/** How far a live stream of one session has come, in parts: by time, by hand, or both. */
export class LiveClock {
  readonly #startParts: number;
  readonly #startMs = performance.now();
  readonly #partMs: number | undefined;
  readonly #waiting = new Set<() => void>();
  #advanced = 0;

  /** `startParts` are there when it starts; without `fragmentMs` no time moves it. */
  constructor(startParts: number, fragmentMs?: number) {
    this.#startParts = startParts;
    this.#partMs = fragmentMs === undefined ? undefined : fragmentMs / PARTS;
  }

  /** Parts that are there, without regard to the end of the stream. */
  get position(): number {
    const elapsedMs = performance.now() - this.#startMs;
    const passed = this.#partMs === undefined ? 0 : Math.floor(elapsedMs / this.#partMs);
    return this.#startParts + this.#advanced + passed;
  }

  /** Moves on by so many parts. */
  advance(parts: number): void {
    this.#advanced += parts;
    for (const wake of [...this.#waiting]) wake();
  }

  /** Waits until so many parts are there, or until nobody waits for them any more. */
  async reach(position: number, over: AbortSignal): Promise<void> {
    while (this.position < position && !over.aborted) await this.#wait(position, over);
  }

  #wait(position: number, over: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const ms = this.#msUntil(position);
      const wake = (): void => {
        clearTimeout(timer);
        over.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = ms === undefined ? undefined : setTimeout(wake, ms);
      over.addEventListener('abort', wake);
      this.#waiting.add(wake);
    });
  }

  #msUntil(position: number): number | undefined {
    if (this.#partMs === undefined) return undefined;
    const parts = position - this.#startParts - this.#advanced;
    return Math.max(Math.ceil(this.#startMs + parts * this.#partMs - performance.now()), 1);
  }
}

/** The clocks of the sessions: each starts when its session asks for the first time, or is told to. */
export class ClockBook {
  readonly #clocks = new Map<string, LiveClock>();
  readonly #settings = new Map<string, LiveSettings>();

  /** Starts the session's stream with so many parts, under settings that are too long for a query. */
  begin(session: string, startParts: number, settings: LiveSettings): void {
    this.#clocks.set(session, new LiveClock(startParts, settings.fragmentMs));
    this.#settings.set(session, settings);
  }

  /** What the session's stream was begun with, which goes before its query. */
  settingsOf(session: string): LiveSettings {
    return this.#settings.get(session) ?? {};
  }

  /** The session's clock; `start` makes it where there is none. */
  of(session: string, start: () => LiveClock): LiveClock {
    const known = this.#clocks.get(session);
    if (known !== undefined) return known;
    const clock = start();
    this.#clocks.set(session, clock);
    return clock;
  }

  find(session: string): LiveClock | undefined {
    return this.#clocks.get(session);
  }
}
