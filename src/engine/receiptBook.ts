import { stat } from 'node:fs/promises';
import { PlaylistError, type EngineError, type TransferError } from './errors.ts';
import type { DownloadEvent, RecordingEvent } from './events.ts';
import type { FinishedFile } from './finishing.ts';
import { unfetchedReceipt, type FragmentJob } from './fragment/fetchFragment.ts';
import { FragmentBook } from './fragmentBook.ts';
import { gapPlaces } from './gapPlaces.ts';
import type { EndReason } from './live/followEvent.ts';
import type { OutputFile } from './output/outputFile.ts';
import { DEFAULT_PATHWAY } from './playlist/choose.ts';
import type { ProgressState } from './progress.ts';
import type { FragmentReceipt, Receipt, ReceiptState, SubtitleRecordingReceipt } from './receipt.ts';
import { dateRangesSection, outputSection, variantSection, type WrittenFile } from './receiptSections.ts';
import { RecordingTotals } from './recordingTotals.ts';
import { redactUrl } from './redact.ts';
import type { DownloadRequest } from './request.ts';
import { roundS } from './rounding.ts';
import type { Move, Source } from './source.ts';
import type { ConcurrencyTrace } from './transport/concurrency/decisions.ts';
import type { HttpChoice } from './transport/httpChoice.ts';

/** The engine's part of the receipt; the counters of the process and the profiles are the caller's. */
export type EngineReceipt = Omit<Receipt, 'counters' | 'profiles'> & {
  /** Empty unless it was asked for. */
  perFragment: FragmentReceipt[];
  writeCalls: number;
  chunksPerFragment: number;
  bodyBuffers: number;
  bodyBufferBytes: number;
};

const keptMoves = 1000;

/** Keeps the books of one download: tells events as they happen and adds up the receipt. */
export class ReceiptBook {
  readonly startMs = performance.now();
  readonly tell: (event: DownloadEvent) => void;
  readonly #request: DownloadRequest;
  readonly #fragments: FragmentBook;
  #source: Source | undefined;
  #outputs: readonly OutputFile[] = [];
  #written: WrittenFile[] = [];
  #total = 0;
  #retries = 0;
  #state: ReceiptState = 'failed';
  #error: EngineError | undefined;
  #kept: Receipt['kept'];
  readonly #recording = new RecordingTotals();
  readonly #moves: (Move & { atMs: number })[] = [];
  #recordingEnd: EndReason | undefined;
  #concurrency: ConcurrencyTrace | undefined;
  #httpChoice: HttpChoice | undefined;
  #subtitles: readonly SubtitleRecordingReceipt[] = [];
  #wallMs = 0;

