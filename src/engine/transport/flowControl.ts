import type { ClientHttp2Session } from 'node:http2';

/** How often the length of the path is measured on a connection, and how far apart. */
const pings = 5;
const pingMs = 1000;
/** The windows bound what comes where so much of them is used in each round trip: they are given back in halves. */
const boundShare = 0.7;
/** Bytes come in bursts of a window: rates are of so many round trips, and of at least so long. */
const roundTrips = 4;
const leastMs = 100;

interface Reading {
  ms: number;
  receivedBytes: number;
  bodyMs: number;
}

/** Windows of HTTP/2 in bytes: of a stream and of a connection. */
export interface Windows {
  stream: number;
  connection: number;
}

/**
 * Tells whether windows of HTTP/2 bound what comes (RFC 9113 §5.2): an origin sends one window in the time in which word of it having
 * been read comes back, and no more.
 */
export class FlowControl {
  readonly #windows: Windows;
  readonly #sessions = new Set<ClientHttp2Session>();
  /** Shortest time there and back. */
  #roundTripMs = Infinity;
  #readings: Reading[] = [];

  constructor(windows: Windows) {
    this.#windows = windows;
  }

  /** A connection stands. How long the way is, it is asked by PING (RFC 9113 §6.7). */
  watch(session: ClientHttp2Session): void {
    this.#sessions.add(session);
    let left = pings;
    const ping = (): void => {
      if (session.closed || session.destroyed || left-- === 0) return;
      session.ping((error: Error | null, durationMs: number) => {
        if (error === null) this.#roundTripMs = Math.min(this.#roundTripMs, durationMs);
      });
      timer = setTimeout(ping, pingMs).unref();
    };
    let timer: NodeJS.Timeout | undefined;
    session.once('close', () => {
      clearTimeout(timer);
      this.#sessions.delete(session);
    });
    ping();
  }

  /**
   * Whether they bind now.
   *
   * @param receivedBytes of bodies, since the start
   * @param bodyMs time in which bodies came, added up over all of them
   */
  isBinding({ ms, receivedBytes, bodyMs }: Reading): boolean {
    if (this.#sessions.size === 0 || this.#roundTripMs === Infinity) return false;
    const spanMs = Math.max(leastMs, roundTrips * this.#roundTripMs);
    this.#readings.push({ ms, receivedBytes, bodyMs });
    while ((this.#readings[1]?.ms ?? Infinity) <= ms - spanMs) this.#readings.shift();
    const first = this.#readings[0];
    if (first === undefined || bodyMs <= first.bodyMs || ms <= first.ms) return false;
    const bytes = receivedBytes - first.receivedBytes;
    const perStream = (bytes / (bodyMs - first.bodyMs)) * this.#roundTripMs;
    const perConnection = (bytes / (ms - first.ms) / this.#sessions.size) * this.#roundTripMs;
    return perStream >= boundShare * this.#windows.stream || perConnection >= boundShare * this.#windows.connection;
  }
}
