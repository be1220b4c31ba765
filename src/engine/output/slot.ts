import type { Flow } from '../transport/receiver.ts';
import { checksumOf, startChecksum, type Checksum } from './checksum.ts';
import type { KeptFragment } from './journal.ts';
import type { FragmentIdentity } from './identity.ts';
import type { OutputFile } from './outputFile.ts';
import type { Holder } from './reorderMemory.ts';

/** Of no bytes. */
const nothing = 'crc32:00000000';

/** One fragment's place in an output: its init segment, where that changes, and its bytes. */
export class Slot implements Holder {
  readonly index: number;
  /** Of its fragment, where that is written down. */
  readonly identity: FragmentIdentity | undefined;
  flow: Flow | undefined;
  /** Offset in the file; unknown until all lengths before are. */
  start: number | undefined;
  /** Announced or final. */
  length: number | undefined;
  isFinished = false;
  /** Its fragment could not be had: what stands in its place is not whole, and the next try asks for it again. */
  isPassedOver = false;
  /** It was in the file already, from an earlier try. */
  isResumed = false;
  /** Its length is written down, for those behind it. */
  isLengthKept = false;
  /** Bytes taken so far by the current try. */
  bytes = 0;
  /** How many of them are the init segment. */
  initBytes = 0;
  initChecksum = nothing;
  /** Time spent in writing them to the file. */
  writeMs = 0;
  /** From when they were all there until their place was known. */
  orderMs = 0;
  /** Memory that was allocated on their way here, all tries: how often, and how much. */
  buffers = 0;
  bufferBytes = 0;
  /** Of the fragment's bytes, init segment not included, once they are all there. */
  checksum = nothing;
  readonly #output: OutputFile;
  #sum: Checksum | undefined;
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** When they were all there, where their place was not known then. */
  #waitingSinceMs: number | undefined;

  constructor(output: OutputFile, index: number, identity?: FragmentIdentity) {
    this.#output = output;
    this.index = index;
    this.identity = identity;
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

  /** Memory of so many bytes was allocated for what comes here. */
  allocated(bytes: number): void {
    this.buffers++;
    this.bufferBytes += bytes;
  }

  /** The init segment in front of the fragment; comes first in each try. */
  writeInit(bytes: Buffer): void {
    this.#append(bytes, 'adopt');
    this.initBytes = bytes.length;
    this.initChecksum = checksumOf(bytes);
  }

  /** Appends `chunk`: into the file where its place is known, else into the reorder memory, copied. */
  write(chunk: Buffer): void {
    (this.#sum ??= startChecksum(this.length)).update(chunk);
    this.#append(chunk, 'copy');
  }

  /** As `write`, for a buffer that nobody else uses any more: it is kept without a copy. */
  adopt(chunk: Buffer): void {
    (this.#sum ??= startChecksum(this.length)).update(chunk);
    this.#append(chunk, 'adopt');
  }

  /** A try failed: the next one starts over. */
  restart(): void {
    this.#releaseHeld();
    this.bytes = 0;
    this.initBytes = 0;
    this.initChecksum = nothing;
    this.checksum = nothing;
    this.#sum = undefined;
  }

  /** All bytes are there. */
  finish(): void {
    this.announce(this.bytes);
    this.checksum = this.#sum?.text() ?? nothing;
    this.#sum = undefined;
    this.isFinished = true;
    if (this.start === undefined) this.#waitingSinceMs = performance.now();
    this.#output.memory.forget(this);
    this.#output.finished(this);
  }

  /** Ends it without its fragment. */
  passOver(): void {
    this.isPassedOver = true;
    this.finish();
  }

  /** What an earlier try told: its length, and its bytes where they are there. */
  know(length: number, kept: KeptFragment | undefined): void {
    this.length = length;
    this.isLengthKept = true;
    if (kept === undefined) return;
    const { start, initBytes, initChecksum, bytes, checksum } = kept;
    Object.assign(this, { start, initBytes, initChecksum, checksum, bytes: initBytes + bytes });
    this.isFinished = true;
    this.isResumed = true;
  }

  /** Back to how it was made: nothing is known of it, nothing of it is kept. */
  reset(): void {
    this.restart();
    this.start = undefined;
    this.length = undefined;
    this.isFinished = false;
    this.isPassedOver = false;
    this.isResumed = false;
    this.isLengthKept = false;
  }

  /** The place is known: what was held goes into the file. */
  flush(): void {
    if (this.start === undefined) return;
    if (this.#waitingSinceMs !== undefined) this.orderMs = performance.now() - this.#waitingSinceMs;
    this.#waitingSinceMs = undefined;
    if (this.#held.length === 0) return;
    let position = this.start;
    this.#makeRoom(this.bytes);
    for (const chunk of this.#held) {
      this.#writeTo(chunk, position);
      position += chunk.length;
    }
    this.#releaseHeld();
  }

  #writeTo(chunk: Buffer, position: number): void {
    const { part } = this.#output;
    const before = part.writeMs;
    part.writeAt(chunk, position);
    this.writeMs += part.writeMs - before;
  }

  #append(chunk: Buffer, ownership: 'copy' | 'adopt'): void {
    if (this.start !== undefined) {
      this.#makeRoom(this.bytes + chunk.length);
      this.#writeTo(chunk, this.start + this.bytes);
    } else {
      const kept = ownership === 'adopt' ? chunk : this.#copy(chunk);
      this.#held.push(kept);
      this.#heldBytes += kept.length;
      this.#output.memory.hold(this, kept.length);
    }
    this.bytes += chunk.length;
  }

  /** A copy in memory of its own: a slice of Node's shared pool would keep the whole pool alive. */
  #copy(chunk: Buffer): Buffer {
    this.allocated(chunk.length);
    const copy = Buffer.allocUnsafeSlow(chunk.length);
    chunk.copy(copy);
    return copy;
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