  constructor(request: DownloadRequest, tell: (event: DownloadEvent) => void) {
    this.#request = request;
    this.tell = tell;
    this.#fragments = new FragmentBook(request.perFragment ?? false, (receipt) =>
      this.tell({ type: 'fragment', receipt }),
    );
  }

  planned(source: Source, outputs: readonly OutputFile[], jobs: readonly FragmentJob[]): void {
    this.#source = source;
    this.#outputs = outputs;
    this.#total = jobs.length;
    this.tell({
      type: 'planned',
      fragments: jobs.length,
      durationS: source.streams[0]?.plan.durationS ?? 0,
      ...(this.isLive ? { isLive: true as const } : {}),
      ...(source.variant ? { variant: { ...source.variant, url: redactUrl(source.variant.url) } } : {}),
      ...this.#overlooked(),
      ...(source.lostSubtitles.length === 0
        ? {}
        : { lostSubtitles: source.lostSubtitles.map(({ error }) => error.toJSON()) }),
      outputs: outputs.map((output) => output.path),
    });
    for (const job of jobs) {
      if (job.slot.isResumed) this.fragmentEnded(job, unfetchedReceipt(job, { state: 'whole', resumed: true }));
    }
  }

  /** What an earlier try left in the files; told before the plan. */
  resumed(jobs: readonly FragmentJob[], isChanged: boolean): void {
    const resumed = jobs.filter(({ slot }) => slot.isResumed);
    if (resumed.length === 0 && !isChanged) return;
    const bytes = resumed.reduce((sum, { slot }) => sum + slot.bytes - slot.initBytes, 0);
    this.tell({ type: 'resumed', fragments: resumed.length, bytes, isChanged });
  }

  retried(error: TransferError, tries: number, delayMs: number, isAnnounced: boolean): void {
    if (error.resource === 'fragment') this.#retries++;
    this.tell({ type: 'retry', error: error.toJSON(), tries, delayMs, isAnnounced });
  }

  /** A fragment ended well; it is told as soon as its place in the file is known. */
  fragmentEnded(job: FragmentJob, receipt: FragmentReceipt): void {
    this.#fragments.add(job, receipt);
  }

  /** Fragments that are whole and have no place in the file yet. */
  get unplaced(): number {
    return this.#fragments.unplaced;
  }

  /** Something of the stream is in the files. */
  get hasMedia(): boolean {
    return this.#fragments.totals.payload > 0;
  }

  /** How the number of transfers at once was chosen, where it was. */
  concurrencyWas(trace: ConcurrencyTrace | undefined): void {
    this.#concurrency = trace;
  }

  /** How the version of HTTP was chosen, where it was. */
  httpWas(choice: HttpChoice | undefined): void {
    this.#httpChoice = choice;
  }

  progress(): ProgressState {
    const bytes = this.#outputs.reduce((sum, output) => sum + output.bytes, 0);
    return { fragments: this.#fragments.totals.fragments, fragmentsTotal: this.#total, bytes };
  }

  /** All files are there under their final names. */
  async finished(
    files: readonly FinishedFile[],
    sha256: ((path: string) => Promise<string>) | undefined,
  ): Promise<void> {
    const isWhole =
      this.#gaps() === 0 &&
      this.#recordingEnd !== 'dead' &&
      !this.#isEndMissing() &&
      this.#subtitles.every(({ holes, error }) => holes === 0 && !error);
    this.#state = isWhole ? 'complete' : 'completeWithGaps';
    this.#wallMs = performance.now() - this.startMs;
    for (const { path, rendition } of files) {
      const { size: bytes } = await stat(path);
      this.#written.push({ rendition, path, bytes, ...(sha256 ? { sha256: await sha256(path) } : {}) });
    }
  }

  /** Whether what is downloaded is a live stream. */
  get isLive(): boolean {
    return this.#source?.streams.some(({ live }) => live) ?? false;
  }

  /** The streams have gone to another place. */
  readonly moved = (move: Move): void => {
    this.#moves.push({ ...move, atMs: Math.round(performance.now() - this.startMs) });
    // The newest are worth more: a recording goes on for days.
    if (this.#moves.length > keptMoves) this.#moves.shift();
    this.tell({ type: 'moved', ...move });
  };

  /** What following a live stream tells is counted. */
  readonly tellRecording = (event: RecordingEvent): void => {
    // Those of subtitles are counted with them.
    if (!this.#source?.subtitles.some(({ name }) => name === event.stream)) this.#recording.add(event);
    this.tell(event);
  };

  /** How the live subtitles went. */
  subtitlesRecorded(receipts: readonly SubtitleRecordingReceipt[]): void {
    this.#subtitles = receipts;
  }

  /** The live streams are over, each for its reason. */
  recorded(ends: readonly EndReason[]): void {
    if (ends.length === 0) return;
    if (this.#fragments.totals.fragments === 0) throw nothingRecorded(this.#request.url);
    // The worst of them: without its end tag a stream may have gone on elsewhere.
    this.#recordingEnd = ends.find((end) => end === 'dead') ?? ends[0];
  }

  /** What was left for the next try, output by output. */
  kept(parts: readonly { fragments: number; bytes: number }[]): void {
    const sum = (of: 'fragments' | 'bytes') => parts.reduce((total, part) => total + part[of], 0);
    if (sum('fragments') > 0) this.#kept = { fragments: sum('fragments'), bytes: sum('bytes') };
  }

  /** It did not end well. */
  ended(reason: 'cancelled' | EngineError): void {
    this.#state = reason === 'cancelled' ? 'cancelled' : 'failed';
    this.#error = reason === 'cancelled' ? undefined : reason;
    this.#written = [];
    this.#wallMs = performance.now() - this.startMs;
  }

  receipt(): EngineReceipt {
    const request = this.#request;
    const { fragments, fetched, resumed, declaredGaps, payload, received, chunks, hedged, buffers, bufferBytes } =
      this.#fragments.totals;
    return {
      schema: 1,
      state: this.#state,
      url: redactUrl(request.url),
      ...variantSection(this.#source?.variant),
      ...outputSection(this.#written),
      fragments: {
        total: this.isLive ? fragments + this.#recording.holes : this.#total,
        fetched,
        resumed,
        gaps: this.#gaps(),
        declaredGaps,
        retries: this.#retries,
        hedged,
      },
      bytes: { payload, received },
      wallMs: Math.round(this.#wallMs * 10) / 10,
      settings: {
        write: request.write ?? 'streaming',
        http: request.http ?? 'auto',
        concurrency: request.concurrency ?? 'auto',
        reads: request.reads ?? 'pooled',
      },
      ...(this.#gaps() > 0 ? { gapPlaces: gapPlaces(this.#fragments.absent, this.#recording.places) } : {}),
      ...this.#pathways(),
      ...(this.#concurrency ? { concurrency: this.#concurrency } : {}),
      ...(this.#httpChoice ? { httpChoice: this.#httpChoice } : {}),
      ...dateRangesSection(this.#source?.streams[0]?.dateRanges),
      ...(this.#isEndMissing() ? { isEndMissing: true as const } : {}),
      ...this.#overlooked(),
      ...this.#recordingReceipt(),
      ...(this.#error ? { error: this.#error.toJSON() } : {}),
      ...(this.#kept ? { kept: this.#kept } : {}),
      perFragment: this.#fragments.list(),
      writeCalls: this.#outputs.reduce((sum, { part }) => sum + part.writeCalls, 0),
      chunksPerFragment: fetched === 0 ? 0 : Math.round((chunks / fetched) * 10) / 10,
      bodyBuffers: buffers,
      bodyBufferBytes: bufferBytes,
    };
  }

  #recordingReceipt(): Pick<Receipt, 'recording'> {
    if (!this.#recordingEnd) return {};
    const subtitles = this.#subtitles.map((each) => ({ ...each, holeS: roundS(each.holeS) }));
    const told = subtitles.length === 0 ? {} : { subtitles };
    const { holes, holeS, outages, resets } = this.#recording;
    return { recording: { ended: this.#recordingEnd, holes, holeS, outages, resets, ...this.#parts(), ...told } };
  }

  #overlooked(): Pick<Receipt, 'overlookedSubtitles'> {
    const { overlookedSubtitles = [] } = this.#source ?? {};
    return overlookedSubtitles.length === 0 ? {} : { overlookedSubtitles };
  }

  #pathways(): Pick<Receipt, 'pathways'> {
    const { pathway } = this.#source?.variant ?? {};
    if (pathway === undefined && this.#moves.length === 0) return {};
    return { pathways: [{ pathway: pathway ?? DEFAULT_PATHWAY, atMs: 0 }, ...this.#moves] };
  }

  #parts(): Pick<NonNullable<Receipt['recording']>, 'parts'> {
    const { parted: fragments, parts, refetched } = this.#fragments.totals;
    return fragments + refetched === 0 ? {} : { parts: { fragments, parts, refetched } };
  }

  #isEndMissing(): boolean {
    return this.#source?.streams.some(({ isEndMissing }) => isEndMissing) ?? false;
  }

  #gaps(): number {
    return this.#recording.holes + this.#fragments.totals.absent;
  }
}

function nothingRecorded(url: string): PlaylistError {
  return new PlaylistError('HLS_PLAYLIST_EMPTY', 'Nothing was recorded: the live stream brought no fragment.', {
    hint: 'Look whether the broadcast has begun.',
    url,
  });
}
