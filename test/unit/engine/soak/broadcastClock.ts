import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { PARTS } from '../../../origin/live/clock.ts';
import type { LiveSettings } from '../../../origin/live/settings.ts';
import { viewAt } from '../../../origin/live/timeline.ts';
import { fragmentS, window } from './broadcast.ts';

/** So many of the fragments that are listed may be on their way when the time goes on. */
const slack = 8;
/** Real time that is waited for the others at most: a list that the recorder doubts brings it nothing yet. */
const patienceMs = 1000;
/** And before an origin that is down is asked again. */
const downMs = 50;
/** So often the recorder asks an origin that is down before it comes back: shorter than the window. */
const downReadings = 6;

/** What is broadcast, and where. */
export interface Broadcasting {
  lab: string;
  session: string;
  fragments: number;
  settings: LiveSettings;
}

/**
 * The time of a broadcast and of who records it: it passes while the recorder waits, as fast as the fragments come, and moves the
 * stream of the lab on. For the recorder each reading is as if it were in real time: two seconds later the playlist lists one more.
 */
export class BroadcastClock {
  readonly #broadcasting: Broadcasting;
  readonly #onMoved: (fragments: number) => void;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  /** The recorder cannot read the playlist. */
  isBlind = false;
  #nowMs = 0;
  #parts = window * PARTS;
  #down: { readings: number; isOver: Promise<void>; end: () => void } | undefined;
  /** Fragments that are over, by their index in the recording, while some before them are not. */
  readonly #over = new Map<number, number>();
  #nextIndex = 0;
  /** Of the broadcast: up to it all that the recorder knows of are over. */
  #newest = -1;
  #wake: (() => void) | undefined;

  /** `onMoved` hears how many fragments there are. */
  constructor(broadcasting: Broadcasting, onMoved: (fragments: number) => void) {
    this.#broadcasting = broadcasting;
    this.#onMoved = onMoved;
  }

  /** Parts that are there by now. */
  get parts(): number {
    return Math.floor((this.#nowMs / 1000 / fragmentS) * PARTS) + window * PARTS;
  }

  readonly now = (): number => this.#nowMs;

  readonly wait = async (ms: number, signal: AbortSignal): Promise<void> => {
    await this.#caughtUp();
    this.#nowMs += ms;
    if (this.#down !== undefined && this.#down.readings++ < downReadings) await delay(downMs);
    else {
      await this.#down?.isOver;
      await this.#move();
    }
    signal.throwIfAborted();
  };

  /** A fragment is over: its index in the recording, its place in the broadcast. */
  ended(index: number, place: number): void {
    this.#over.set(index, place);
    for (let over = this.#over.get(this.#nextIndex); over !== undefined; over = this.#over.get(this.#nextIndex)) {
      this.#newest = over;
      this.#over.delete(this.#nextIndex++);
    }
    this.#wake?.();
  }

  /** The origin goes away; what its stream will have to begin with again. */
  goDown(): { fragments: number; parts: number } {
    const { promise: isOver, resolve: end } = Promise.withResolvers<undefined>();
    this.#down = { readings: 0, isOver, end: () => end(undefined) };
    return { fragments: Math.floor(this.#parts / PARTS), parts: this.#parts % PARTS };
  }

  /** The origin is there again. */
  comeBack(): void {
    this.#down?.end();
    this.#down = undefined;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** In real time a fragment is there long before the playlist is read again. */
  async #caughtUp(): Promise<void> {
    const { fragments, settings } = this.#broadcasting;
    const { end, isOut } = viewAt({ fragments, ...settings }, this.#parts);
    if (this.isBlind || isOut) return;
    const isLate = () => this.#newest < end - 1 - slack;
    for (const untilMs = performance.now() + patienceMs; isLate() && performance.now() < untilMs;) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      await Promise.race([woken, delay(patienceMs / 10)]);
    }
  }

  async #move(): Promise<void> {
    const { lab, session } = this.#broadcasting;
    const parts = this.parts - this.#parts;
    this.#parts += parts;
    const query = new URLSearchParams({ session, parts: String(parts) });
    const moving = request(`${lab}/_lab/live?${query.toString()}`, { method: 'POST', agent: this.#agent });
    moving.end();
    const [answer] = (await once(moving, 'response')) as [NodeJS.ReadableStream & { statusCode?: number }];
    await once(answer.resume(), 'end');
    if (answer.statusCode !== 200) throw new Error(`The lab refused to move on: ${String(answer.statusCode)}`);
    this.#onMoved(Math.floor(this.#parts / PARTS));
  }
}
