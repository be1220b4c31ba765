import { TransferError } from '../errors.ts';
import type { Fragment, Part } from '../playlist/model.ts';
import type { FragmentReceipt } from '../receipt.ts';
import type { TransferResult } from '../transport/client.ts';
import { transferError, type Subject } from '../transport/faults.ts';
import {
  fetchFragment,
  fragmentKeys,
  passOver,
  receiptOf,
  unfetchedReceipt,
  type FragmentJob,
  type FragmentTools,
} from './fetchFragment.ts';
import { FragmentBody } from './fragmentBody.ts';
import type { HintedParts, PartBytes } from './hintedParts.ts';
import { PartDecryption } from './partDecryption.ts';
import type { FeedEnd, PartFeed } from './partFeed.ts';
import { initId, isSampleMethod, startDecryptionOf, type LoadedInit, type LoadedKey } from './sources.ts';

/** A fragment that is fetched part by part, as they are listed. */
export interface PartedJob extends FragmentJob {
  feed: PartFeed;
  hinted: HintedParts;
  /** Told once how it went: whether the parts were the fragment, or as much of it as there was. */
  onJoined: (isGood: boolean) => void;
}

/** Tries of a part: the fragment can still be had as a whole. */
const triesOfPart = 3;

/** Whether the job is fed with parts. */
export function isParted(job: FragmentJob): job is PartedJob {
  return job.feed !== undefined;
}

/**
 * Brings a fragment into its slot part by part (RFC 8216bis §6.3.8), the next one as soon as it is listed or hinted at. Where
 * the parts cannot be had, or are not the fragment that is listed in the end, it is fetched whole once it is listed. Of
 * one that never is, the parts that are there stay. Rejects as `fetchFragment` does.
 */
export async function fetchByParts(job: PartedJob, tools: FragmentTools): Promise<FragmentReceipt> {
  const joining = new Joining(job, tools);
  try {
    return await join(joining, job, tools);
  } catch (error) {
    joining.abandon();
    throw error;
  }
}

async function join(joining: Joining, job: PartedJob, tools: FragmentTools): Promise<FragmentReceipt> {
  let failure = await failureOf(() => joining.run());
  if (failure) job.onJoined(false);
  const end = await job.feed.over();
  if (end.state === 'ended') return keepParts(joining, job, tools, end, failure);
  const isAlike = isSetUpAlike(job.fragment, end.fragment);
  job.fragment = end.fragment;
  job.isExpired = false;
  if (failure === undefined) {
    failure = isAlike ? await failureOf(() => joining.complete()) : joining.isSetUpOtherwise();
    job.onJoined(failure === undefined);
    if (failure === undefined) return joining.finish();
  }
  joining.abandon();
  if (end.fragment.gap) {
    await passOver(job, tools);
    return unfetchedReceipt(job, { state: 'gap' });
  }
  const receipt = await fetchFragment(job, tools);
  return { ...receipt, received: receipt.received + joining.received, partsError: failure.toJSON() };
}

/** Why the work cannot be done, where that is about the fragment. */
async function failureOf(work: () => Promise<void> | void): Promise<TransferError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof TransferError) return error;
    throw error;
  }
}

/** Ends a fragment that is never listed with the parts that came. */
async function keepParts(
  joining: Joining,
  job: PartedJob,
  tools: FragmentTools,
  { isCut }: Extract<FeedEnd, { state: 'ended' }>,
  failure: TransferError | undefined,
): Promise<FragmentReceipt> {
  const reason = failure ?? (isCut ? joining.restIsLost() : undefined);
  const rest = { state: 'partial' as const, ...(reason ? { error: reason.toJSON() } : {}) };
  if (joining.count > 0) {
    job.fragment = { ...job.fragment, durationS: joining.durationS };
    joining.check();
    return { ...joining.finish(), ...rest };
  }
  if (reason) throw reason;
  await passOver(job, tools);
  return unfetchedReceipt(job, rest);
}

/** The parts of one fragment on their way into its slot. */
class Joining {
  readonly #job: PartedJob;
  readonly #tools: FragmentTools;
  readonly #startMs = performance.now();
  readonly #results: TransferResult[] = [];
  #body: FragmentBody | undefined;
  #decryption: PartDecryption | undefined;
  readonly #durations: number[] = [];

  constructor(job: PartedJob, tools: FragmentTools) {
    this.#job = job;
    this.#tools = tools;
  }

  /** Parts in the slot. */
  get count(): number {
    return this.#results.length - (this.#decryption?.heldParts ?? 0);
  }

  /** How long those last. */
  get durationS(): number {
    return this.#durations.slice(0, this.count).reduce((sum, durationS) => sum + durationS, 0);
  }

