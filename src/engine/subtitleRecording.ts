import type { CheckedRequest } from './checkRequest.ts';
import { asEngineError, EngineError, isAbortError } from './errors.ts';
import type { RecordingEvent } from './events.ts';
import type { Sources } from './fragment/sources.ts';
import { checkAddresses } from './fragmentAddresses.ts';
import { follow } from './live/follow.ts';
import type { EndReason, FollowEvent } from './live/followEvent.ts';
import type { Fragment } from './playlist/model.ts';
import type { SubtitleRecordingReceipt } from './receipt.ts';
import type { LiveStream, Stream } from './source.ts';
import type { MainLine } from './subtitles/mainLine.ts';
import type { SegmentRecord } from './subtitles/placing.ts';
import { SegmentListing, type ListedSegment } from './subtitles/segmentListing.ts';
import type { SegmentSpool } from './subtitles/spool.ts';
import { runWindow, Width, WorkQueue } from './transport/window.ts';
import { joinPoint, type RecordingHooks } from './recording.ts';

export interface SubtitleRecordingParts {
  stream: Stream & { live: LiveStream };
  /** The main stream, on whose time line the subtitles are. */
  main: LiveStream;
  line: MainLine;
  spool: SegmentSpool;
  sources: Sources;
  request: CheckedRequest;
  tell: (event: RecordingEvent) => void;
  /** Aborting it ends all. */
  signal: AbortSignal;
  clock?: RecordingHooks['clock'];
}

interface Listed extends ListedSegment {
  /** Place in the order of the spool. */
  turn: number;
}

type Segment = Awaited<ReturnType<Sources['segment']>>;

/** Segments that are fetched at once. */
const lanes = 4;
/** What is listed already still comes in that long after the recording is over; at least. */
const leastGraceMs = 5000;

/**
 * Follows the playlist of live subtitles beside the recording, and keeps every segment as soon as it is listed. Nothing that
 * goes wrong with them ends the recording: it is told and counted.
 */
export class SubtitleRecording {
  readonly stream: Stream;
  readonly spool: SegmentSpool;
  readonly listing: SegmentListing;
  readonly #parts: SubtitleRecordingParts;
  readonly #queue = new WorkQueue<Listed>();
  readonly #stop = new AbortController();
  readonly #giveUp = new AbortController();
  readonly #ready = new Map<number, { listed: Listed; segment: Segment | undefined }>();
  readonly #counts = { segments: 0, holes: 0, holeS: 0, outages: 0, resets: 0 };
  /** Segments that may be on screen in the recording, and those of them that are over. */
  #turns = 0;
  #written = 0;
  /** Of the playlist, which cannot be read. */
  #outage: EngineError | undefined;
  #isMainOver = false;
  #hasEnded = false;
  #deadline: NodeJS.Timeout | undefined;
  #ended: EndReason = 'stopped';
  #error: EngineError | undefined;

  constructor(parts: SubtitleRecordingParts) {
    const { stream, main, request } = parts;
    this.#parts = parts;
    this.stream = stream;
    this.spool = parts.spool;
    const { first } = main;
    this.listing = new SegmentListing(parts.line, first, joinPoint(request, first), stream.live.first);
  }

