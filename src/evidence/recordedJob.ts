import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FragmentReceipt } from '../engine/receipt.ts';
import { isFinished, parseRecord, RecordError, type JobRecord } from '../jobs/record.ts';
import { EvidenceError } from './errors.ts';
import type { RecordedFragment, Recording } from './origin/recording.ts';
import { encryptedBytes } from './origin/encryption.ts';
import { rateLimits } from './recordedRate.ts';

/** A recording, and what identifies it in a report. */
export interface RecordedJob {
  recording: Recording;
  /** Of its sizes, timings and file name, in hexadecimal digits. */
  sha256: string;
  /** How long the download took. */
  wallMs: number;
  /** Size of its file. */
  bytes: number;
  /** For reports and records. */
  words: string;
}

/** A job that cannot be served again. */
export class UnfitJobError extends EvidenceError {
  /** In words, without the job. */
  readonly why: string;

  constructor(folder: string, why: string, cause?: unknown) {
    super('CLAIM_UNTESTABLE', `The job in ${folder} cannot be served again: ${why}.`, { hint: AGAIN, cause });
    this.name = 'UnfitJobError';
    this.why = why;
  }
}

const AGAIN = 'Download the stream again, in one go, to a .ts file, and name that job.';

/**
 * Reads a finished job, to be served again: one stream that is one file, its fragments one behind the other.
 *
 * @param folder of the job
 * @throws {EvidenceError} CLAIM_UNTESTABLE that says what keeps it from being served again
 */
export async function readRecordedJob(folder: string): Promise<RecordedJob> {
  const record = await readRecord(folder);
  const lines = await readLines(folder);
  const { receipt } = record;
  if (receipt === undefined || !isFinished(record)) {
    throw new UnfitJobError(folder, 'it is not finished');
  }
  if (lines.some(({ stream }) => stream !== 'main')) throw new UnfitJobError(folder, 'it is several streams at once');
  const fragments = lines.filter(({ state }) => state === 'whole').sort((a, b) => a.index - b.index);
  if (fragments.length === 0) throw new UnfitJobError(folder, 'its list of fragments is empty');
  if (fragments.some(({ resumed }) => resumed))
    throw new UnfitJobError(folder, 'a part of it was fetched by an earlier try');
  const odd = fragments.find(({ encryption }) => encryption !== undefined && encryption !== 'AES-128');
  if (odd !== undefined)
    throw new UnfitJobError(folder, `it was encrypted with ${odd.encryption ?? ''}, which is not done again`);
  const file = receipt.output?.path ?? record.request.output;
  const bytes = await checkFile(folder, file, fragments);
  const recording: Recording = {
    kind: 'recording',
    http: (receipt.httpChoice?.picked ?? receipt.settings.http) === '2' ? '2' : '1.1',
    file,
    rateLimits: rateLimits(fragments.map(asSent)),
    playlistMs: Math.min(...fragments.map(({ queueMs }) => queueMs)),
    fragments: recordedFragments(fragments),
  };
  const identity = JSON.stringify({ ...recording, file: undefined, bytes: receipt.bytes.payload });
  const { wallMs } = receipt;
  const words = `a recorded download of ${fragments.length} fragments, ${(bytes / 1e6).toFixed(1)} MB in ${(wallMs / 1000).toFixed(2)} s over HTTP/${recording.http}, served again with its sizes and timings`;
  return { recording, sha256: createHash('sha256').update(identity).digest('hex'), wallMs, bytes, words };
}

async function readRecord(folder: string): Promise<JobRecord> {
  try {
    return parseRecord(await readFile(join(folder, 'job.json'), 'utf8'));
  } catch (cause) {
    if (cause instanceof RecordError) throw new UnfitJobError(folder, cause.message, cause);
    throw new EvidenceError('CLAIM_UNTESTABLE', `There is no job in ${folder}.`, {
      hint: 'Name the folder of a job, relative to the file of the claim; for an id, name the folder of all jobs with --jobs.',
      cause,
    });
  }
}

async function readLines(folder: string): Promise<FragmentReceipt[]> {
  try {
    const text = await readFile(join(folder, 'receipt.jsonl'), 'utf8');
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as FragmentReceipt);
  } catch (cause) {
    throw new UnfitJobError(folder, 'its list of fragments (receipt.jsonl) cannot be read', cause);
  }
}

/** Resolves to the file's size. */
async function checkFile(folder: string, file: string, fragments: readonly FragmentReceipt[]): Promise<number> {
  let size: number;
  try {
    ({ size } = await stat(file));
  } catch (cause) {
    throw new UnfitJobError(folder, 'its file is gone', cause);
  }
  let end = 0;
  for (const { offset, bytes, initBytes = 0 } of fragments) {
    if (offset - initBytes !== end) end = Number.NaN;
    end += initBytes + bytes;
  }
  if (size !== end)
    throw new UnfitJobError(folder, 'its file is not its fragments one behind the other: it was changed or remuxed');
  return size;
}

/** As it went over the network: encryption fills the last block. */
function asSent(fragment: FragmentReceipt): FragmentReceipt {
  return fragment.encryption === undefined ? fragment : { ...fragment, bytes: encryptedBytes(fragment.bytes) };
}

function recordedFragments(fragments: readonly FragmentReceipt[]): RecordedFragment[] {
  const resources = new Map<string, number>();
  let before: FragmentReceipt | undefined;
  return fragments.map((fragment) => {
    const { url, index, byteRange, durationS = 0 } = fragment;
    // Whole resources are told apart by their place: what is redacted may be all that their URLs differ in.
    const name = byteRange === undefined ? String(index) : url;
    const resource = resources.get(name) ?? resources.size;
    resources.set(name, resource);
    const follows = before === undefined || before.index + 1 === index;
    before = fragment;
    return {
      resource,
      ...(byteRange === undefined ? {} : { byteRange }),
      durationS,
      sequence: fragment.sequence,
      discontinuity: fragment.discontinuity === true || !follows,
      isEncrypted: fragment.encryption !== undefined,
      contentType: fragment.contentType ?? 'application/octet-stream',
      offset: fragment.offset,
      bytes: fragment.bytes,
      initBytes: fragment.initBytes ?? 0,
      firstByteMs: fragment.firstByteMs,
      bodyMs: fragment.bodyMs,
    };
  });
}
