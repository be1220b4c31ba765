import type { Socket } from 'node:net';
import { Bucket } from './bucket.ts';

/** More than the fastest path has on its way: a connection of 2 Gbit/s over 50 ms. */
const mostOnWay = 16 * 1024 * 1024;
/** Pieces in which connections take turns. */
const pieceBytes = 16 * 1024;

/** One direction of one connection: bytes come out `delayMs` after they went in, no faster than the buckets allow. */
export class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #delayMs: number;
  readonly #bucket: Bucket | undefined;
  readonly #wake: () => void;
  readonly #queue: { chunk: Buffer; dueMs: number }[] = [];
  #queuedBytes = 0;
  #isFull = false;
  #endMs: number | undefined;

  /** @param wake is called when there is something to do. `firstMs`: nothing comes out before. */
  constructor(
    from: Socket,
    to: Socket,
    path: { delayMs: number; bytesPerSecond?: number | undefined; firstMs: number },
    wake: () => void,
  ) {
    this.#from = from;
    this.#to = to;
    this.#delayMs = path.delayMs;
    const { bytesPerSecond } = path;
    this.#bucket = bytesPerSecond === undefined ? undefined : new Bucket(bytesPerSecond, performance.now());
    this.#wake = wake;
    from.on('data', (chunk) => {
      this.#take(chunk, path.firstMs);
    });
    from.on('end', () => {
      this.#endMs = Math.max(performance.now(), path.firstMs) + this.#delayMs;
      wake();
    });
    to.on('drain', () => {
      this.#isFull = false;
      wake();
    });
  }

  /** When it has something to do next; undefined while it waits for others. */
  get dueMs(): number | undefined {
    if (this.#isFull) return undefined;
    return this.#queue[0]?.dueMs ?? this.#endMs;
  }

  fill(nowMs: number): void {
    this.#bucket?.fill(nowMs);
  }

  /** Lets a piece out, if one is due; returns its bytes. */
  send(nowMs: number, most: number): number {
    const first = this.#queue[0];
    if (this.#isFull) return 0;
    if (first === undefined) {
      if (this.#endMs === undefined || this.#endMs > nowMs) return 0;
      this.#endMs = undefined;
      this.#to.end();
      return 0;
    }
    const bytes = Math.min(first.chunk.length, pieceBytes, most, this.#bucket?.bytes ?? Infinity);
    if (first.dueMs > nowMs || bytes === 0) return 0;
    const piece = first.chunk.subarray(0, bytes);
    if (bytes === first.chunk.length) this.#queue.shift();
    else first.chunk = first.chunk.subarray(bytes);
    this.#bucket?.take(bytes);
    this.#queuedBytes -= bytes;
    if (this.#queuedBytes < mostOnWay) this.#from.resume();
    if (!this.#to.write(piece)) this.#isFull = true;
    return bytes;
  }

  #take(chunk: Buffer, firstMs: number): void {
    this.#queue.push({ chunk, dueMs: Math.max(performance.now(), firstMs) + this.#delayMs });
    this.#queuedBytes += chunk.length;
    if (this.#queuedBytes >= mostOnWay) this.#from.pause();
    this.#wake();
  }
}