  /** Runs until the playlist is over, or the main stream is and this one has got as far. Never rejects. */
  async run(): Promise<void> {
    const fetching = runWindow(
      this.#queue,
      new Width(lanes),
      (listed) => this.#bring(listed),
      (reason) => this.#stop.abort(reason),
    );
    try {
      await Promise.all([this.#follow().finally(() => this.#queue.close()), fetching]);
    } catch (error) {
      await fetching.catch(() => undefined);
      this.#fail(error);
    } finally {
      this.#hasEnded = true;
      clearTimeout(this.#deadline);
    }
  }

  /** The main stream is over: what is listed until then still comes in, but not for long. */
  mainEnded(): void {
    if (this.#hasEnded) return;
    this.#isMainOver = true;
    const graceMs = Math.max(leastGraceMs, this.listing.targetS * 1500);
    this.#deadline = setTimeout(() => {
      this.#stop.abort();
      this.#giveUp.abort();
    }, graceMs);
    this.#stopWhenDone();
  }

  /** A segment that came, but is no use. */
  unusable(record: SegmentRecord, startS: number): void {
    this.#counts.segments--;
    this.#miss(record, 1, startS);
  }

  /** They cannot be joined at all. */
  failed(error: EngineError): void {
    this.#fail(error);
  }

  /** What the receipt says once all is over. */
  report(): SubtitleRecordingReceipt {
    const { rendition } = this.stream;
    return {
      name: rendition?.name ?? '',
      ...(rendition?.language === undefined ? {} : { language: rendition.language }),
      ended: this.#ended,
      ...this.#counts,
      ...(this.#error ? { error: this.#error.toJSON() } : {}),
    };
  }

  /** Counts what is missing at the end, once it is known where the recording ends. */
  close(): void {
    const { endS, usualS, lastSequence, slackS } = this.listing;
    const fromS = Math.max(endS, 0);
    // Of what was still on its way when a failure ended it all.
    const left = this.#turns - this.#written;
    if (left > 0) this.#miss({ sequence: lastSequence + 1 - left, durationS: left * usualS }, left, fromS);
    const durationS = this.#parts.line.endS - fromS;
    if (durationS <= slackS) return;
    this.#miss({ sequence: lastSequence + 1, durationS }, Math.max(1, Math.round(durationS / usualS)), fromS);
    if (this.#ended !== 'endlist') this.#ended = 'dead';
    this.#error ??= this.#outage;
  }

  async #follow(): Promise<void> {
    const { live } = this.#parts.stream;
    const { first, reload } = live;
    const stop = this.#stop.signal;
    const { signal, clock } = this.#parts;
    // What the playlist does meanwhile is no reason to give it up: the recording goes on.
    const events = follow({ first, reload, from: 'start', deadAfterS: Infinity, signal, stop, ...clock });
    for await (const event of events) {
      this.#take(event);
      this.#stopWhenDone();
    }
  }

  #take(event: FollowEvent): void {
    const { stream, tell } = this.#parts;
    const { name } = stream;
    switch (event.type) {
      case 'fragments':
        this.#add(event.fragments);
        return;
      case 'hole':
        this.#miss(
          { sequence: event.fromSequence, durationS: event.durationS },
          event.count,
          this.listing.skip(event.durationS),
        );
        return;
      case 'reset':
        this.#counts.resets++;
        tell({ type: 'reset', stream: name, sequence: event.sequence });
        return;
      case 'outage':
        this.#outage = event.error;
        this.#counts.outages++;
        tell({ type: 'outage', stream: name, error: event.error.toJSON() });
        return;
      case 'recovered':
        this.#outage = undefined;
        tell({ type: 'recovered', stream: name, outageMs: Math.round(event.outageMs) });
        return;
      case 'parts':
      case 'cut':
        return;
      case 'ended':
        this.#ended = event.why;
    }
  }

  #add(listed: readonly Fragment[]): void {
    const { live } = this.#parts.stream;
    checkAddresses(listed, live.first.url);
    for (const segment of this.listing.add(live.plan.settle(listed))) {
      this.#queue.add([{ ...segment, turn: this.#turns++ }]);
    }
  }

  /** Fetches a segment. Whatever becomes of it, its turn is over then. */
  async #bring(listed: Listed): Promise<void> {
    const { stream, sources } = this.#parts;
    const { fragment, turn } = listed;
    let segment: Segment | undefined;
    try {
      const label = `Segment ${fragment.index + 1} of ${stream.name}`;
      if (!fragment.gap) segment = await sources.segment(fragment, label, { signal: this.#giveUp.signal });
    } catch (error) {
      this.#parts.signal.throwIfAborted();
      if (!(error instanceof EngineError) && !isAbortError(error)) throw error;
    }
    this.#ready.set(turn, { listed, segment });
    this.#write();
  }

  /** Writes what came in the order of the playlist. */
  #write(): void {
    for (let next = this.#ready.get(this.#written); next; next = this.#ready.get(this.#written)) {
      this.#ready.delete(this.#written++);
      const { segment, listed } = next;
      const { record, startS, endS } = listed;
      if (segment) {
        this.spool.append(record, segment.bytes, segment.init?.clear);
        this.#counts.segments++;
      } else if (endS > 0) this.#miss(record, 1, startS);
    }
  }

  #miss(first: Pick<SegmentRecord, 'sequence' | 'durationS'>, count: number, atS: number): void {
    const { sequence: fromSequence, durationS } = first;
    this.#counts.holes += count;
    this.#counts.holeS += durationS;
    const startS = Math.max(0, atS);
    this.#parts.tell({ type: 'hole', stream: this.stream.name, fromSequence, count, startS, durationS });
  }

  /** Reading on makes no sense once everything is listed that belongs to the recording. */
  #stopWhenDone(): void {
    if (this.#isMainOver && this.listing.isComplete) this.#stop.abort();
  }

  #fail(error: unknown): void {
    if (this.#parts.signal.aborted) return;
    this.#error ??= asEngineError(error);
  }
}
