import { readActivity, type Activity } from './activity.ts';
import { checkRequest, type CheckedRequest } from './checkRequest.ts';
import { asEngineError, isAbortError, type TransferError } from './errors.ts';
import type { DownloadEvent } from './events.ts';
import { finish, textFormatOf, type Muxer } from './finishing.ts';
import { bringFragment } from './fragment/bringFragment.ts';
import { bringGroup } from './fragment/bringGroup.ts';
import type { FragmentJob, FragmentTools } from './fragment/fetchFragment.ts';
import { Sources } from './fragment/sources.ts';
import { writeStrategies } from './fragment/strategy.ts';
import { JobPlanner, JobQueue } from './fragmentJobs.ts';
import { LiveSubtitles } from './liveSubtitles.ts';
import type { OutputFile } from './output/outputFile.ts';
import { sha256 } from './output/sha256.ts';
import { checkSpace } from './output/space.ts';
import { ProgressMeter } from './progress.ts';
import { ReceiptBook, type EngineReceipt } from './receiptBook.ts';
import { Renewal } from './renewal.ts';
import type { DownloadRequest } from './request.ts';
import { recordAll, type RecordingHooks } from './recording.ts';
import type { Source } from './source.ts';
import { SourceLoader } from './sourceLoader.ts';
import type { Steering } from './steering/steering.ts';
import { watchSteering } from './steering/watch.ts';
import { confirmResumed, leaveOutput, openOutputs } from './streamOutputs.ts';
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
  /** Told once, before the first fragment is fetched, how to see what the download is at. */
  onActivity?: (read: () => Activity) => void;
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
        const width = openWidth(checked, queue, tools, book);
        hooks.onActivity?.(() => readActivity({ tools, queue, outputs, width, book }));
        await steerWhile(fetchAll(queue, width, checked, tools, book, steering, ending), steering, tools, ending);
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
        book.kept(outputs.map((output) => leaveOutput(output, hooks.signal)));
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
    decryption: { ms: 0 },
  };
}

/** How many fragments are fetched at once. */
function openWidth(
  { concurrency }: CheckedRequest,
  queue: JobQueue,
  { client }: FragmentTools,
  book: ReceiptBook,
): Width {
  return concurrency === 'auto' ? new AutoWidth(client.traffic, queue, book.startMs) : new Width(concurrency);
}

async function fetchAll(
  queue: JobQueue,
  width: Width,
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
    const receipt = await bringFragment(job, tools, areGapsAllowed ? missing : undefined);
    steering.measure(receipt, book.startMs);
    book.fragmentEnded(job, receipt);
    queue.end(job);
  };
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
