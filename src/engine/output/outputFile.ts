import { identify, type FragmentIdentity } from './identity.ts';
import type { KeptFragment } from './journal.ts';
import type { Fragment } from '../playlist/model.ts';
import type { Keeper } from './keeper.ts';
import type { PartFile } from './partFile.ts';
import type { ReorderMemory } from './reorderMemory.ts';
import { Slot } from './slot.ts';
import { heartbeatMs } from './unfinished.ts';

/** What is known of a slot from the start: its length, and that its bytes are there where `kept` is. */
export interface KnownSlot {
  length: number;
  kept?: KeptFragment;
}

export interface OutputFileParts {
  /** As it was asked for. */
  path: string;
  part: PartFile;
  /** Owns the temporary files and writes down what is whole. */
  keeper: Keeper;
  /** What is whole stays for another try when this one does not end well. */
  isKept: boolean;
  memory: ReorderMemory;
  slotCount: number;
  /** Of the slots' fragments, where they are written down. */
  identities: readonly FragmentIdentity[];
  /** Of the slots at the front, in order. */
  known: readonly KnownSlot[];
  /** More slots follow, for days perhaps: those that nothing can move any more are let go. */
  isGrowing: boolean;
}

/** So many slots are let go at a time. */
const batchLength = 64;

/**
 * One output, written once: each slot's bytes go to their final place as soon as the lengths of all slots before it are
 * known (the origin announces them), and wait in the reorder memory until then. Written beside the target under a
 * temporary name and renamed when whole.
 */
export class OutputFile {
  /** As it was asked for. */
  readonly path: string;
  readonly part: PartFile;
  /** Without those that were let go. */
  readonly slots: Slot[];
  readonly memory: ReorderMemory;
  readonly #keeper: Keeper;
  readonly #isKept: boolean;
  readonly #isGrowing: boolean;
  readonly #heart: NodeJS.Timeout;
  #hasEnded = false;
  /** What the last heartbeat found wrong. */
  #failure: Error | undefined;
  /** Slots that were let go, those of them that hold a fragment, and their bytes. */
  readonly #past = { slots: 0, fragments: 0, bytes: 0 };
  /** Slots before it are finished. */
  #head = 0;
  /** Slots up to it, itself included, have a known start. */
  #placed = 0;

  constructor({ path, part, keeper, isKept, isGrowing, memory, ...given }: OutputFileParts) {
    const { slotCount, identities, known } = given;
    this.path = path;
    this.part = part;
    this.#keeper = keeper;
    this.#isKept = isKept;
    this.#isGrowing = isGrowing;
    this.memory = memory;
    // What is there came from the address that it has in the journal, whatever the playlist says today.
    const identityOf = (index: number) => known[index]?.kept ?? identities[index];
    this.slots = Array.from({ length: slotCount }, (_, index) => new Slot(this, index, identityOf(index)));
    for (const [index, { length, kept }] of known.entries()) this.slots[index]?.know(length, kept);
    this.#layOut();
    this.#heart = setInterval(() => this.#beat(), heartbeatMs);
    this.#heart.unref();
  }

