import { TransferError } from '../errors.ts';
import type { Slot } from '../output/slot.ts';
import type { Fragment, Key } from '../playlist/model.ts';
import type { FragmentReceipt } from '../receipt.ts';
import { redactUrl } from '../redact.ts';
import type { Renewal } from '../renewal.ts';
import type { Client, TransferResult } from '../transport/client.ts';
import type { Flow, Receiver, ResponseHead } from '../transport/exchange.ts';
import { transferError, type Subject } from '../transport/faults.ts';
import { decryptionError, type Decryption } from './decrypt.ts';
import { looksLikeMedia, mediaHeadBytes } from './media.ts';
import { mediaTimeProblem } from './mediaTime/tolerance.ts';
import { startDecryptionOf, type LoadedInit, type LoadedKey, type Sources } from './sources.ts';
import type { FragmentWriter, WriteStrategy } from './strategy.ts';
import { structureCheckFor, type StructureCheck } from './structure.ts';

/** One fragment to fetch and the place that waits for it. */
export interface FragmentJob {
  /** Its addresses change when they have expired and the playlist is read again. */
  fragment: Fragment;
  /** The playlist of today does not list it any more. */
  isExpired?: boolean;
  slot: Slot;
  /** The place of the fragment before it in its stream. */
  before?: Slot;
  /** `main`, or the rendition's name. */
  stream: string;
  /** As in the source. */
  streamId: string;
  /** For people: `fragment 12 of 600`. */
  label: string;
  /** The init segment is written before this fragment. */
  hasNewInit: boolean;
  /** Largest body, in bytes. */
  maxBytes: number;
  /** Where the playlist puts it, in seconds from the first fragment. */
  startS: number;
  /** The times of the media before it do not lead to it: a discontinuity, a gap, a hole. */
  isBreak: boolean;
}

export interface FragmentTools {
  client: Client;
  sources: Sources;
  strategy: WriteStrategy;
  renewal: Renewal;
  /** Start of the download, `performance.now()`. */
  startMs: number;
}

/**
 * Brings one fragment into its slot, tries included, and from another place where the stream has one. Rejects with an
 * EngineError, or the signal's reason.
 */
export async function fetchFragment(job: FragmentJob, tools: FragmentTools): Promise<FragmentReceipt> {
  for (;;) {
    const { generation } = tools.renewal;
    try {
      return await fetchHere(job, tools);
    } catch (error) {
      if (!(error instanceof TransferError) || !(await tools.renewal.elsewhere(error, generation))) throw error;
    }
  }
}

async function fetchHere(job: FragmentJob, tools: FragmentTools): Promise<FragmentReceipt> {
  const { slot, label } = job;
  const [key, init] = await Promise.all([tools.sources.key(job, fragmentKeys), tools.sources.init(job)]);
  const { fragment } = job;
  // The job may lead elsewhere before this has come.
  let came = fragment;
  const subject: Subject = { resource: 'fragment', url: fragment.url, fragment: fragment.index, label };
  const startMs = performance.now();
  let body: FragmentBody | undefined;
  const abandon = () => {
    body?.abandon();
    slot.restart();
  };
  try {
    const result = await tools.client.fetch({
      ...subject,
      byteRange: fragment.byteRange,
      maxBytes: job.maxBytes,
      receive() {
        abandon();
        body = new FragmentBody(job, tools, subject, init, key);
        return body;
      },
      accept: () => body?.finish(),
      renew: tools.renewal.forTransfer(() => {
        came = job.fragment;
        return job.isExpired ? undefined : came.url;
      }),
    });
    slot.finish();
    return receiptOf({ ...job, fragment: came }, tools, startMs, result, body?.decryptMs ?? 0);
  } catch (error) {
    abandon();
    throw error;
  } finally {
    slot.flow = undefined;
  }
}

/**
 * Passes over a fragment that cannot be had. Its init segment is written all the same: later fragments need it.
 * Rejects when that cannot be had either, but then no later one can be decoded, and each fails for itself.
 */
export async function passOver(job: FragmentJob, tools: FragmentTools): Promise<void> {
  const { slot } = job;
  const init = job.hasNewInit ? await tools.sources.init(job).catch(() => undefined) : undefined;
  slot.restart();
  if (init) slot.writeInit(init.clear);
  slot.passOver();
}

/** The receipt of a fragment that was not fetched: absent from the origin, or in the file from an earlier try. */
export function unfetchedReceipt(
  job: FragmentJob,
  rest: Pick<FragmentReceipt, 'state' | 'resumed' | 'error'>,
): FragmentReceipt {
  const { fragment, slot } = job;
  const bytes = slot.bytes - slot.initBytes;
  return {
    ...placeOf(job),
    url: redactUrl(fragment.url),
    ...rest,
    bytes,
    received: 0,
    chunks: 0,
    tries: 0,
    queueMs: 0,
    firstByteMs: 0,
    bodyMs: 0,
    decryptMs: 0,
    writeMs: 0,
    offset: slot.start ?? 0,
    ...(bytes > 0 ? { crc32: hexadecimal(slot.crc32) } : {}),
  };
}

function fragmentKeys({ keys }: Fragment): readonly Key[] {
  return keys;
}

