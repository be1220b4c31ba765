import type { Fragment, InitSegment, Key } from '../playlist/model.ts';
import type { Renewal } from '../renewal.ts';
import type { Limits } from '../request.ts';
import type { FragmentPair } from '../sameFragment.ts';
import type { SessionKeys } from '../sessionKeys.ts';
import type { Client, Transfer } from '../transport/client.ts';
import { transferError, type Subject } from '../transport/faults.ts';
import { decryptionError, startDecryption, type Decryption } from './decrypt.ts';
import type { FragmentJob } from './fetchFragment.ts';
import { fetchKey } from './key.ts';
import { isFragmentedMp4, looksLikeMedia, mediaHeadBytes } from './media.ts';
import { childrenOf } from './mediaTime/boxes.ts';
import { decryptInit, startSampleDecryption } from './sampleAes/sampleDecryption.ts';
import { structureCheckFor } from './structure.ts';

/** Keys and init segments that are held at a time: a recording whose keys change goes on for days. */
const heldKeys = 1024;
const heldInits = 64;

/** A key ready for use. */
export interface LoadedKey {
  /** AES-128 encrypts the whole resource, the SAMPLE-AES methods the samples in it. */
  method: string;
  bytes: Buffer;
  iv: Buffer;
}

/** An init segment ready for use. */
export interface LoadedInit {
  /** Without what says that the samples are encrypted: as it belongs in the file. */
  clear: Buffer;
  /** As it was sent, which decrypting the samples needs. */
  sent: Buffer;
}

/** The fragment of the moment: its addresses may be renewed. */
type HasFragment = Pick<FragmentJob, 'fragment'>;

/** Keys and init segments of a download, each fetched once however many fragments in a row need it. */
export class Sources {
  readonly #client: Client;
  readonly #limits: Limits;
  readonly #renewal: Renewal;
  readonly #ahead: Pick<SessionKeys, 'take'>;
  readonly #keys = new Map<string, Promise<Buffer>>();
  readonly #inits = new Map<string, Promise<LoadedInit>>();

  constructor(client: Client, limits: Limits, renewal: Renewal, ahead: Pick<SessionKeys, 'take'>) {
    this.#ahead = ahead;
    this.#client = client;
    this.#limits = limits;
    this.#renewal = renewal;
  }

  /** The key among those that `keysOf` picks of the job's fragment, or `undefined` when they are none. */
  async key(job: HasFragment, keysOf: (fragment: Fragment) => readonly Key[]): Promise<LoadedKey | undefined> {
    const key = keysOf(job.fragment)[0];
    if (key?.url === undefined || key.iv === undefined) return undefined;
    const { url, iv, method } = key;
    const bytes = await once(this.#keys, heldKeys, url, async () => {
      const renew = this.#renewal.forTransfer(() => keysOf(job.fragment)[0]?.url);
      return (await this.#ahead.take(url)) ?? this.#fetchKey(url, job, renew);
    });
    return { method, bytes, iv: Buffer.from(iv, 'hex') };
  }

  /** The fragment's init segment, where it has one. */
  async init(job: HasFragment): Promise<LoadedInit | undefined> {
    const { map } = job.fragment;
    return map && once(this.#inits, heldInits, initId(map), () => this.#fetchInit(map, job));
  }

  /** What is held already of fragments need not be fetched where else they can be had. */
  adopt(pairs: readonly FragmentPair[]): void {
    for (const [fresh, known] of pairs) {
      reuse(this.#keys, fresh.keys[0]?.url, known.keys[0]?.url);
      reuse(this.#keys, fresh.map?.keys[0]?.url, known.map?.keys[0]?.url);
      reuse(this.#inits, fresh.map && initId(fresh.map), known.map && initId(known.map));
    }
  }

  /** A small segment as a whole, in the clear, with its init segment. Aborting `signal` ends its transfer alone. */
  async segment(
    fragment: Fragment,
    label: string,
    rest: Pick<Transfer, 'signal'> = {},
  ): Promise<{ bytes: Buffer; init: LoadedInit | undefined }> {
    const job = { fragment };
    const [key, init] = await Promise.all([this.key(job, ({ keys }) => keys), this.init(job)]);
    const { url, byteRange, index } = fragment;
    const subject: Subject = { resource: 'fragment', url, fragment: index, label };
    let clear = Buffer.alloc(0);
    await this.#client.fetchBytes({
      ...subject,
      ...rest,
      byteRange,
      maxBytes: this.#limits.fragmentBytes,
      accept: (bytes) => {
        clear = decryptWhole(bytes, key, init, subject);
      },
    });
    return { bytes: clear, init };
  }

  async #fetchKey(url: string, { fragment: { index } }: HasFragment, renew: Transfer['renew']): Promise<Buffer> {
    const subject: Subject = { resource: 'key', url, fragment: index, label: `The key of fragment ${index + 1}` };
    const bytes = await fetchKey(this.#client, { ...subject, ...(renew ? { renew } : {}) });
    this.#renewal.proven();
    return bytes;
  }

  async #fetchInit({ url, byteRange }: InitSegment, job: HasFragment): Promise<LoadedInit> {
    const mapKey = await this.key(job, ({ map }) => map?.keys ?? []);
    const isOfSamples = isSampleMethod(mapKey?.method ?? job.fragment.keys[0]?.method);
    const key = isOfSamples ? undefined : mapKey;
    const { index } = job.fragment;
    const subject: Subject = {
      resource: 'init',
      url,
      fragment: index,
      label: `The init segment of fragment ${index + 1}`,
    };
    let loaded: LoadedInit | undefined;
    await this.#client.fetchBytes({
      ...subject,
      byteRange,
      maxBytes: this.#limits.fragmentBytes,
      renew: this.#renewal.forTransfer(() => job.fragment.map?.url),
      accept: (bytes) => {
        const sent = decryptWhole(bytes, key, undefined, subject);
        checkInit(sent, subject);
        loaded = { sent, clear: isOfSamples ? clearInit(sent, subject) : sent };
      },
    });
    this.#renewal.proven();
    return loaded as LoadedInit;
  }
}

