import type { OnReadOpts, Socket } from 'node:net';
import { HeadBoundary } from './headBoundary.ts';

/** One connection's buffer: as much as one read of a loopback or 10 Gbit/s socket brings. */
const bufferBytes = 256 * 1024;
/** A TLS record (RFC 8446 §5.1), which is what one read of a TLS socket brings. */
const recordBytes = 16 * 1024;

/** The buffers that no connection uses now: as many as there were connections at once. */
export class ReadBuffers {
  readonly #free: Buffer[] = [];
  readonly #bytes: number;

  /** @param bytes that one read brings at most. */
  constructor(bytes = bufferBytes) {
    this.#bytes = bytes;
  }

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#bytes);
  }

  giveBack(buffer: Buffer): void {
    this.#free.push(buffer);
  }
}

/**
 * Lets a socket read into one buffer for all its life, instead of a new one for each read, whose page faults and garbage
 * cost more than everything else in a plain download. A chunk that `read` hands out is valid until the next `read`; while
 * a chunk waits, because its reader has paused, the socket does not read on.
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
  /** What waits in the buffer: from `taken` to `filled`. */
  #taken = 0;
  #filled = 0;
  #isStopped = false;
  #turn: NodeJS.Immediate | undefined;

  constructor(buffers: ReadBuffers, isTls: boolean) {
    this.#buffers = buffers;
    this.#buffer = buffers.take();
    this.#isTls = isTls;
    this.onread = { buffer: () => this.#next(), callback: (bytes, buffer) => this.#fill(bytes, buffer as Buffer) };
  }

  /** Has the socket that was made with `onread` hand out what is read. */
  attach(socket: Socket): void {
    this.#socket = socket;
    const read = socket.read.bind(socket);
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
    Object.assign(socket, {
      read: (size?: number) => {
        // The machinery of streams calls it so; it makes the socket read, and ends it.
        if (size === 0) return read(0) as unknown;
        if (this.#taken < this.#filled) return this.#take();
        if (this.#isStopped) {
          this.#isStopped = false;
          read(0);
        }
        return null;
      },
      unshift: (rest: Uint8Array) => {
        this.#taken -= rest.length;
      },
      write: (...args: unknown[]) => {
        this.#head.expect();
        return write(...args);
      },
    });
    socket.once('close', () => this.#end());
  }

  /** Where the next read goes. A socket that has stopped does not read before all that waits is taken. */
  #next(): Buffer {
    const isWaiting = this.#taken < this.#filled && !this.#isStopped;
    return isWaiting ? this.#buffer.subarray(this.#filled) : this.#buffer;
  }

  /** Takes note of a read; false to read no more. */
  #fill(bytes: number, into: Buffer): boolean {
    const start = into.byteOffset - this.#buffer.byteOffset;
    if (this.#taken === this.#filled) this.#taken = start;
    this.#filled = start + bytes;
    if (this.#isTls && this.#buffer.length - this.#filled >= recordBytes) {
      this.#turn ??= setImmediate(() => this.#tell());
      return true;
    }
    this.#tell();
    this.#isStopped = this.#taken < this.#filled;
    return !this.#isStopped;
  }

  #tell(): void {
    clearImmediate(this.#turn);
    this.#turn = undefined;
    this.#socket?.emit('readable');
  }

  #take(): Buffer {
    const chunk = this.#buffer.subarray(this.#taken, this.#filled);
    this.#taken = this.#filled;
    // undici keeps the pieces of a head until it is whole.
    return this.#head.isOpenAfter(chunk) ? Buffer.from(chunk) : chunk;
  }

  #end(): void {
    clearImmediate(this.#turn);
    this.#taken = this.#filled;
    this.#socket = undefined;
    this.#buffers.giveBack(this.#buffer);
  }
}