/** One try's body on its way: decrypted, checked to be media, handed to the write strategy. */
class FragmentBody implements Receiver {
  decryptMs = 0;
  readonly #job: FragmentJob;
  readonly #tools: FragmentTools;
  readonly #subject: Subject;
  readonly #init: LoadedInit | undefined;
  readonly #decryption: Decryption | undefined;
  #writer: FragmentWriter | undefined;
  #head: Buffer = Buffer.alloc(0);
  #isChecked = false;
  /** The origin announced how long the body is. */
  #hasLength = false;
  #structure: StructureCheck | undefined;

  constructor(
    job: FragmentJob,
    tools: FragmentTools,
    subject: Subject,
    init: LoadedInit | undefined,
    key: LoadedKey | undefined,
  ) {
    this.#job = job;
    this.#tools = tools;
    this.#subject = subject;
    this.#init = init;
    this.#decryption = key && startDecryptionOf(key, init);
  }

  onHead({ lengthBytes }: ResponseHead, flow: Flow): void {
    const { slot, hasNewInit } = this.#job;
    this.#hasLength = lengthBytes !== undefined;
    const init = hasNewInit ? this.#init?.clear : undefined;
    this.#tools.renewal.proven();
    slot.flow = flow;
    // Padding hides how long an encrypted fragment will be.
    const clearBytes = this.#decryption ? undefined : lengthBytes;
    if (clearBytes !== undefined) slot.announce((init?.length ?? 0) + clearBytes);
    if (init) slot.writeInit(init);
    this.#writer = this.#tools.strategy(slot, lengthBytes);
  }

  onData(chunk: Buffer): void {
    this.#pass(this.#decryption ? this.#decrypt((decryption) => decryption.update(chunk)) : chunk);
  }

  /** The body is whole as far as HTTP can tell; refuses what cannot be a whole fragment. */
  finish(): void {
    if (this.#decryption) this.#pass(this.#decrypt((decryption) => decryption.end()));
    if (!this.#isChecked) this.#check(this.#head);
    const problem = this.#structure && (this.#structure.problem() ?? this.#timeProblem(this.#structure));
    if (problem !== undefined) throw transferError(this.#subject, 'TRUNCATED', problem);
    this.#writer?.end();
    this.#writer = undefined;
  }

  abandon(): void {
    this.#writer?.abandon();
    this.#writer = undefined;
  }

  /** A body without a length may have ended early at a packet or a box: only its media time shows it. */
  #timeProblem(structure: StructureCheck): string | undefined {
    const { durationS, isDurationRounded = false } = this.#job.fragment;
    if (this.#hasLength) return undefined;
    return mediaTimeProblem(structure.durationS(durationS), durationS, isDurationRounded);
  }

  #pass(clear: Buffer): void {
    if (this.#isChecked) {
      this.#take(clear);
      return;
    }
    this.#head = this.#head.length === 0 ? clear : Buffer.concat([this.#head, clear]);
    if (this.#head.length >= mediaHeadBytes) this.#check(this.#head);
    // The chunk belongs to the socket: what waits for more must be a copy.
    else this.#head = Buffer.from(this.#head);
  }

  #check(head: Buffer): void {
    if (!looksLikeMedia(head)) {
      const what =
        head.length === 0 ? 'the answer is empty' : `the answer is no media (it starts with ${excerpt(head)})`;
      throw transferError(this.#subject, 'CONTENT', what);
    }
    this.#structure = structureCheckFor(head, { measure: !this.#hasLength, init: this.#init?.clear });
    this.#isChecked = true;
    this.#head = Buffer.alloc(0);
    this.#take(head);
  }

  #take(clear: Buffer): void {
    this.#structure?.update(clear);
    this.#writer?.write(clear);
  }

  #decrypt(step: (decryption: Decryption) => Buffer): Buffer {
    const startMs = performance.now();
    try {
      return this.#decryption ? step(this.#decryption) : Buffer.alloc(0);
    } catch (cause) {
      throw decryptionError(this.#subject, cause);
    } finally {
      this.decryptMs += performance.now() - startMs;
    }
  }
}

/** The first few bytes, as text where they are text. */
function excerpt(head: Buffer): string {
  const text = /^[\x20-\x7e]+/.exec(head.toString('latin1', 0, 24))?.[0] ?? '';
  return text.length >= 4 ? `"${text}"` : `the bytes ${head.toString('hex', 0, 8)}`;
}

function placeOf({
  fragment,
  stream,
  startS,
}: FragmentJob): Pick<FragmentReceipt, 'stream' | 'index' | 'startS' | 'durationS' | 'sequence'> {
  const { index, durationS, sequence } = fragment;
  return { stream, index, startS: roundS(startS), durationS: roundS(durationS), sequence };
}

function receiptOf(
  job: FragmentJob,
  { startMs: downloadStartMs }: FragmentTools,
  startMs: number,
  result: TransferResult,
  decryptMs: number,
): FragmentReceipt {
  const { fragment, slot } = job;
  return {
    ...placeOf(job),
    url: redactUrl(fragment.url),
    state: 'whole',
    status: result.status,
    bytes: slot.bytes - slot.initBytes,
    received: result.received,
    chunks: result.chunks,
    tries: result.tries,
    queueMs: round(startMs - downloadStartMs),
    firstByteMs: round(result.firstByteMs - result.sentMs),
    bodyMs: round(result.endMs - result.firstByteMs),
    decryptMs: round(decryptMs),
    writeMs: round(slot.writeMs),
    offset: (slot.start ?? 0) + slot.initBytes,
    crc32: hexadecimal(slot.crc32),
  };
}

function hexadecimal(crc32: number): string {
  return crc32.toString(16).padStart(8, '0');
}

function roundS(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
