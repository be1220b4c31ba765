import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { EngineError, InternalError, isAbortError } from './errors.ts';
import type { DownloadEvent } from './events.ts';
import { fetchFragment, gapReceipt, type FragmentJob } from './fragment/fetchFragment.ts';
import { initId, Sources } from './fragment/sources.ts';
import { writeStrategies } from './fragment/strategy.ts';
import { OutputFile } from './output/outputFile.ts';
import { ReorderMemory } from './output/reorderMemory.ts';
import { outputPaths } from './output/paths.ts';
import type { InitSegment } from './playlist/model.ts';
import { ProgressMeter } from './progress.ts';
import { ReceiptBook, type EngineReceipt } from './receiptBook.ts';
import { checkRequest, type CheckedRequest } from './checkRequest.ts';
import type { DownloadRequest } from './request.ts';
import { loadSource, type Source } from './source.ts';
import { Client } from './transport/client.ts';
import { runWindow } from './transport/window.ts';

export interface DownloadHooks {
  /** Aborting it ends the download as cancelled, with nothing under the final names. */
  signal: AbortSignal;
  onEvent: (event: DownloadEvent) => void;
}

/**
 * Downloads what a playlist URL stands for into one file per stream. Never rejects: the receipt says how it ended, and
 * why. Under the final names there is a whole file or what was there before.
 */
export async function download(request: DownloadRequest, hooks: DownloadHooks): Promise<EngineReceipt> {
  const book = new ReceiptBook(request, hooks.onEvent);
  try {
    const checked = checkRequest(request);
    const ending = new AbortController();
    const signal = AbortSignal.any([hooks.signal, ending.signal]);
    const client = openClient(checked, signal, book);
    try {
      const source = await loadSource(checked, client, checked.limits);
      const outputs = openOutputs(checked, source);
      try {
        const jobs = planJobs(checked, source, outputs);
        book.planned(source, outputs, jobs);
        await fetchAll(jobs, checked, client, book, ending);
        hooks.onEvent({ type: 'finishing' });
        for (const output of outputs) output.finish();
        await book.finished(outputs, checked.sha256 ? sha256 : undefined);
      } finally {
        for (const output of outputs) output.discard();
      }
    } finally {
      await client.close();
    }
  } catch (error) {
    book.ended(hooks.signal.aborted || isAbortError(error) ? 'cancelled' : asEngineError(error));
  }
  return book.receipt();
}

function openClient(request: CheckedRequest, signal: AbortSignal, book: ReceiptBook): Client {
  return new Client({
    origin: new URL(request.url).origin,
    headers: request.headers ?? {},
    http: request.http,
    ca: request.ca,
    limits: request.limits,
    signal,
    onRetry: (error, tries, delayMs, isAnnounced) => book.retried(error, tries, delayMs, isAnnounced),
    allowPrivateAddresses: request.allowPrivateAddresses,
  });
}

function openOutputs(request: CheckedRequest, source: Source): OutputFile[] {
  const memory = new ReorderMemory(request.reorderMemoryBytes);
  const paths = outputPaths(request.output, source.streams);
  const outputs: OutputFile[] = [];
  try {
    for (const [index, { plan }] of source.streams.entries()) {
      outputs.push(new OutputFile(paths[index] as string, plan.fragments.length, memory));
    }
  } catch (error) {
    for (const output of outputs) output.discard();
    throw error;
  }
  return outputs;
}

/** All fragments of all streams in the order in which they are fetched. */
function planJobs(request: CheckedRequest, source: Source, outputs: readonly OutputFile[]): FragmentJob[] {
  return source.streams.flatMap(({ name, plan }, stream) => {
    const output = outputs[stream] as OutputFile;
    let lastInit: string | undefined;
    const isNewInit = (map: InitSegment | undefined) => {
      const id = map && initId(map);
      const isNew = id !== undefined && id !== lastInit;
      lastInit = id ?? lastInit;
      return isNew;
    };
    const where = name === 'main' ? '' : ` of ${name}`;
    return plan.fragments.map((fragment) => ({
      fragment,
      slot: output.slots[fragment.index] as OutputFile['slots'][number],
      stream: name,
      label: `Fragment ${fragment.index + 1} of ${plan.fragments.length}${where}`,
      hasNewInit: !fragment.gap && isNewInit(fragment.map),
      maxBytes: largestFragment(request, fragment.durationS, source.variant?.bandwidth),
    }));
  });
}

/** What a fragment may have at most, in bytes. */
function largestFragment(
  { limits }: CheckedRequest,
  durationS: number,
  bandwidth = limits.undeclaredBandwidth,
): number {
  return Math.max(limits.fragmentBytes, Math.ceil((limits.bandwidthMargin * bandwidth * durationS) / 8));
}

async function fetchAll(
  jobs: readonly FragmentJob[],
  request: CheckedRequest,
  client: Client,
  book: ReceiptBook,
  ending: AbortController,
): Promise<void> {
  const tools = {
    client,
    sources: new Sources(client, request.limits),
    strategy: writeStrategies[request.write],
    startMs: book.startMs,
  };
  const work = async (job: FragmentJob) => {
    if (job.fragment.gap) {
      job.slot.finish();
      book.fragmentEnded(job, gapReceipt(job));
    } else {
      book.fragmentEnded(job, await fetchFragment(job, tools));
    }
  };
  const meter = new ProgressMeter(() => book.progress(), book.tell);
  try {
    await runWindow(jobs, request.width, work, (reason) => ending.abort(reason));
  } finally {
    meter.stop();
  }
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function asEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new InternalError('HLS_INTERNAL', `An unexpected error: ${message}`, {
    hint: 'Please report it with the log.',
    cause: error,
  });
}
