import type { Reading, WidthChange } from '../../../../../src/engine/transport/concurrency/reading.ts';

/** A path to an origin, as a model of fluid: each transfer waits for its answer, then shares the rates. */
export interface Network {
  /** From request to answer. */
  latencyMs: number;
  /** Bytes per millisecond: of one transfer, and of all of them together. */
  perTransfer?: number;
  total?: number;
  /** Work for each request that cannot be done at the same time as another's. */
  serialMs?: number;
  /** Requests beyond so many at once are refused (429). */
  mostAtOnce?: number;
  /** The origin counts one in twenty for 5 ms longer than the client. */
  hasLingering?: boolean;
  /** How far the rates swing, as a share of them. */
  noise?: number;
}

export interface Load {
  fragments: number;
  fragmentBytes: number;
}

/** What chooses the width: fixed, or fed with readings. */
export interface Chooser {
  width: number;
  observe?(reading: Reading): WidthChange | undefined;
}

export interface Outcome {
  ms: number;
  refused: number;
  changes: (WidthChange & { ms: number })[];
  /** Largest number of requests that the origin had at once, refused ones included. */
  mostAtOnce: number;
}

interface Transfer {
  state: 'asking' | 'receiving' | 'steppedBack';
  /** When the answer comes, or the wait is over. */
  atMs: number;
  sentMs: number;
  leftBytes: number;
}

const readingMs = 10;
const backOffMs = 150;
const endlessMs = 600_000;

/** Runs one download to its end. The same seed gives the same outcome. */
export function simulate(network: Network, load: Load, chooser: Chooser, seed = 1): Outcome {
  return new Simulation(network, load, chooser, seed).run();
}

class Simulation {
  readonly #network: Network;
  readonly #load: Load;
  readonly #chooser: Chooser;
  readonly #stepMs: number;
  readonly #random: () => number;
  readonly #outcome: Outcome = { ms: 0, refused: 0, changes: [], mostAtOnce: 0 };
  #ms = 0;
  #transfers: Transfer[] = [];
  #started = 0;
  #completed = 0;
  #receivedBytes = 0;
  #firstByteMs: number | undefined;
  /** When the serial work is free again, and until when all requests are held. */
  #serialFreeMs = 0;
  #heldUntilMs = 0;
  #lingering: number[] = [];

  constructor(network: Network, load: Load, chooser: Chooser, seed: number) {
    this.#network = network;
    this.#load = load;
    this.#chooser = chooser;
    this.#random = randomFrom(seed);
    this.#stepMs = network.serialMs === undefined ? 1 : 0.25;
  }

  run(): Outcome {
    let nextReadingMs = readingMs;
    while (this.#completed < this.#load.fragments) {
      if (this.#ms > endlessMs) throw new Error('The simulated download does not end.');
      this.#start();
      this.#answer();
      this.#deliver();
      this.#ms += this.#stepMs;
      if (this.#ms < nextReadingMs) continue;
      nextReadingMs += readingMs * (0.8 + 0.6 * this.#random());
      this.#read();
    }
    return { ...this.#outcome, ms: this.#ms };
  }

  #start(): void {
    const { width } = this.#chooser;
    let open = this.#inFlight();
    for (const transfer of this.#transfers) {
      if (transfer.state !== 'steppedBack' || transfer.atMs > this.#ms) continue;
      if (this.#chooser.observe !== undefined && open >= width) break;
      this.#ask(transfer);
      open++;
    }
    if (this.#heldUntilMs > this.#ms) return;
    while (this.#transfers.length < width && this.#started < this.#load.fragments) {
      this.#started++;
      const transfer: Transfer = { state: 'asking', atMs: 0, sentMs: 0, leftBytes: this.#load.fragmentBytes };
      this.#transfers.push(transfer);
      this.#ask(transfer);
    }
  }

  #ask(transfer: Transfer): void {
    const { latencyMs, serialMs = 0 } = this.#network;
    this.#serialFreeMs = Math.max(this.#serialFreeMs, this.#ms) + serialMs;
    transfer.state = 'asking';
    transfer.sentMs = this.#ms;
    transfer.atMs = this.#serialFreeMs + latencyMs * (1 + 0.05 * this.#random());
    this.#outcome.mostAtOnce = Math.max(this.#outcome.mostAtOnce, this.#inFlight());
  }

  #answer(): void {
    const { mostAtOnce = Infinity } = this.#network;
    this.#lingering = this.#lingering.filter((endMs) => endMs > this.#ms);
    for (const transfer of this.#transfers) {
      if (transfer.state !== 'asking' || transfer.atMs > this.#ms) continue;
      const receiving = this.#transfers.filter(({ state }) => state === 'receiving').length;
      if (receiving + this.#lingering.length >= mostAtOnce) {
        this.#outcome.refused++;
        const waitMs = backOffMs * (0.7 + 0.6 * this.#random());
        transfer.state = 'steppedBack';
        transfer.atMs = this.#ms + waitMs;
        if (this.#chooser.observe === undefined) this.#heldUntilMs = Math.max(this.#heldUntilMs, transfer.atMs);
      } else {
        transfer.state = 'receiving';
        const firstByteMs = this.#ms - transfer.sentMs;
        this.#firstByteMs = (this.#firstByteMs ?? firstByteMs) * 0.75 + firstByteMs * 0.25;
      }
    }
  }

  #deliver(): void {
    const { perTransfer = Infinity, total = Infinity, noise = 0 } = this.#network;
    const receiving = this.#transfers.filter(({ state }) => state === 'receiving');
    const rate = Math.min(perTransfer, total / receiving.length);
    for (const transfer of receiving) {
      const bytes = rate * this.#stepMs * (1 + noise * (2 * this.#random() - 1));
      this.#receivedBytes += Math.min(bytes, transfer.leftBytes);
      transfer.leftBytes -= bytes;
    }
    this.#transfers = this.#transfers.filter(({ leftBytes }) => {
      const isOver = leftBytes <= 0;
      if (isOver && this.#network.hasLingering && this.#random() < 0.05) this.#lingering.push(this.#ms + 5);
      return !isOver;
    });
    this.#completed = this.#started - this.#transfers.length;
  }

  #read(): void {
    const change = this.#chooser.observe?.({
      ms: this.#ms,
      receivedBytes: this.#receivedBytes,
      completed: this.#completed,
      inFlight: this.#inFlight(),
      paused: 0,
      firstByteMs: this.#firstByteMs,
      refused: this.#outcome.refused,
      timedOut: 0,
      isWorkWaiting: this.#started < this.#load.fragments,
    });
    if (change) this.#outcome.changes.push({ ...change, ms: this.#ms });
  }

  #inFlight(): number {
    return this.#transfers.filter(({ state }) => state !== 'steppedBack').length;
  }
}

/** A linear congruential generator (Knuth's MMIX), in [0, 1). */
function randomFrom(seed: number): () => number {
  let state = BigInt(seed);
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number(state >> 11n) / 2 ** 53;
  };
}
