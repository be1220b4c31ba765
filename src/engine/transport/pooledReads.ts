import type { OnReadOpts, Socket } from 'node:net';
import { HeadBoundary } from './headBoundary.ts';

/** One connection's buffer: as much as one read of a loopback or 10 Gbit/s socket brings. */
const bufferBytes = 256 * 1024;
/** A TLS record (RFC 8446 §5.1), which is what one read of a TLS socket brings. */
const recordBytes = 16 * 1024;

const pooled = new WeakSet<ArrayBufferLike>();

/** Whether a chunk stands in memory that connections use again and again. */
export function isPooled(chunk: Buffer): boolean {
  return pooled.has(chunk.buffer);
}

/** The buffers that no connection uses now: as many as there were connections at once. */
export class ReadBuffers {
  readonly #free: Buffer[] = [];
  readonly #bytes: number;

  /** @param bytes that one read brings at most. */
  constructor(bytes = bufferBytes) {
    this.#bytes = bytes;
  }

  take(): Buffer {
    return this.#free.pop() ?? this.#make();
  }

  giveBack(buffer: Buffer): void {
    this.#free.push(buffer);
  }

  #make(): Buffer {
    const buffer = Buffer.allocUnsafeSlow(this.#bytes);
    pooled.add(buffer.buffer);
    return buffer;
  }
}

/**
 * Lets a socket read into one buffer for all its life, instead of a new one for each read, whose page faults and garbage
 * cost more than everything else in a plain download. A chunk that `read` hands out is valid until its taker returns to
 * the event loop; what a taker that has paused leaves is kept as a copy, and the socket reads no more until it is taken.
 *
 * @param isTls Its reads bring one record each: those of one turn of the event loop are handed out together.
 */
export class PooledReads {
  /** For `net.connect` and `tls.connect`. */
  readonly onread: OnReadOpts;
  readonly #buffers: ReadBuffers;
  readonly #buffer: Buffer;
  readonly #isTls: boolean;
  readonly #head = new HeadBoundary();
  #socket: Socket | undefined;
  /** What nobody has taken yet, older than what is in the buffer. */
  #left: Buffer[] = [];
  /** What is new in the buffer: from `taken` to `filled`. */
  #taken = 0;
  #filled = 0;
  #isStopped = false;
  #turn: NodeJS.Immediate | undefined;

  constructor(buffers: ReadBuffers, isTls: boolean) {
    this.#buffers = buffers;
    this.#buffer = buffers.take();
    this.#isTls = isTls;
    this.onread = {
      buffer: () => this.#buffer.subarray(this.#filled),
      callback: (bytes, into) => this.#fill(bytes, into as Buffer),
    };
  }

  /** Has the socket that was made with `onread` hand out what is read. */
  attach(socket: Socket): void {
    this.#socket = socket;
    const read = socket.read.bind(socket);
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
    Object.assign(socket, {
      read: (size?: number) => {
        // So the machinery of streams calls it: the socket reads, and ends.
        if (size === 0) return read(0) as unknown;
        const chunk = this.#take();
        if (chunk === null && this.#isStopped) {
          this.#isStopped = false;
          read(0);
        }
        return chunk;
      },
      unshift: (rest: Uint8Array) => {
        if (rest.length > 0) this.#left.unshift(Buffer.from(rest));
      },
      write: (...args: unknown[]) => {
        this.#head.expect();
        return write(...args);
      },
    });
    socket.once('close', () => this.#end());
  }

  /** Takes note of a read; false to read no more. TLS may have some records more all the same. */
  #fill(bytes: number, into: Buffer): boolean {
    const start = into.byteOffset - this.#buffer.byteOffset;
    if (this.#taken === this.#filled) this.#taken = start;
    this.#filled = start + bytes;
    const hasRoom = this.#buffer.length - this.#filled >= recordBytes;
    if (this.#isTls && hasRoom && this.#left.length === 0) this.#turn ??= setImmediate(() => this.#handOut());
    else this.#handOut();
    this.#isStopped = this.#left.length > 0;
    return !this.#isStopped;
  }

  #handOut(): void {
    clearImmediate(this.#turn);
    this.#turn = undefined;
    this.#socket?.emit('readable');
    if (this.#taken < this.#filled) this.#left.push(Buffer.from(this.#buffer.subarray(this.#taken, this.#filled)));
    this.#taken = 0;
    this.#filled = 0;
  }

  #take(): Buffer | null {
    const left = this.#left.shift();
    if (left === undefined && this.#taken === this.#filled) return null;
    const chunk = left ?? this.#buffer.subarray(this.#taken, this.#filled);
    const isOpen = this.#head.isOpenAfter(chunk);
    if (left) return left;
    this.#taken = this.#filled;
    // undici keeps the pieces of a head until it is whole.
    return isOpen ? Buffer.from(chunk) : chunk;
  }

  #end(): void {
    clearImmediate(this.#turn);
    this.#left = [];
    this.#taken = this.#filled;
    this.#socket = undefined;
    this.#buffers.giveBack(this.#buffer);
  }
}
