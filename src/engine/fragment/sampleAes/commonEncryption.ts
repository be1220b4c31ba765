import { createDecipheriv } from 'node:crypto';
import { blockBytes, ChainedBlocks } from './chainedBlocks.ts';
import { unsupported } from './error.ts';
import type { Protection } from './protection.ts';

/** A range of a buffer, in bytes. */
export interface Range {
  at: number;
  bytes: number;
}

/** Decrypts samples of Common Encryption in place, by each of its schemes (ISO/IEC 23001-7 §9 and §10). */
export class SampleCipher {
  readonly #key: Buffer;
  readonly #iv: Buffer;
  readonly #blocks: ChainedBlocks;

  /** `iv` serves samples for which the file has none. */
  constructor(key: Buffer, iv: Buffer) {
    this.#key = key;
    this.#iv = iv;
    this.#blocks = new ChainedBlocks(key);
  }

  /** Decrypts the protected ranges of one sample. They are clear, in their places, after `flush`. */
  decrypt(bytes: Buffer, ranges: readonly Range[], protection: Protection, sampleIv: Buffer | undefined): void {
    const iv = whole(sampleIv ?? protection.constantIv ?? this.#iv);
    switch (protection.scheme) {
      case 'cbcs':
        for (const range of ranges) {
          this.#blocks.start(iv);
          for (const { at, bytes: count } of blocksOf(range, protection)) this.#blocks.add(bytes, at, count);
        }
        return;
      case 'cbc1':
        this.#blocks.start(iv);
        for (const { at, bytes: count } of ranges) this.#blocks.add(bytes, at, wholeBlocks(count));
        return;
      case 'cenc':
        this.#count(bytes, ranges, iv);
        return;
      case 'cens':
        this.#count(
          bytes,
          hasPattern(protection) ? ranges.flatMap((range) => [...blocksOf(range, protection)]) : ranges,
          iv,
        );
    }
  }

  flush(): void {
    this.#blocks.flush();
  }

  /** Counter mode goes on from range to range, within blocks too. */
  #count(bytes: Buffer, ranges: readonly Range[], iv: Buffer): void {
    const cipher = createDecipheriv('aes-128-ctr', this.#key, iv);
    for (const { at, bytes: count } of ranges) cipher.update(bytes.subarray(at, at + count)).copy(bytes, at);
  }
}

function hasPattern({ clearBlocks }: Protection): boolean {
  return clearBlocks > 0;
}

/** The encrypted blocks of a range; a rest without all encrypted blocks of the pattern is clear, so is half a block. */
function* blocksOf({ at, bytes }: Range, protection: Protection): Generator<Range> {
  if (!hasPattern(protection)) {
    yield { at, bytes: wholeBlocks(bytes) };
    return;
  }
  const { encryptedBlocks, clearBlocks } = protection;
  if (encryptedBlocks === 0) throw unsupported('its pattern of encryption has no encrypted block');
  const encrypted = encryptedBlocks * blockBytes;
  for (let from = at; at + bytes - from >= encrypted; from += encrypted + clearBlocks * blockBytes) {
    yield { at: from, bytes: encrypted };
  }
}

function wholeBlocks(count: number): number {
  return count - (count % blockBytes);
}

/** An IV of 8 bytes is the front of a block whose rest counts the blocks from 0. */
function whole(iv: Buffer): Buffer {
  return iv.length === blockBytes ? iv : Buffer.concat([iv, Buffer.alloc(blockBytes - iv.length)]);
}