  /** Bytes of the finished slots at the front and of all others so far. */
  get bytes(): number {
    return this.slots.reduce((sum, slot) => sum + slot.bytes, this.#past.bytes);
  }

  /** The slot of that index, unless it was let go. */
  slotAt(index: number): Slot | undefined {
    return this.slots[index - this.#past.slots];
  }

  isHead(slot: Slot): boolean {
    return slot.index === this.#head;
  }

  /** Makes room for more fragments behind those that are there. */
  append(fragments: readonly Fragment[]): void {
    for (const fragment of fragments) this.slots.push(new Slot(this, fragment.index, identify(fragment)));
    const first = this.slotAt(0);
    if (first) first.start ??= 0;
    this.place();
  }

  /** A slot's length became known: places the slots behind it as far as the known lengths reach. */
  place(): void {
    for (let slot = this.slotAt(this.#placed); slot?.length !== undefined; slot = this.slotAt(this.#placed)) {
      const next = this.slotAt(this.#placed + 1);
      if (next === undefined || slot.start === undefined) return;
      this.#placed++;
      next.start = slot.start + slot.length;
      next.flush();
      if (next.isFinished) this.#keep(next);
    }
  }

  /** A slot turned out longer or shorter than announced: everything behind it moves. */
  shiftBehind(index: number, from: number, delta: number): void {
    let end = from;
    const moved: Slot[] = [];
    for (let later = index + 1; later <= this.#placed; later++) {
      const slot = this.slotAt(later);
      if (slot?.start === undefined) break;
      end = Math.max(end, slot.start + slot.bytes);
      slot.start += delta;
      moved.push(slot);
    }
    this.part.move(from, from + delta, end - from);
    if (!this.#isKept) return;
    this.#keeper.length(this.slotAt(index) as Slot);
    for (const slot of moved) if (slot.isFinished) this.#writeDown(slot);
  }

  /** All bytes of a slot are there. Throws a DiskError when the file has been taken away meanwhile. */
  finished(slot: Slot): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (slot.start !== undefined) this.#keep(slot);
    this.#advance();
  }

  /** Forgets everything, what an earlier try left too. */
  startOver(): void {
    for (const slot of this.slots) slot.reset();
    this.part.truncate(0);
    this.#keeper.startOver();
    this.#layOut();
  }

  /** Where a file that is made of this one goes until it is whole. */
  get muxedPath(): string {
    return this.#keeper.muxedPath;
  }

  /** Checks that every slot is there, and that nothing else is in the file. */
  settle(): void {
    this.#checkSlots();
    this.part.checkPresence();
    this.part.truncate(this.bytes);
  }

  /** Gives a file that was made of this one its final name. Throws a DiskError. */
  finishAs(file: string): void {
    this.part.replaceTarget(file);
  }

  /** Checks that every slot is there and gives the file its final name. */
  finish(): void {
    this.#checkSlots();
    this.#keeper.beat();
    this.part.finish(this.bytes);
    this.#end();
    this.#keeper.remove();
  }

  /** Ends it unfinished: what is whole stays for another try, if it is to be kept and there is something. */
  keep(): { fragments: number; bytes: number } {
    if (this.#hasEnded) return { fragments: 0, bytes: 0 };
    const whole = this.slots.filter((slot) => slot.start !== undefined && holdsFragment(slot));
    const fragments = this.#past.fragments + whole.length;
    if (!this.#isKept || fragments === 0) {
      this.discard();
      return { fragments: 0, bytes: 0 };
    }
    this.#end();
    this.part.close();
    this.#keeper.release();
    return { fragments, bytes: whole.reduce((sum, { bytes }) => sum + bytes, this.#past.bytes) };
  }

  /** Removes everything temporary; what stands under the final name is not touched. */
  discard(): void {
    if (this.#hasEnded) return;
    this.#end();
    this.part.close();
    this.#keeper.remove();
  }

  /** Gives the slots at the front their places, as far as their lengths are known. */
  #layOut(): void {
    this.#head = 0;
    this.#placed = 0;
    const first = this.slotAt(0);
    if (first) first.start = 0;
    this.place();
    this.#advance();
  }

  #checkSlots(): void {
    const count = this.#past.slots + this.slots.length;
    if (this.#head !== count) throw new Error(`slot ${this.#head} of ${count} is not finished`);
  }

  #end(): void {
    this.#hasEnded = true;
    clearInterval(this.#heart);
  }

  #advance(): void {
    while (this.slotAt(this.#head)?.isFinished) this.#head++;
    this.memory.wake();
    if (this.#isGrowing) this.#letGo();
  }

  /** Lets go of the slots that have their place for good. */
  #letGo(): void {
    // The next slot's place follows from the one that was placed last.
    const count = Math.min(this.#head, this.#placed) - this.#past.slots;
    if (count < batchLength) return;
    for (const slot of this.slots.splice(0, count)) {
      this.#past.slots++;
      this.#past.bytes += slot.bytes;
      if (holdsFragment(slot)) this.#past.fragments++;
    }
  }

  /** Writes down a slot that is whole and in its place, with the lengths of those before that are not whole yet. */
  #keep(slot: Slot): void {
    if (!this.#isKept) return;
    for (let index = this.#head; index < slot.index; index++) {
      const before = this.slotAt(index);
      if (before === undefined || before.isFinished || before.isLengthKept) continue;
      before.isLengthKept = true;
      this.#keeper.length(before);
    }
    this.#writeDown(slot);
  }

  #writeDown(slot: Slot): void {
    if (slot.isPassedOver) this.#keeper.length(slot);
    else this.#keeper.keep(slot);
  }

  #beat(): void {
    try {
      this.#keeper.beat();
      this.part.checkPresence();
    } catch (error) {
      // Thrown where somebody waits: when the next slot is finished.
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
  }
}

function holdsFragment({ isFinished, isPassedOver, bytes }: Slot): boolean {
  return isFinished && !isPassedOver && bytes > 0;
}
