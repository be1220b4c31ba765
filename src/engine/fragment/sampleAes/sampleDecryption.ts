import type { Decryption } from '../decrypt.ts';
import { isFragmentedMp4, isPackedAudio, isTransportStream, mediaHeadBytes } from '../media.ts';
import { unsupported } from './error.ts';
import { MovieDecryption } from './movieDecryption.ts';
import { readMovieInit } from './movieInit.ts';
import { PackedAudioDecryption } from './packedAudioDecryption.ts';
import { TransportDecryption } from './transportDecryption.ts';

/** An init segment of protected media. */
export interface DecryptedInit {
  /** As it is for the clear stream. */
  clear: Buffer;
}

/**
 * The clear form of an init segment: for fMP4 sample entries of their original format and no `pssh`, for a transport stream
 * the programme map of clear streams. Needs no key. Throws SampleDecryptionError where it can't be read.
 */
export function decryptInit(init: Buffer): DecryptedInit {
  if (isFragmentedMp4(init)) return { clear: readMovieInit(init).clear };
  if (!isTransportStream(init)) return { clear: init };
  const decryption = new TransportDecryption(Buffer.alloc(16), Buffer.alloc(16));
  return { clear: Buffer.concat([decryption.update(init), decryption.end()]) };
}

/**
 * Starts to decrypt a media segment of METHOD=SAMPLE-AES or SAMPLE-AES-CTR with an identity key (RFC 8216bis §4.4.4.4):
 * MPEG-2 transport stream with H.264, AAC, AC-3 and E-AC-3, packed audio, or fMP4 of Common Encryption. The format is read
 * from its first bytes; one that has no sample encryption, such as WebVTT, passes as it is.
 *
 * `key` and `iv` have 16 bytes; fMP4 uses `iv` only where the file has none. `init` is the init segment as it was sent, and
 * is needed for fMP4. What `update` gives out is valid until the next call; it is never longer than what came, and in all
 * as long. Both throw SampleDecryptionError. A wrong key is noticed by chance only: there is no padding to tell.
 */
export function startSampleDecryption(key: Buffer, iv: Buffer, init?: Buffer): Decryption {
  return new SampleDecryption(key, iv, init);
}

class SampleDecryption implements Decryption {
  readonly #key: Buffer;
  readonly #iv: Buffer;
  readonly #init: Buffer | undefined;
  #head: Buffer = Buffer.alloc(0);
  #chosen: Decryption | undefined;

  constructor(key: Buffer, iv: Buffer, init: Buffer | undefined) {
    this.#key = key;
    this.#iv = iv;
    this.#init = init;
  }

  update(chunk: Buffer): Buffer {
    if (this.#chosen) return this.#chosen.update(chunk);
    this.#head = Buffer.concat([this.#head, chunk]);
    return this.#head.length < mediaHeadBytes ? Buffer.alloc(0) : this.#choose().update(this.#head);
  }

  end(): Buffer {
    if (this.#chosen) return this.#chosen.end();
    const chosen = this.#choose();
    return Buffer.concat([chosen.update(this.#head), chosen.end()]);
  }

  #choose(): Decryption {
    this.#chosen = decryptionFor(this.#head, this.#key, this.#iv, this.#init);
    return this.#chosen;
  }
}

function decryptionFor(head: Buffer, key: Buffer, iv: Buffer, init: Buffer | undefined): Decryption {
  if (isTransportStream(head)) return new TransportDecryption(key, iv, init);
  if (isFragmentedMp4(head)) {
    if (!init) throw unsupported('it is fragmented MP4 without an init segment');
    return new MovieDecryption(key, iv, init);
  }
  if (isPackedAudio(head)) return new PackedAudioDecryption(key, iv);
  return { update: (chunk) => chunk, end: () => Buffer.alloc(0) };
}
