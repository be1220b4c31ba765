import { withoutQuery } from '../live/entry.ts';
import type { Part } from '../playlist/model.ts';
import { transferError, type Subject } from '../transport/faults.ts';
import { decryptionError, startDecryption, type Decryption } from './decrypt.ts';
import { decryptWhole, isSampleMethod, type LoadedKey } from './sources.ts';

/** Puts a fragment's parts together in the clear, as far as they are encrypted as resources (AES-128). */
export class PartDecryption {
  readonly #key: LoadedKey | undefined;
  #chain: PartChain | undefined;
  #hasOwn = false;

  constructor(key: LoadedKey | undefined) {
    this.#key = key && isSampleMethod(key.method) ? undefined : key;
  }

  /**
   * Takes the next part's bytes and gives what can be written of whole parts. A part that is a resource is encrypted by itself,
   * with the fragment's key and IV; ranges are cut out of what is encrypted as a whole, where a range's end opens only
   * with the next one. Throws a TransferError for what is neither.
   */
  take(bytes: Buffer<ArrayBuffer>, part: Part, subject: Subject): Buffer {
    if (!this.#key) return bytes;
    if (part.byteRange === undefined) {
      this.#hasOwn = true;
      if (!this.#chain) return decryptWhole(bytes, this.#key, undefined, subject);
    } else if (!this.#hasOwn) {
      this.#chain ??= new PartChain(startDecryption(this.#key.bytes, this.#key.iv));
      if (this.#chain.continues(part)) return this.#chain.take(bytes, part);
    }
    throw transferError(subject, 'CONTENT', 'its encrypted parts do not follow each other');
  }

  /** Parts that were taken and not given. */
  get heldParts(): number {
    return this.#chain?.heldParts ?? 0;
  }

  /** What is left once all parts of the fragment have come. Throws a TransferError when it is no end. */
  end(subject: Subject): Buffer {
    try {
      return this.#chain?.end() ?? Buffer.alloc(0);
    } catch (cause) {
      throw decryptionError(subject, cause);
    }
  }
}

/** Parts that are ranges of one encrypted resource: what is given out always ends where a part does. */
class PartChain {
  readonly #decryption: Decryption;
  /** Ends of the parts that have come but are not in the clear, in bytes of the resource from the first part on. */
  #ends: number[] = [];
  #takenBytes = 0;
  #givenBytes = 0;
  #held: Buffer = Buffer.alloc(0);
  #last: Part | undefined;

  constructor(decryption: Decryption) {
    this.#decryption = decryption;
  }

  get heldParts(): number {
    return this.#ends.length;
  }

  continues({ url, byteRange }: Part): boolean {
    const last = this.#last;
    if (last?.byteRange === undefined) return true;
    return (
      withoutQuery(last.url) === withoutQuery(url) &&
      byteRange?.offset === last.byteRange.offset + last.byteRange.length
    );
  }

  take(bytes: Buffer, part: Part): Buffer {
    this.#last = part;
    this.#takenBytes += bytes.length;
    this.#ends.push(this.#takenBytes);
    this.#held = Buffer.concat([this.#held, this.#decryption.update(bytes)]);
    const clearBytes = this.#givenBytes + this.#held.length;
    const end = this.#ends.findLast((each) => each <= clearBytes) ?? this.#givenBytes;
    this.#ends = this.#ends.filter((each) => each > end);
    const given = this.#held.subarray(0, end - this.#givenBytes);
    this.#held = this.#held.subarray(given.length);
    this.#givenBytes = end;
    return given;
  }

  end(): Buffer {
    this.#ends = [];
    return Buffer.concat([this.#held, this.#decryption.end()]);
  }
}
