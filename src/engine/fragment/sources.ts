import type { InitSegment, Key } from '../playlist/model.ts';
import type { Limits } from '../request.ts';
import type { Client } from '../transport/client.ts';
import { transferError, type Subject } from '../transport/faults.ts';
import { startDecryption } from './decrypt.ts';
import { looksLikeMedia, mediaHeadBytes } from './media.ts';

const keyBytes = 16;
const maxKeyBytes = 64 * 1024;

/** A key ready for use. */
export interface LoadedKey {
  bytes: Buffer;
  iv: Buffer;
}

/** Keys and init segments of a download, each fetched once however many fragments need it. */
export class Sources {
  readonly #client: Client;
  readonly #limits: Limits;
  readonly #keys = new Map<string, Promise<Buffer>>();
  readonly #inits = new Map<string, Promise<Buffer>>();

  constructor(client: Client, limits: Limits) {
    this.#client = client;
    this.#limits = limits;
  }

  /** The AES-128 key among `keys`, or `undefined` when they are none. */
  async key(keys: readonly Key[], fragment: number): Promise<LoadedKey | undefined> {
    const key = keys[0];
    if (key?.url === undefined || key.iv === undefined) return undefined;
    const { url } = key;
    const bytes = await once(this.#keys, url, () => this.#fetchKey(url, fragment));
    return { bytes, iv: Buffer.from(key.iv, 'hex') };
  }

  /** The clear bytes of an init segment. */
  init(map: InitSegment, fragment: number): Promise<Buffer> {
    return once(this.#inits, initId(map), () => this.#fetchInit(map, fragment));
  }

  async #fetchKey(url: string, fragment: number): Promise<Buffer> {
    const subject: Subject = { resource: 'key', url, fragment, label: `The key of fragment ${fragment + 1}` };
    const { body } = await this.#client.fetchBytes({
      ...subject,
      maxBytes: maxKeyBytes,
      accept: (bytes) => {
        if (bytes.length === keyBytes) return;
        throw transferError(subject, 'CONTENT', `${bytes.length} bytes are no AES-128 key, which has ${keyBytes}`);
      },
    });
    return body;
  }

  async #fetchInit(map: InitSegment, fragment: number): Promise<Buffer> {
    const key = await this.key(map.keys, fragment);
    const { url, byteRange } = map;
    const subject: Subject = { resource: 'init', url, fragment, label: `The init segment of fragment ${fragment + 1}` };
    let clear = Buffer.alloc(0);
    await this.#client.fetchBytes({
      ...subject,
      byteRange,
      maxBytes: this.#limits.fragmentBytes,
      accept: (bytes) => {
        clear = key ? decryptWhole(bytes, key, subject) : bytes;
        if (looksLikeMedia(clear.subarray(0, mediaHeadBytes))) return;
        throw transferError(subject, 'CONTENT', 'the answer is no init segment');
      },
    });
    return clear;
  }
}

/** Identity of an init segment: two EXT-X-MAPs with the same one are the same bytes. */
export function initId(map: InitSegment): string {
  const range = map.byteRange ? `${map.byteRange.offset}+${map.byteRange.length}` : 'whole';
  return `${range} ${map.url}`;
}

function decryptWhole(bytes: Buffer, key: LoadedKey, subject: Subject): Buffer<ArrayBuffer> {
  const decryption = startDecryption(key.bytes, key.iv);
  try {
    return Buffer.concat([decryption.update(bytes), decryption.end()]);
  } catch (cause) {
    throw transferError(subject, 'DECRYPT', 'the key of the playlist does not decrypt it', { cause });
  }
}

/** The value for `id`, made once; a failure is not kept. */
function once<T>(values: Map<string, Promise<T>>, id: string, make: () => Promise<T>): Promise<T> {
  let value = values.get(id);
  if (!value) {
    value = make();
    values.set(id, value);
    value.catch(() => values.delete(id));
  }
  return value;
}
