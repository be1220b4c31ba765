import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { checkRequest, type CheckedRequest } from './checkRequest.ts';
import { EngineError, InternalError, Interruption, isAbortError, TransferError } from './errors.ts';
import type { DownloadEvent } from './events.ts';
import {
  fetchFragment,
  passOver,
  unfetchedReceipt,
  type FragmentJob,
  type FragmentTools,
} from './fragment/fetchFragment.ts';
import { fetchByParts, isParted } from './fragment/fetchParts.ts';
import { containerFor, finishMuxed, textFormatOf, type FinishedParts, type Muxer } from './finishing.ts';
import { bringGroup } from './fragment/bringGroup.ts';
import { Sources } from './fragment/sources.ts';
import { writeStrategies } from './fragment/strategy.ts';
import { JobPlanner, JobQueue } from './fragmentJobs.ts';
import { LiveSubtitles } from './liveSubtitles.ts';
import { openOutput, type OpenedOutput } from './output/openOutput.ts';
import type { OutputFile } from './output/outputFile.ts';
import { outputPaths } from './output/paths.ts';
import { ReorderMemory } from './output/reorderMemory.ts';
import { checkSpace } from './output/space.ts';
import { ProgressMeter } from './progress.ts';
import type { FragmentReceipt } from './receipt.ts';
import { ReceiptBook, type EngineReceipt, type FinishedFile } from './receiptBook.ts';
import { Renewal } from './renewal.ts';
import type { DownloadRequest } from './request.ts';
import { recordAll, type RecordingHooks } from './recording.ts';
import { SourceLoader, type Source } from './source.ts';
import type { Steering } from './steering/steering.ts';
import { watchSteering } from './steering/watch.ts';
import { joinSubtitles } from './subtitleTracks.ts';
import { Client } from './transport/client.ts';
import { AutoWidth } from './transport/concurrency/autoWidth.ts';
import { runWindow, Width } from './transport/window.ts';

export interface DownloadHooks {
  /** Aborting it ends the download as cancelled, with nothing under the final names. */
  signal: AbortSignal;
  /** Aborting it ends the recording of a live stream: what is there is the file. */
  stop?: AbortSignal;
  onEvent: (event: DownloadEvent) => void;
  clock?: RecordingHooks['clock'];
  /** Makes one file of several, or one of another container; without it each stream is a file of its own. */
  mux?: Muxer;
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
      const loader = new SourceLoader(checked, client, book.moved);
      const source = await loader.load();
      checkSpace(checked.output, source.streams, source.variant);
      const opened = await openOutputs(checked, source, book);
      const outputs = opened.map(({ output }) => output);
      const { stop = new AbortController().signal, clock } = hooks;
      const texts = new LiveSubtitles(source, checked, { tell: book.tellRecording, signal, clock });
      try {
        const jobs = planJobs(checked, source, outputs);
        const queue = new JobQueue(jobs);
        const renewal = new Renewal(loader, queue.open, () => book.tell({ type: 'renewed' }));
        const tools = openTools(checked, client, renewal, loader, book);
        const confirmed = await confirmResumed(opened, jobs, tools, book);
        book.planned(source, outputs, jobs);
        for (const { job, receipt } of confirmed) book.fragmentEnded(job, receipt);
        queue.begin();
        await texts.open(tools.sources);
        const recordingHooks = { tell: book.tellRecording, signal, stop, clock, client, line: texts.line };
        const recording = recordAll(source, outputs, checked, queue, recordingHooks);
        texts.begin(recording);
        const { steering } = loader;
        await steerWhile(fetchAll(queue, checked, tools, book, steering, ending), steering, tools, ending);
        book.recorded(await recording);
        hooks.onEvent({ type: 'finishing' });
        const texted = { ...checked, subtitleFormat: textFormatOf(checked, source, hooks.mux) };
        const subtitles = await joinSubtitles(source, outputs[0] as OutputFile, texted, tools, texts);
        book.subtitlesRecorded(texts.receipts());
        const parts = { request: checked, source, outputs, subtitles, breaks: queue.breaks };
        const files = await finish(parts, signal, hooks);
        await book.finished(files, checked.sha256 ? sha256 : undefined);
      } finally {
        await texts.discard();
        book.kept(outputs.map((output) => leave(output, hooks.signal)));
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
    reads: request.reads,
    ca: request.ca,
    proxy: request.proxy,
    rateBytesPerSecond: request.rateBytesPerSecond,
    limits: request.limits,
    signal,
    onRetry: (error, tries, delayMs, isAnnounced) => book.retried(error, tries, delayMs, isAnnounced),
    allowPrivateAddresses: request.allowPrivateAddresses,
  });
}

