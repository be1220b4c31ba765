import { closeSync, ftruncateSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { diskError, isFolder } from './diskFaults.ts';
import type { Flow } from '../transport/exchange.ts';
import type { Holder, ReorderMemory } from './reorderMemory.ts';

/**
 * One output, written once: each slot's bytes go to their final place as soon as the lengths of all slots before it are
 * known (the origin announces them), and wait in the reorder memory until then. Written beside the target under a
 * temporary name and renamed when whole.
 *
 * Writes are synchronous: the engine has a thread of its own, a chunk can be reused at once, and the socket waits
 * while the disk is slow, which is the back-pressure that is wanted.
 */
export class OutputFile {
  readonly path: string;
  readonly slots: readonly Slot[];
  readonly memory: ReorderMemory;
  writeCalls = 0;
  readonly #temporaryPath: string;
  readonly #descriptor: number;
  /** Slots before it are finished. */
  #head = 0;
  /** Slots up to it, itself included, have a known start. */
  #placed = 0;
  #isOpen = true;
  /** Behind the last byte ever written. */
  #end = 0;

  /** Creates the temporary file. Throws a DiskError when the folder is missing or cannot be written. */
  constructor(target: string, slotCount: number, memory: ReorderMemory) {
    if (statSync(target, { throwIfNoEntry: false })?.isDirectory()) throw isFolder(target);
    this.path = target;
    this.memory = memory;
    // The target's own name may already be as long as the file system allows.
    const temporaryName = `.hotframe-${randomBytes(6).toString('hex')}.part`;
    this.#temporaryPath = path.join(path.dirname(target), temporaryName);
    this.#descriptor = attempt(target, () => openSync(this.#temporaryPath, 'wx+'));
    this.slots = Array.from({ length: slotCount }, (_, index) => new Slot(this, index));
    const first = this.slots[0];
    if (first) first.start = 0;
  }

  /** Bytes of the finished slots at the front and of all others so far. */
  get bytes(): number {
    return this.slots.reduce((sum, slot) => sum + slot.bytes, 0);
  }

  isHead(slot: Slot): boolean {
    return slot.index === this.#head;
  }

  /** Writes all of `chunk` at `position`. */
  writeAt(chunk: Buffer, position: number): void {
    this.#end = Math.max(this.#end, position + chunk.length);
    for (let written = 0; written < chunk.length;) {
      this.writeCalls++;
      written += attempt(this.path, () =>
        writeSync(this.#descriptor, chunk, written, chunk.length - written, position + written),
      );
    }
  }

  /** A slot's length became known: places the slots behind it as far as the known lengths reach. */
  place(): void {
    for (let slot = this.slots[this.#placed]; slot?.length !== undefined; slot = this.slots[this.#placed]) {
      const next = this.slots[++this.#placed];
      if (next === undefined || slot.start === undefined) return;
      next.start = slot.start + slot.length;
      next.flush();
    }
  }

  /** A slot turned out longer or shorter than announced: everything behind it moves. */
  shiftBehind(index: number, from: number, delta: number): void {
    let end = from;
    for (let later = index + 1; later <= this.#placed && later < this.slots.length; later++) {
      const slot = this.slots[later] as Slot;
      if (slot.start === undefined) break;
      end = Math.max(end, slot.start + slot.bytes);
      slot.start += delta;
    }
    this.#move(from, from + delta, end - from);
  }

  advance(): void {
    while (this.slots[this.#head]?.isFinished) this.#head++;
    this.memory.wake();
  }

  /** Checks that every slot is there and gives the file its final name. */
  finish(): void {
    if (this.#head !== this.slots.length) throw new Error(`slot ${this.#head} of ${this.slots.length} is not finished`);
    attempt(this.path, () => {
      // A shifted or retried slot can have left bytes behind the end. Without need, truncating costs 100 ms and more:
      // the file system settles all that is still on its way to the disk.
      if (this.#end > this.bytes) ftruncateSync(this.#descriptor, this.bytes);
      this.#close();
      renameSync(this.#temporaryPath, this.path);
    });
  }

  /** Removes the temporary file; what stands under the final name is not touched. */
  discard(): void {
    this.#close();
    rmSync(this.#temporaryPath, { force: true });
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#descriptor);
  }

  #move(from: number, to: number, length: number): void {
    const block = Buffer.allocUnsafeSlow(Math.min(1 << 20, Math.max(0, length)));
    for (let done = 0; done < length;) {
      const size = Math.min(block.length, length - done);
      // Upwards the ranges overlap from behind, downwards from the front.
      const offset = to > from ? length - done - size : done;
      const read = attempt(this.path, () => readSync(this.#descriptor, block, 0, size, from + offset));
      // A hole at the end of the file reads short; what is not written yet need not move.
      this.writeAt(block.subarray(0, read), to + offset);
      done += size;
    }
  }
}

/** One fragment's place in an output: its init segment, where that changes, and its bytes. */
export class Slot implements Holder {
  readonly index: number;
  flow: Flow | undefined;
  /** Offset in the file; unknown until all lengths before are. */
  start: number | undefined;
  /** Announced or final. */
  length: number | undefined;
  isFinished = false;
  /** Bytes taken so far by the current try. */
  bytes = 0;
  /** How many of them are the init segment. */
  initBytes = 0;
  /** Time spent in writing them to the file. */
  writeMs = 0;
  /** CRC-32 of the fragment's bytes so far, init segment not included. */
  crc32 = 0;
  readonly #output: OutputFile;
  #held: Buffer[] = [];
  #heldBytes = 0;

  constructor(output: OutputFile, index: number) {
    this.#output = output;
    this.index = index;
  }

  get output(): OutputFile {
    return this.#output;
  }

  isHead(): boolean {
    return this.#output.isHead(this);
  }

  /** The slot will have `length` bytes, as far as the origin says. */
  announce(length: number): void {
    if (this.length === length) return;
    const { length: before, start } = this;
    this.length = length;
    if (before !== undefined && start !== undefined) {
      this.#output.shiftBehind(this.index, start + before, length - before);
    }
    this.#output.place();
  }

  /** The init segment in front of the fragment; comes first in each try. */
  writeInit(bytes: Buffer): void {
    this.#append(bytes, 'adopt');
    this.initBytes = bytes.length;
  }

  /** Appends `chunk`: into the file where its place is known, else into the reorder memory, copied. */
  write(chunk: Buffer): void {
    this.crc32 = crc32(chunk, this.crc32);
    this.#append(chunk, 'copy');
  }

  /** As `write`, for a buffer that nobody else uses any more: it is kept without a copy. */
  adopt(chunk: Buffer): void {
    this.crc32 = crc32(chunk, this.crc32);
    this.#append(chunk, 'adopt');
  }

  /** A try failed: the next one starts over. */
  restart(): void {
    this.#releaseHeld();
    this.bytes = 0;
    this.initBytes = 0;
    this.crc32 = 0;
  }

  /** All bytes are there. */
  finish(): void {
    this.announce(this.bytes);
    this.isFinished = true;
    this.#output.memory.forget(this);
    this.#output.advance();
  }

  /** The place is known: what was held goes into the file. */
  flush(): void {
    if (this.#held.length === 0 || this.start === undefined) return;
    let position = this.start;
    this.#makeRoom(this.bytes);
    for (const chunk of this.#held) {
      this.#writeTo(chunk, position);
      position += chunk.length;
    }
    this.#releaseHeld();
  }

  #writeTo(chunk: Buffer, position: number): void {
    const startMs = performance.now();
    this.#output.writeAt(chunk, position);
    this.writeMs += performance.now() - startMs;
  }

  #append(chunk: Buffer, ownership: 'copy' | 'adopt'): void {
    if (this.start !== undefined) {
      this.#makeRoom(this.bytes + chunk.length);
      this.#writeTo(chunk, this.start + this.bytes);
    } else {
      const kept = ownership === 'adopt' ? chunk : copyOf(chunk);
      this.#held.push(kept);
      this.#heldBytes += kept.length;
      this.#output.memory.hold(this, kept.length);
    }
    this.bytes += chunk.length;
  }

  /** More bytes than announced must not run over the slot behind. */
  #makeRoom(bytes: number): void {
    if (this.length !== undefined && bytes > this.length) this.announce(bytes);
  }

  #releaseHeld(): void {
    const bytes = this.#heldBytes;
    this.#held = [];
    this.#heldBytes = 0;
    if (bytes > 0) this.#output.memory.release(bytes);
  }
}

/** A copy in memory of its own: a slice of Node's shared pool would keep the whole pool alive. */
function copyOf(chunk: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(chunk.length);
  chunk.copy(copy);
  return copy;
}

function attempt<T>(target: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw diskError(error, target);
  }
}
