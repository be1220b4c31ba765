import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Bucket } from './bucket.ts';
import { Pipe } from './pipe.ts';
import { isSlow, type PathShape } from './shape.ts';

/** Between two looks at what is due. Timers are no finer. */
const tickMs = 1;

/**
 * Passes connections on to a port of this machine as they are, TLS and HTTP/2 untouched, over a path of that shape.
 * Resolves to the port that it listens on.
 */
export async function listen(target: number, shape: PathShape): Promise<number> {
  const relay = new Relay(target, shape);
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => relay.accept(client));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

class Relay {
  readonly #target: number;
  readonly #shape: PathShape;
  readonly #total: Bucket | undefined;
  /** Towards origins, which only delays, and towards clients. */
  readonly #pipes = new Set<Pipe>();
  #connections = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerMs = Infinity;
  /** Who has the first turn: nobody gets more for having come earlier. */
  #turn = 0;

  constructor(target: number, shape: PathShape) {
    this.#target = target;
    this.#shape = shape;
    const { totalBytesPerSecond } = shape;
    this.#total = totalBytesPerSecond === undefined ? undefined : new Bucket(totalBytesPerSecond, performance.now());
  }

  accept(client: Socket): void {
    const { delayMs = 0, connectionBytesPerSecond } = this.#shape;
    const origin = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const bytesPerSecond = this.#speed(connectionBytesPerSecond);
    // The system has shaken hands already, in no time: what the client says first waits for that round trip.
    const firstMs = performance.now() + 2 * delayMs;
    const wake = () => this.#wake();
    const pipes = [
      new Pipe(client, origin, { delayMs, firstMs }, wake),
      new Pipe(origin, client, { delayMs, firstMs, bytesPerSecond }, wake),
    ];
    for (const pipe of pipes) this.#pipes.add(pipe);
    for (const [socket, other] of [
      [client, origin],
      [origin, client],
    ] as const) {
      // A reset is passed on as one; 'close' follows.
      socket.on('error', () => other.resetAndDestroy());
      socket.on('close', () => {
        if (!other.destroyed) return;
        for (const pipe of pipes) this.#pipes.delete(pipe);
      });
    }
    client.on('close', () => origin.destroy());
    this.#connections++;
  }

  #speed(bytesPerSecond: number | undefined): number | undefined {
    if (!isSlow(this.#shape, this.#connections)) return bytesPerSecond;
    const { totalBytesPerSecond = slowestFull } = this.#shape;
    return (bytesPerSecond ?? totalBytesPerSecond) / 10;
  }

  #wake(dueMs = 0): void {
    const nowMs = performance.now();
    const atMs = Math.max(dueMs, nowMs + tickMs);
    if (this.#timerMs <= atMs) return;
    clearTimeout(this.#timer);
    this.#timerMs = atMs;
    this.#timer = setTimeout(() => this.#tick(), atMs - nowMs);
  }

  #tick(): void {
    this.#timerMs = Infinity;
    const nowMs = performance.now();
    this.#total?.fill(nowMs);
    for (const pipe of this.#pipes) pipe.fill(nowMs);
    const pipes = [...this.#pipes];
    this.#turn = pipes.length === 0 ? 0 : (this.#turn + 1) % pipes.length;
    for (let isMoving = true; isMoving;) {
      isMoving = false;
      for (let step = 0; step < pipes.length; step++) {
        const pipe = pipes[(this.#turn + step) % pipes.length] as Pipe;
        const bytes = pipe.send(nowMs, this.#total?.bytes ?? Infinity);
        this.#total?.take(bytes);
        isMoving ||= bytes > 0;
      }
    }
    const dueMs = Math.min(...pipes.map((pipe) => pipe.dueMs ?? Infinity));
    if (dueMs < Infinity) this.#wake(dueMs);
  }
}

/** What a tenth is taken of where nothing limits a connection: 1 Gbit/s. */
const slowestFull = 125_000_000;
