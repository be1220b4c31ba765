import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { DiskError } from '../errors.ts';
import { diskError } from './diskFaults.ts';
import { Journal, type JournalHeader } from './journal.ts';
import type { KnownSlot } from './outputFile.ts';
import type { Slot } from './slot.ts';
import { release, removeFiles, type PartNames } from './unfinished.ts';

/** What the header says of the stream. */
export type KeptStream = Pick<JournalHeader, 'stream' | 'isRecording'>;

/** Writes down which fragments of a part file are whole, so that another try can go on from there. */
export class Keeper {
  readonly #names: PartNames;
  readonly #about: KeptStream;
  #journal: Journal;

  /**
   * Starts the journal with what is known of the slots at the front. One that is there is replaced when the new one is
   * complete. Throws a DiskError.
   */
  constructor(names: PartNames, about: KeptStream, known: readonly KnownSlot[]) {
    this.#names = names;
    this.#about = about;
    this.#journal = this.#start(known);
  }

  /** Where a file that is made of the part goes until it is whole. */
  get muxedPath(): string {
    return this.#names.muxed;
  }

  /** The slot is whole and in its place. */
  keep(slot: Slot): void {
    const { index, start = 0, initBytes, initChecksum, checksum, identity } = slot;
    const bytes = slot.bytes - initBytes;
    const { shape = 0, address = 0 } = identity ?? {};
    this.#journal.keep({ index, start, initBytes, initChecksum, bytes, checksum, shape, address });
  }

  /** Others lie behind the slot, which is not whole yet. */
  length({ index, length }: Slot): void {
    if (length !== undefined) this.#journal.length(index, length);
  }

  /** Shows that its owner lives. Throws a DiskError when it did not for so long that somebody else took over. */
  beat(): void {
    if (!existsSync(this.#names.journal)) throw takenOver(this.#names.target);
    this.#journal.beat();
  }

  /** Forgets all that was kept. */
  startOver(): void {
    this.#journal.close();
    this.#journal = this.#start([]);
  }

  /** Ends it, for the next try to go on from. */
  release(): void {
    try {
      this.#journal.flush();
      release(this.#names);
    } catch (error) {
      // A full disk: what could not be written down is fetched again. Why the download ends is told already.
      if (!(error instanceof DiskError)) throw error;
    } finally {
      this.#journal.close();
    }
  }

  /** Removes the journal and the part file, unless they belong to somebody else by now. */
  remove(): void {
    this.#journal.close();
    if (existsSync(this.#names.journal)) removeFiles(this.#names);
  }

  #start(known: readonly KnownSlot[]): Journal {
    const { target, part, journal, next } = this.#names;
    try {
      rmSync(next, { force: true });
      const path = existsSync(journal) ? next : journal;
      const header = { target: basename(target), part: basename(part), ...this.#about };
      const started = new Journal(path, { hotframe: 'journal', schema: 1, ...header }, target);
      for (const [index, { length, kept }] of known.entries()) {
        if (kept) started.keep(kept);
        else started.length(index, length);
      }
      started.flush();
      if (path === next) renameSync(next, journal);
      return started;
    } catch (error) {
      throw error instanceof DiskError ? error : diskError(error, target);
    }
  }
}

function takenOver(target: string): DiskError {
  return new DiskError('HLS_DISK_BUSY', `Another download has taken over the unfinished file of ${target}.`, {
    hint: 'Wait for it, or choose another name.',
  });
}