async function openOutputs(request: CheckedRequest, source: Source, book: ReceiptBook): Promise<OpenedOutput[]> {
  const memory = new ReorderMemory(request.reorderMemoryBytes);
  const paths = outputPaths(request.output, source.streams);
  const opened: OpenedOutput[] = [];
  try {
    for (const [index, { id, plan, live }] of source.streams.entries()) {
      const path = paths[index] as string;
      const { resume } = request;
      const isLive = live !== undefined;
      const output = await openOutput({ path, stream: id, fragments: plan.fragments, memory, resume, isLive });
      opened.push(output);
      if (output.salvaged) book.tell({ type: 'salvaged', ...output.salvaged });
    }
  } catch (error) {
    for (const { output } of opened) output.keep();
    throw error;
  }
  return opened;
}

function openTools(
  request: CheckedRequest,
  client: Client,
  renewal: Renewal,
  { sessionKeys }: SourceLoader,
  book: ReceiptBook,
): FragmentTools {
  return {
    client,
    sources: new Sources(client, request.limits, renewal, sessionKeys),
    strategy: writeStrategies[request.write],
    renewal,
    startMs: book.startMs,
  };
}

/**
 * Takes what an earlier try left into the books. Where its addresses have changed since, one of its fragments is
 * fetched again: if that is another one now, so is the stream, and nothing of what is there is used.
 */
async function confirmResumed(
  opened: readonly OpenedOutput[],
  jobs: readonly FragmentJob[],
  tools: FragmentTools,
  book: ReceiptBook,
): Promise<{ job: FragmentJob; receipt: FragmentReceipt }[]> {
  const confirmed: { job: FragmentJob; receipt: FragmentReceipt }[] = [];
  let isChanged = opened.some((each) => each.isChanged);
  for (const { output, doubtful } of opened) {
    const job = doubtful && jobs.find(({ slot }) => slot === output.slotAt(doubtful.index));
    if (!job) continue;
    const receipt = await fetchFragment(job, tools);
    if (job.slot.crc32 === doubtful.crc32) {
      confirmed.push({ job, receipt });
    } else {
      isChanged = true;
      output.startOver();
    }
  }
  book.resumed(jobs, isChanged);
  return confirmed;
}

async function fetchAll(
  queue: JobQueue,
  request: CheckedRequest,
  tools: FragmentTools,
  book: ReceiptBook,
  steering: Steering,
  ending: AbortController,
): Promise<void> {
  const missing: TransferError[] = [];
  // What a live stream has taken away cannot be had by starting again.
  const areGapsAllowed = request.allowGaps || book.isLive;
  const one = async (job: FragmentJob) => {
    const receipt = await bring(job, tools, areGapsAllowed ? missing : undefined);
    steering.measure(receipt, book.startMs);
    book.fragmentEnded(job, receipt);
    queue.end(job);
  };
  const { concurrency } = request;
  const width =
    concurrency === 'auto' ? new AutoWidth(tools.client.traffic, queue, book.startMs) : new Width(concurrency);
  const work = (job: FragmentJob) => bringGroup(queue.takeGroup(job, width.value), tools.client, one);
  tools.client.http.waiting = () => queue.waiting;
  const meter = new ProgressMeter(() => book.progress(), book.tell);
  try {
    await runWindow(queue, width, work, (reason) => ending.abort(reason));
    // A file of gaps is none.
    if (missing[0] && !book.hasMedia) throw missing[0];
  } finally {
    meter.stop();
    if (width instanceof AutoWidth) book.concurrencyWas(width.stop());
    book.httpWas(tools.client.http.choice);
  }
}

