import { stat } from 'node:fs/promises';
import { PlaylistError, type EngineError, type TransferError } from './errors.ts';
import type { DownloadEvent, RecordingEvent } from './events.ts';
import { unfetchedReceipt, type FragmentJob } from './fragment/fetchFragment.ts';
import { absentFrom, gapPlaces, isGap, type AbsentFragment } from './gapPlaces.ts';
import { inspectDateRange } from './inspect.ts';
import type { FinishedFile } from './finishing.ts';
import { FragmentTotals } from './fragmentTotals.ts';
import type { EndReason } from './live/followEvent.ts';
import type { OutputFile } from './output/outputFile.ts';
import { DEFAULT_PATHWAY } from './playlist/choose.ts';
import type { ProgressState } from './progress.ts';
import type {
  FragmentReceipt,
  GapPlace,
  OutputFile as OutputReceipt,
  Receipt,
  ReceiptState,
  SubtitleRecordingReceipt,
} from './receipt.ts';
import { redactUrl } from './redact.ts';
import type { DownloadRequest } from './request.ts';
import type { Move, Source } from './source.ts';
import type { ConcurrencyTrace } from './transport/concurrency/decisions.ts';
import type { HttpChoice } from './transport/httpChoice.ts';

/** The engine's part of the receipt; the counters of the process and the profiles are the caller's. */
export type EngineReceipt = Omit<Receipt, 'counters' | 'profiles'> & {
  /** Empty unless it was asked for. */
  perFragment: FragmentReceipt[];
  writeCalls: number;
  chunksPerFragment: number;
};

const keptMoves = 1000;

/** Keeps the books of one download: tells events as they happen and adds up the receipt. */
export class ReceiptBook {
  readonly startMs = performance.now();
  readonly tell: (event: DownloadEvent) => void;
  readonly #request: DownloadRequest;
  readonly #totals = new FragmentTotals();
  /** All, where the list of them is asked for. */
  readonly #entries: { job: FragmentJob; receipt: FragmentReceipt }[] = [];
  /** Whose place in the file is not known yet. */
  #unplaced: { job: FragmentJob; receipt: FragmentReceipt }[] = [];
  #source: Source | undefined;
  #outputs: readonly OutputFile[] = [];
  #written: (OutputReceipt & Pick<FinishedFile, 'rendition'>)[] = [];
  #total = 0;
  #retries = 0;
  #state: ReceiptState = 'failed';
  #error: EngineError | undefined;
  #kept: Receipt['kept'];
  readonly #absent: AbsentFragment[] = [];
  readonly #holes: GapPlace[] = [];
  readonly #recording = { holes: 0, holeS: 0, outages: 0, resets: 0 };
  readonly #moves: (Move & { atMs: number })[] = [];
  #recordingEnd: EndReason | undefined;
  #concurrency: ConcurrencyTrace | undefined;
  #httpChoice: HttpChoice | undefined;
  #subtitles: readonly SubtitleRecordingReceipt[] = [];
  #wallMs = 0;