  get received(): number {
    return this.#results.reduce((sum, { received }) => sum + received, 0);
  }

  /** Takes part after part, until there are no more. Rejects with a TransferError where they are of no use. */
  async run(): Promise<void> {
    const { sources } = this.#tools;
    const [key, init] = await Promise.all([sources.key(this.#job, fragmentKeys), sources.init(this.#job)]);
    for (let at = 0; ; at++) {
      const part = await this.#job.feed.part(at);
      if (part === undefined) return;
      if (typeof part === 'string') throw transferError(this.#subject(), 'CONTENT', part);
      this.#add(part, await this.#fetch(part, at), key, init);
    }
  }

  /** All parts of the fragment are there. Throws a TransferError when they cannot be one. */
  complete(): void {
    this.#body?.onData(this.#decryption?.end(this.#subject()) ?? Buffer.alloc(0));
    this.check();
  }

  /** Throws a TransferError when what is there cannot be media. */
  check(): void {
    this.#body?.finish();
  }

  /** Closes the slot. */
  finish(): FragmentReceipt {
    this.#job.slot.finish();
    const result = joined(this.#results);
    const receipt = receiptOf(this.#job, this.#tools, this.#startMs, result, this.#body?.decryptMs ?? 0);
    return { ...receipt, parts: this.count };
  }

  /** What came is of no use. */
  abandon(): void {
    this.#body?.abandon();
    this.#job.slot.restart();
  }

  isSetUpOtherwise(): TransferError {
    return transferError(
      this.#subject(),
      'CONTENT',
      'it is listed with another key or init segment than its parts were',
    );
  }

  restIsLost(): TransferError {
    return transferError(this.#subject(), 'CONTENT', 'the stream went on before the rest of it was listed');
  }

  #subject({ url } = this.#job.fragment as { url: string }, label = this.#job.label): Subject {
    return { resource: 'fragment', url, fragment: this.#job.fragment.index, label };
  }

  async #fetch(part: Part, at: number): Promise<PartBytes> {
    const subject = this.#subject(part, `Part ${at + 1} of ${lowerCase(this.#job.label)}`);
    if (part.gap) throw transferError(subject, 'CONTENT', 'the playlist says that it is missing');
    const { url, byteRange } = part;
    const { maxBytes, hinted } = this.#job;
    const ahead = await hinted.take(part);
    if (ahead) return ahead;
    return this.#tools.client.fetchBytes({ ...subject, url, byteRange, maxBytes, limits: { tries: triesOfPart } });
  }

  #add(part: Part, bytes: PartBytes, key: LoadedKey | undefined, init: LoadedInit | undefined): void {
    this.#tools.renewal.proven();
    this.#decryption ??= new PartDecryption(key);
    const clear = this.#decryption.take(bytes.body, part, this.#subject(part));
    this.#body ??= this.#begin(bytes, key, init);
    this.#body.onData(clear);
    this.#results.push(bytes);
    this.#durations.push(part.durationS);
  }

  #begin({ headers }: PartBytes, key: LoadedKey | undefined, init: LoadedInit | undefined): FragmentBody {
    const decryption = key && isSampleMethod(key.method) ? startDecryptionOf(key, init) : undefined;
    const body = new FragmentBody(this.#job, this.#tools, this.#subject(), init, decryption);
    body.begin(undefined, headers['content-length'] !== undefined);
    return body;
  }
}

/** Whether what was known of a fragment when its first part came holds for all of it. */
function isSetUpAlike(begun: Fragment, listed: Fragment): boolean {
  const nameOf = ({ keys, map }: Fragment) => [keys[0]?.method, keys[0]?.iv, map && initId(map)].join(' ');
  return nameOf(begun) === nameOf(listed);
}

/** How the parts were had, as one transfer: its body's time is that in which something was under way. */
function joined(results: readonly TransferResult[]): TransferResult {
  const sum = (of: (result: TransferResult) => number) => results.reduce((total, result) => total + of(result), 0);
  const first = results[0] as TransferResult;
  const bodyMs = sum(({ endMs, firstByteMs }) => endMs - firstByteMs);
  return {
    ...first,
    endMs: first.firstByteMs + bodyMs,
    chunks: sum(({ chunks }) => chunks),
    pausedMs: sum(({ pausedMs }) => pausedMs),
    heldMs: sum(({ heldMs }) => heldMs),
    admissionMs: sum(({ admissionMs }) => admissionMs),
    tries: 1 + sum(({ tries }) => tries - 1),
    received: sum(({ received }) => received),
  };
}

function lowerCase(label: string): string {
  return `${label[0]?.toLowerCase() ?? ''}${label.slice(1)}`;
}