/** Has what has not begun go where steering wants it, for as long as the work goes on. */
async function steerWhile(
  work: Promise<void>,
  steering: Steering,
  { renewal, sources }: FragmentTools,
  ending: AbortController,
): Promise<void> {
  const over = new AbortController();
  const move = () => renewal.steer((pairs) => sources.adopt(pairs), over.signal);
  const watching = watchSteering(steering, move, over.signal).catch((error: unknown) => ending.abort(error));
  try {
    await work;
  } finally {
    over.abort();
    await watching;
  }
}

function planJobs(request: CheckedRequest, { streams }: Source, outputs: readonly OutputFile[]): FragmentJob[] {
  return streams.flatMap((stream, index) =>
    new JobPlanner(request, stream, outputs[index] as OutputFile).plan(stream.plan.fragments),
  );
}

/** Brings one fragment into the file, or passes over it where that is allowed: then `missing` takes the first reason. */
async function bring(
  job: FragmentJob,
  tools: FragmentTools,
  missing: TransferError[] | undefined,
): Promise<FragmentReceipt> {
  if (job.fragment.gap && !isParted(job)) {
    job.slot.finish();
    return unfetchedReceipt(job, { state: 'gap' });
  }
  try {
    return await (isParted(job) ? fetchByParts(job, tools) : fetchFragment(job, tools));
  } catch (error) {
    if (!missing || !isAboutOneFragment(error)) throw error;
    if (missing.length === 0) missing.push(error);
    await passOver(job, tools);
    return unfetchedReceipt(job, { state: 'missing', error: error.toJSON() });
  }
}

/** Whether others may be had although this one cannot: the origin is there, and it is one that we may ask. */
function isAboutOneFragment(error: unknown): error is TransferError {
  return error instanceof TransferError && !['UNREACHABLE', 'TLS', 'POLICY'].includes(error.reason);
}

/** Ends an output that is not whole: what is there stays for another try, unless a person has cancelled. */
function leave(output: OutputFile, cancelling: AbortSignal): { fragments: number; bytes: number } {
  if (!cancelling.aborted || cancelling.reason instanceof Interruption) return output.keep();
  output.discard();
  return { fragments: 0, bytes: 0 };
}

/** Gives the files their final names, made into one where that is asked for. */
async function finish(
  parts: FinishedParts,
  signal: AbortSignal,
  { mux, onEvent }: DownloadHooks,
): Promise<FinishedFile[]> {
  const { request, source, outputs, subtitles } = parts;
  try {
    const container = containerFor(request, source);
    const streams = [...outputs.map(({ path }, index) => ({ path, rendition: source.streams[index]?.rendition }))];
    const texts = subtitles.map(({ stream, output }) => ({ path: output.path, rendition: stream.rendition }));
    if (container === undefined || mux === undefined) {
      for (const output of outputs) output.finish();
      for (const { output } of subtitles) output.finish();
      return [...streams, ...texts];
    }
    const onProgress = (share: number) => onEvent({ type: 'muxing', share });
    await finishMuxed(container, parts, mux, { signal, onProgress });
    // A transport stream has no place for them.
    if (container === 'ts') for (const { output } of subtitles) output.finish();
    return [...streams.slice(0, 1), ...(container === 'ts' ? texts : [])];
  } finally {
    for (const { output } of subtitles) output.discard();
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