  constructor(request: DownloadRequest, tell: (event: DownloadEvent) => void) {
    this.#request = request;
    this.tell = tell;
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
    const entry = { job, receipt };
    this.#totals.add(receipt);
    if (isGap(receipt)) this.#absent.push(absentFrom(receipt));
    if (this.#request.perFragment) this.#entries.push(entry);
    this.#unplaced.push(entry);
    this.#unplaced = this.#unplaced.filter((waiting) => {
      if (waiting.job.slot.start === undefined) return true;
      this.tell({ type: 'fragment', receipt: placed(waiting.job, waiting.receipt) });
      return false;
    });
  }

  /** Something of the stream is in the files. */
  get hasMedia(): boolean {
    return this.#totals.payload > 0;
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
    return { fragments: this.#totals.fragments, fragmentsTotal: this.#total, bytes };
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
    const seen = this.#recording;
    // Those of subtitles are counted with them.
    if (this.#source?.subtitles.some(({ name }) => name === event.stream)) {
      this.tell(event);
      return;
    }
    if (event.type === 'hole') {
      const { stream, startS, durationS, count } = event;
      seen.holes += count;
      seen.holeS += durationS;
      this.#holes.push({ stream, startS, durationS, fragments: count, reason: 'unseen' });
    } else if (event.type === 'outage') seen.outages++;
    else if (event.type === 'reset') seen.resets++;
    this.tell(event);
  };

  /** How the live subtitles went. */
  subtitlesRecorded(receipts: readonly SubtitleRecordingReceipt[]): void {
    this.#subtitles = receipts;
  }

  /** The live streams are over, each for its reason. */
  recorded(ends: readonly EndReason[]): void {
    if (ends.length === 0) return;
    if (this.#totals.fragments === 0) throw nothingRecorded(this.#request.url);
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
    const perFragment = this.#entries
      .map(({ job, receipt }) => placed(job, receipt))
      .sort((a, b) => (a.stream === b.stream ? a.index - b.index : a.stream === 'main' ? -1 : 1));
    const { fragments, fetched, resumed, declaredGaps, payload, received, chunks, hedged } = this.#totals;
    return {
      schema: 1,
      state: this.#state,
      url: redactUrl(request.url),
      ...this.#variant(),
      ...this.#outputReceipts(),
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
      ...(this.#gaps() > 0 ? { gapPlaces: gapPlaces(this.#absent, this.#holes) } : {}),
      ...this.#pathways(),
      ...(this.#concurrency ? { concurrency: this.#concurrency } : {}),
      ...(this.#httpChoice ? { httpChoice: this.#httpChoice } : {}),
      ...this.#dateRanges(),
      ...(this.#isEndMissing() ? { isEndMissing: true as const } : {}),
      ...this.#overlooked(),
      ...this.#recordingReceipt(),
      ...(this.#error ? { error: this.#error.toJSON() } : {}),
      ...(this.#kept ? { kept: this.#kept } : {}),
      perFragment,
      writeCalls: this.#outputs.reduce((sum, { part }) => sum + part.writeCalls, 0),
      chunksPerFragment: fetched === 0 ? 0 : Math.round((chunks / fetched) * 10) / 10,
    };
  }

  #recordingReceipt(): Pick<Receipt, 'recording'> {
    if (!this.#recordingEnd) return {};
    const subtitles = this.#subtitles.map((each) => ({ ...each, holeS: Math.round(each.holeS * 1000) / 1000 }));
    const told = subtitles.length === 0 ? {} : { subtitles };
    return { recording: { ended: this.#recordingEnd, ...this.#recording, ...this.#parts(), ...told } };
  }

  #overlooked(): Pick<Receipt, 'overlookedSubtitles'> {
    const { overlookedSubtitles = [] } = this.#source ?? {};
    return overlookedSubtitles.length === 0 ? {} : { overlookedSubtitles };
  }

  #dateRanges(): Pick<Receipt, 'dateRanges'> {
    const book = this.#source?.streams[0]?.dateRanges;
    const ranges = book?.list() ?? [];
    if (book === undefined || ranges.length === 0) return {};
    return {
      dateRanges: ranges.map((range) => inspectDateRange(range, redactUrl)),
      ...(book.omitted === 0 ? {} : { dateRangesOmitted: book.omitted }),
    };
  }

  #pathways(): Pick<Receipt, 'pathways'> {
    const { pathway } = this.#source?.variant ?? {};
    if (pathway === undefined && this.#moves.length === 0) return {};
    return { pathways: [{ pathway: pathway ?? DEFAULT_PATHWAY, atMs: 0 }, ...this.#moves] };
  }

  #parts(): Pick<NonNullable<Receipt['recording']>, 'parts'> {
    const { parted: fragments, parts, refetched } = this.#totals;
    return fragments + refetched === 0 ? {} : { parts: { fragments, parts, refetched } };
  }

  #isEndMissing(): boolean {
    return this.#source?.streams.some(({ isEndMissing }) => isEndMissing) ?? false;
  }

  #gaps(): number {
    return this.#recording.holes + this.#totals.absent;
  }

  #variant(): Pick<Receipt, 'variant'> {
    const variant = this.#source?.variant;
    if (!variant) return {};
    const { bandwidth, width, height, codecs } = variant;
    return {
      variant: {
        bandwidth,
        ...(width === undefined ? {} : { width }),
        ...(height === undefined ? {} : { height }),
        ...(codecs === undefined ? {} : { codecs }),
      },
    };
  }

  #outputReceipts(): Pick<Receipt, 'output' | 'renditions'> {
    const [main, ...others] = this.#written.map(({ rendition, ...output }) => ({ rendition, output }));
    if (!main) return {};
    const renditions = others.map(({ rendition, output }) => ({
      type: rendition?.type === 'SUBTITLES' ? ('SUBTITLES' as const) : ('AUDIO' as const),
      name: rendition?.name ?? '',
      ...(rendition?.language === undefined ? {} : { language: rendition.language }),
      output,
    }));
    return { output: main.output, ...(renditions.length > 0 ? { renditions } : {}) };
  }
}

function nothingRecorded(url: string): PlaylistError {
  return new PlaylistError('HLS_PLAYLIST_EMPTY', 'Nothing was recorded: the live stream brought no fragment.', {
    hint: 'Look whether the broadcast has begun.',
    url,
  });
}

/** The place is known only when the lengths of all fragments before are. */
function placed({ slot }: FragmentJob, receipt: FragmentReceipt): FragmentReceipt {
  return { ...receipt, offset: (slot.start ?? 0) + slot.initBytes, writeMs: Math.round(slot.writeMs * 100) / 100 };
}