/** Identity of an init segment: two EXT-X-MAPs with the same one are the same bytes. */
export function initId(map: InitSegment): string {
  const range = map.byteRange ? `${map.byteRange.offset}+${map.byteRange.length}` : 'whole';
  return `${range} ${map.url}`;
}

/** An init segment is media, structurally whole, and in fMP4 holds the `moov` that everything after it needs. */
function checkInit(bytes: Buffer, subject: Subject): void {
  const head = bytes.subarray(0, mediaHeadBytes);
  if (!looksLikeMedia(head)) throw transferError(subject, 'CONTENT', 'the answer is no init segment');
  const structure = structureCheckFor(head);
  structure?.update(bytes);
  const problem = structure?.problem();
  if (problem !== undefined) throw transferError(subject, 'TRUNCATED', problem);
  if (!isFragmentedMp4(head) || childrenOf(bytes, { body: 0, end: bytes.length }, 'moov').length > 0) return;
  throw transferError(subject, 'TRUNCATED', 'the init segment has no moov box');
}

/** Starts what the key asks for. */
export function startDecryptionOf({ method, bytes, iv }: LoadedKey, init: LoadedInit | undefined): Decryption {
  return isSampleMethod(method) ? startSampleDecryption(bytes, iv, init?.sent) : startDecryption(bytes, iv);
}

/** Whether a method encrypts the samples, not the resource. */
export function isSampleMethod(method: string | undefined): boolean {
  return method?.startsWith('SAMPLE-AES') ?? false;
}

/** All of a resource in the clear. Throws a TransferError. */
export function decryptWhole(
  bytes: Buffer<ArrayBuffer>,
  key: LoadedKey | undefined,
  init: LoadedInit | undefined,
  subject: Subject,
): Buffer<ArrayBuffer> {
  if (!key) return bytes;
  try {
    const decryption = startDecryptionOf(key, init);
    return Buffer.concat([Buffer.from(decryption.update(bytes)), decryption.end()]);
  } catch (cause) {
    throw decryptionError(subject, cause);
  }
}

function clearInit(sent: Buffer, subject: Subject): Buffer {
  try {
    return decryptInit(sent).clear;
  } catch (cause) {
    throw decryptionError(subject, cause);
  }
}

/** Takes the value for `from`, where it is there, for `to` too. */
function reuse<T>(values: Map<string, Promise<T>>, to: string | undefined, from: string | undefined): void {
  const value = from === undefined || to === undefined || values.has(to) ? undefined : values.get(from);
  const adopt = () => {
    values.set(to as string, value as Promise<T>);
  };
  // A failure is one of where it was asked for.
  value?.then(adopt).catch(() => undefined);
}

/** The value for `id`, made once; a failure too: it has had its tries. Of more than `limit` the one that was not used for longest goes. */
function once<T>(values: Map<string, Promise<T>>, limit: number, id: string, make: () => Promise<T>): Promise<T> {
  const value = values.get(id) ?? make();
  values.delete(id);
  values.set(id, value);
  for (const oldest of values.keys()) {
    if (values.size <= limit) break;
    values.delete(oldest);
  }
  return value;
}
