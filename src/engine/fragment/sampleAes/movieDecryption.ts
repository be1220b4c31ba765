import type { Decryption } from '../decrypt.ts';
import { informationReader, isInformation } from './auxiliary.ts';
import { freeBox, readBoxes, type PlacedBox } from './boxTree.ts';
import { SampleCipher, type Range } from './commonEncryption.ts';
import { damaged, unsupported } from './error.ts';
import { readMovieInit, type ProtectedTrack } from './movieInit.ts';
import { GroupedProtection, isProtectionGroup } from './sampleGroups.ts';
import { readTrackFragment, type SampleBudget, type TrackFragment } from './trackFragment.ts';

/**
 * Decrypts a segment of fragmented MP4 (ISO/IEC 23001-7). Holds it whole: the boxes that tell where samples lie may stand
 * anywhere. What told of the encryption becomes `free` boxes, so sizes and offsets stay as they are.
 */
export class MovieDecryption implements Decryption {
  readonly #cipher: SampleCipher;
  readonly #tracks: ReadonlyMap<number, ProtectedTrack>;
  #held = Buffer.alloc(0);
  #used = 0;

  /** Throws SampleDecryptionError for an init segment that can't be read. */
  constructor(key: Buffer, iv: Buffer, init: Buffer) {
    this.#cipher = new SampleCipher(key, iv);
    this.#tracks = readMovieInit(init).tracks;
  }

  update(chunk: Buffer): Buffer {
    if (this.#used + chunk.length > this.#held.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(this.#used + chunk.length, this.#held.length * 2, 256 * 1024));
      this.#held.copy(larger, 0, 0, this.#used);
      this.#held = larger;
    }
    this.#used += chunk.copy(this.#held, this.#used);
    return Buffer.alloc(0);
  }

  end(): Buffer {
    const bytes = this.#held.subarray(0, this.#used);
    const boxes = readBoxes(bytes, 0, bytes.length);
    const data = boxes.filter(({ type }) => type === 'mdat');
    const budget: Budget = { samples: bytes.length, bytes: bytes.length };
    for (const box of boxes) {
      if (box.type === 'moof') this.#decrypt(bytes, box, data, budget);
      if (box.type === 'pssh') freeBox(bytes, box);
    }
    this.#cipher.flush();
    return bytes;
  }

  #decrypt(bytes: Buffer, moof: PlacedBox, data: readonly PlacedBox[], budget: Budget): void {
    let next = moof.start;
    for (const box of readBoxes(bytes, moof.body, moof.end)) {
      if (box.type === 'pssh') freeBox(bytes, box);
      if (box.type !== 'traf') continue;
      const fragment = readTrackFragment(bytes, box, this.#tracks, { moof: moof.start, next }, budget);
      if (!fragment) continue;
      next = fragment.end;
      this.#decryptTrack(bytes, fragment, data, budget);
    }
  }

  #decryptTrack(bytes: Buffer, fragment: TrackFragment, data: readonly PlacedBox[], budget: Budget): void {
    const { boxes, track, descriptionIndex } = fragment;
    const ofTrack = track.descriptions[descriptionIndex - 1];
    // A clear track has nothing to decrypt, and boxes of its own.
    if (!ofTrack) return;
    const protections = new GroupedProtection(bytes, boxes, ofTrack, track.groups);
    const information = informationReader(bytes, fragment);
    for (const sample of fragment.runs.flat()) {
      const protection = protections.next();
      const { iv, ranges } = information(sample, protection);
      if (!protection?.isProtected) continue;
      if (protection.sampleIvBytes > 0 && !iv) throw damaged('a sample has no IV');
      if (!ranges && track.isVideo) throw unsupported('nothing says which parts of its pictures are encrypted');
      checkPlace(sample, data, budget);
      this.#cipher.decrypt(bytes, ranges ?? [sample], protection, iv);
    }
    for (const box of boxes) if (isInformation(bytes, box) || isProtectionGroup(bytes, box)) freeBox(bytes, box);
  }
}

/** Bytes of samples may be decrypted once: as many as there are. */
interface Budget extends SampleBudget {
  bytes: number;
}

function checkPlace({ at, bytes }: Range, data: readonly PlacedBox[], budget: Budget): void {
  let [low, high] = [0, data.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((data[middle]?.end ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  const box = data[low];
  if (bytes > 0 && (!box || at < box.body || at + bytes > box.end))
    throw damaged('a sample lies outside the media data');
  budget.bytes -= bytes;
  if (budget.bytes < 0) throw damaged('samples lie above each other');
}
