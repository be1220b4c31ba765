import { TransferError } from '../errors.ts';
import type { Slot } from '../output/slot.ts';
import type { Fragment, Key } from '../playlist/model.ts';
import type { FragmentReceipt } from '../receipt.ts';
import { redactUrl } from '../redact.ts';
import type { Renewal } from '../renewal.ts';
import { roundMs, roundS } from '../rounding.ts';
import type { Client, TransferResult } from '../transport/client.ts';
import type { Subject } from '../transport/faults.ts';
import { FragmentBody } from './fragmentBody.ts';
import type { PartFeed } from './partFeed.ts';
import type { Share } from './rangeBundle.ts';
import { startDecryptionOf, type Sources } from './sources.ts';
import type { WriteStrategy } from './strategy.ts';

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
  /** Of a live stream, whose list comes and goes and whose numbers may begin anew. */
  isLive: boolean;
  /** Where the playlist puts it, in seconds from the first fragment. */
  startS: number;
  /** The times of the media before it do not lead to it: a discontinuity, a gap, a hole. */
  isBreak: boolean;
  /** Its parts as they come, where it is fetched before it is whole; then `fragment` is what its playlist says so far. */
  feed?: PartFeed;
  /** Of a request that brings several fragments. */
  share?: Share;
}

export interface FragmentTools {
  client: Client;
  sources: Sources;
  strategy: WriteStrategy;
  renewal: Renewal;
  /** Start of the download, `performance.now()`. */
  startMs: number;
  /** Time in ciphers, of all fragments so far. */
  decryption: { ms: number };
}

/**
 * Brings one fragment into its slot, tries included, and from another place where the stream has one. Rejects with an
 * EngineError, or the signal's reason.
 */
export async function fetchFragment(job: FragmentJob, tools: FragmentTools): Promise<FragmentReceipt> {
  for (;;) {
    const { moves } = tools.renewal;
    try {
      return await fetchHere(job, tools);
    } catch (error) {
      if (!(error instanceof TransferError) || !(await tools.renewal.elsewhere(error, moves))) throw error;
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
    const result = await (job.share ?? tools.client).fetch({
      ...subject,
      byteRange: fragment.byteRange,
      maxBytes: job.maxBytes,
      mayHedge: true,
      receive() {
        abandon();
        body = new FragmentBody(job, tools, subject, init, key && startDecryptionOf(key, init));
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
  const { slot } = job;
  const bytes = slot.bytes - slot.initBytes;
  return {
    ...placeOf(job),
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
    ...(bytes > 0 ? { checksum: slot.checksum } : {}),
  };
}

type Place = Pick<
  FragmentReceipt,
  | 'stream'
  | 'index'
  | 'startS'
  | 'durationS'
  | 'sequence'
  | 'url'
  | 'byteRange'
  | 'discontinuity'
  | 'encryption'
  | 'initBytes'
>;

function placeOf({ fragment, stream, startS, slot: { initBytes } }: FragmentJob): Place {
  const { index, durationS, sequence, url, byteRange, discontinuity, keys } = fragment;
  const method = keys[0]?.method;
  return {
    stream,
    index,
    startS: roundS(startS),
    durationS: roundS(durationS),
    sequence,
    url: redactUrl(url),
    ...(byteRange === undefined ? {} : { byteRange }),
    ...(discontinuity ? { discontinuity } : {}),
    ...(method === undefined ? {} : { encryption: method }),
    ...(initBytes > 0 ? { initBytes } : {}),
  };
}

/** The keys that a fragment itself is encrypted with. */
export function fragmentKeys({ keys }: Fragment): readonly Key[] {
  return keys;
}

/** The receipt of a fragment that is in its slot; `startMs`: when it was begun. */
export function receiptOf(
  job: FragmentJob,
  { startMs: downloadStartMs }: FragmentTools,
  startMs: number,
  result: TransferResult,
  decryptMs: number,
): FragmentReceipt {
  const { slot } = job;
  const contentType = result.headers['content-type'];
  return {
    ...placeOf(job),
    ...(contentType === undefined ? {} : { contentType }),
    state: 'whole',
    status: result.status,
    bytes: slot.bytes - slot.initBytes,
    received: result.received,
    chunks: result.chunks,
    tries: result.tries,
    ...(result.hedges > 0 ? { hedges: result.hedges } : {}),
    queueMs: roundMs(startMs - downloadStartMs),
    delayMs: roundMs(Math.max(0, result.sentMs - startMs - result.admissionMs)),
    connectMs: roundMs(result.connectMs),
    firstByteMs: roundMs(result.firstByteMs - result.sentMs),
    bodyMs: roundMs(result.endMs - result.firstByteMs),
    rateMs: roundMs(result.admissionMs + result.heldMs),
    pausedMs: roundMs(result.pausedMs),
    decryptMs: roundMs(decryptMs),
    orderMs: roundMs(slot.orderMs),
    writeMs: roundMs(slot.writeMs),
    buffers: slot.buffers,
    bufferBytes: slot.bufferBytes,
    offset: (slot.start ?? 0) + slot.initBytes,
    checksum: slot.checksum,
  };
}
