import { createDecipheriv, type Decipheriv } from 'node:crypto';

/** Bytes of a block of AES. */
export const blockBytes = 16;

/** Blocks that wait for one call of the cipher. */
const batchBytes = 64 * 1024;

/**
 * AES-128 in CBC mode without padding over blocks that lie scattered, in many short chains.
 *
 * One cipher serves them all, since starting one costs ten times what a short chain does: a chain begins where its IV is
 * fed as if it were a block of ciphertext, and what comes out for that block is dropped.
 */
export class ChainedBlocks {
  readonly #cipher: Decipheriv;
  readonly #batch = Buffer.allocUnsafeSlow(batchBytes);
  #used = 0;
  /** Where the blocks came from: place in the batch, place in `#bytes` and length of each run, one after the other. */
  readonly #runs: number[] = [];
  #bytes: Buffer = Buffer.alloc(0);

  constructor(key: Buffer) {
    // Its own IV only reaches the block that stands for the first chain's IV.
    this.#cipher = createDecipheriv('aes-128-cbc', key, Buffer.alloc(blockBytes));
    this.#cipher.setAutoPadding(false);
  }

  /** Begins a chain with `iv`, of 16 bytes. */
  start(iv: Buffer): void {
    if (this.#used === batchBytes) this.flush();
    this.#used += iv.copy(this.#batch, this.#used, 0, blockBytes);
  }

  /** Goes on with the `count` bytes at `at`, whole blocks. They are clear, in their place, after `flush`. */
  add(bytes: Buffer, at: number, count: number): void {
    if (bytes !== this.#bytes) {
      this.flush();
      this.#bytes = bytes;
    }
    for (let done = 0; done < count;) {
      if (this.#used === batchBytes) this.flush();
      const part = Math.min(count - done, batchBytes - this.#used);
      copyRun(bytes, at + done, this.#batch, this.#used, part);
      this.#runs.push(this.#used, at + done, part);
      this.#used += part;
      done += part;
    }
  }

  /** Puts the clear bytes of everything added so far in their places. The chain under way goes on. */
  flush(): void {
    if (this.#used === 0) return;
    const clear = this.#cipher.update(this.#batch.subarray(0, this.#used));
    for (let run = 0; run < this.#runs.length; run += 3) {
      copyRun(clear, this.#runs[run] ?? 0, this.#bytes, this.#runs[run + 1] ?? 0, this.#runs[run + 2] ?? 0);
    }
    this.#runs.length = 0;
    this.#used = 0;
  }
}

/** Most runs are one block: for so few bytes a native call takes longer than a loop. */
function copyRun(from: Buffer, at: number, to: Buffer, place: number, count: number): void {
  if (count > blockBytes) from.copy(to, place, at, at + count);
  else for (let byte = 0; byte < count; byte++) to[place + byte] = from[at + byte] ?? 0;
}
