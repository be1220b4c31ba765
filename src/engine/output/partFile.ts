import { closeSync, fstatSync, ftruncateSync, openSync, readSync, renameSync, statSync, writeSync } from 'node:fs';
import { DiskError } from '../errors.ts';
import { diskError } from './diskFaults.ts';

const blockBytes = 1 << 20;

/**
 * An output while it is not whole: a file under a temporary name beside its target. Whatever the file system refuses
 * is thrown as a DiskError that names the target.
 *
 * Writes are synchronous: the engine has a thread of its own, a chunk can be reused at once, and the socket waits
 * while the disk is slow, which is the back-pressure that is wanted.
 */
export class PartFile {
  readonly path: string;
  writeCalls = 0;
  /** Time in those calls. */
  writeMs = 0;
  readonly #target: string;
  readonly #descriptor: number;
  #isOpen = true;
  /** Behind the last byte ever written. */
  #end: number;

  /** Creates the file, or opens the one that is there. */
  constructor(path: string, target: string, mode: 'create' | 'open') {
    this.path = path;
    this.#target = target;
    this.#descriptor = this.#attempt(() => openSync(path, mode === 'create' ? 'wx+' : 'r+'));
    this.#end = mode === 'create' ? 0 : this.#attempt(() => fstatSync(this.#descriptor).size);
  }

  /** Writes all of `chunk` at `position`. */
  writeAt(chunk: Buffer, position: number): void {
    const startMs = performance.now();
    this.#end = Math.max(this.#end, position + chunk.length);
    for (let written = 0; written < chunk.length;) {
      this.writeCalls++;
      written += this.#attempt(() =>
        writeSync(this.#descriptor, chunk, written, chunk.length - written, position + written),
      );
    }
    this.writeMs += performance.now() - startMs;
  }

  /** The bytes from `position` on, `length` or fewer where the file ends, block by block. A block is valid until the next. */
  *read(position: number, length: number): Generator<Buffer> {
    const block = Buffer.allocUnsafeSlow(Math.min(blockBytes, length));
    for (let done = 0; done < length;) {
      const size = Math.min(block.length, length - done);
      const read = this.#attempt(() => readSync(this.#descriptor, block, 0, size, position + done));
      if (read === 0) return;
      yield block.subarray(0, read);
      done += read;
    }
  }

  /** Moves `length` bytes; the ranges may overlap. */
  move(from: number, to: number, length: number): void {
    const block = Buffer.allocUnsafeSlow(Math.min(blockBytes, Math.max(0, length)));
    for (let done = 0; done < length;) {
      const size = Math.min(block.length, length - done);
      // Upwards the ranges overlap from behind, downwards from the front.
      const offset = to > from ? length - done - size : done;
      const read = this.#attempt(() => readSync(this.#descriptor, block, 0, size, from + offset));
      // A hole at the end of the file reads short; what is not written yet need not move.
      this.writeAt(block.subarray(0, read), to + offset);
      done += size;
    }
  }

  /** Throws unless the file still stands under its name: somebody may have removed or replaced it. */
  checkPresence(): void {
    const own = this.#attempt(() => fstatSync(this.#descriptor));
    const there = this.#attempt(() => statSync(this.path, { throwIfNoEntry: false }));
    if (there?.ino === own.ino && own.size >= this.#end) return;
    const what = there?.ino === own.ino ? 'cut short' : 'removed';
    throw new DiskError('HLS_DISK_REMOVED', `The unfinished file of ${this.#target} was ${what} by somebody else.`, {
      hint: 'Start the download again, and leave the files named .hotframe-… alone until it is whole.',
    });
  }

  /** Cuts it to so many bytes. */
  truncate(bytes: number): void {
    this.#attempt(() => ftruncateSync(this.#descriptor, bytes));
    this.#end = bytes;
  }

  /** Gives the file, `bytes` long, its final name. */
  finish(bytes: number): void {
    this.checkPresence();
    // A shifted or retried slot can have left bytes behind the end. Without need, truncating costs 100 ms and more:
    // the file system settles all that is still on its way to the disk.
    if (this.#end > bytes) this.#attempt(() => ftruncateSync(this.#descriptor, bytes));
    this.close();
    this.#attempt(() => renameSync(this.path, this.#target));
  }

  /** Gives another file the target's name. */
  replaceTarget(file: string): void {
    this.#attempt(() => renameSync(file, this.#target));
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#descriptor);
  }

  #attempt<T>(operation: () => T): T {
    try {
      return operation();
    } catch (error) {
      throw diskError(error, this.#target);
    }
  }
}
