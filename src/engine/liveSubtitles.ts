import type { CheckedRequest } from './checkRequest.ts';
import type { RecordingEvent } from './events.ts';
import type { Sources } from './fragment/sources.ts';
import type { RecordingHooks } from './recording.ts';
import type { SubtitleRecordingReceipt } from './receipt.ts';
import type { LiveStream, LostSubtitles, Source, Stream } from './source.ts';
import { SubtitleRecording } from './subtitleRecording.ts';
import { subtitlePaths } from './subtitlePaths.ts';
import { MainLine } from './subtitles/mainLine.ts';
import { SegmentSpool } from './subtitles/spool.ts';

export interface LiveSubtitlesHooks {
  tell: (event: RecordingEvent) => void;
  signal: AbortSignal;
  /** Paces the readings of the playlists, where time runs faster than the real one. */
  clock?: RecordingHooks['clock'];
}

/** The chosen subtitles of a live stream, recorded beside it; none where the source has none that go on. */
export class LiveSubtitles {
  /** Has to be given the fragments of the main stream as they come. */
  readonly line = new MainLine();
  readonly #source: Source;
  readonly #request: CheckedRequest;
  readonly #hooks: LiveSubtitlesHooks;
  readonly #left = new AbortController();
  readonly #recordings: SubtitleRecording[] = [];
  readonly #spools: SegmentSpool[] = [];
  #runs: Promise<unknown> = Promise.resolve();

  constructor(source: Source, request: CheckedRequest, hooks: LiveSubtitlesHooks) {
    this.#source = source;
    this.#request = request;
    this.#hooks = hooks;
  }

  /** Makes room on the disk. Rejects with a DiskError. */
  async open(sources: Sources): Promise<void> {
    const { streams, subtitles } = this.#source;
    const main = streams[0]?.live;
    if (!main) return;
    const paths = subtitlePaths(this.#request, subtitles);
    const signal = AbortSignal.any([this.#hooks.signal, this.#left.signal]);
    for (const [index, stream] of subtitles.entries()) {
      if (!isLive(stream)) continue;
      const spool = await SegmentSpool.open(paths[index] as string, stream.id);
      this.#spools.push(spool);
      const { tell, clock } = this.#hooks;
      const parts = { stream, main, line: this.line, spool, sources, request: this.#request, tell, signal, clock };
      this.#recordings.push(new SubtitleRecording(parts));
    }
  }

  /** Records until `recording`, that of the main stream, is over. */
  begin(recording: Promise<unknown>): void {
    const ended = () => this.#recordings.forEach((each) => each.mainEnded());
    this.#runs = Promise.all([...this.#recordings.map((each) => each.run()), recording.then(ended, ended)]);
  }

  /** Waits until all are over and counts what is missing. */
  async end(): Promise<void> {
    await this.#runs;
    for (const recording of this.#recordings) recording.close();
  }

  /** The recording of a stream, where that is live. */
  of(stream: Stream): SubtitleRecording | undefined {
    return this.#recordings.find((recording) => recording.stream === stream);
  }

  receipts(): SubtitleRecordingReceipt[] {
    return [...this.#recordings.map((recording) => recording.report()), ...this.#source.lostSubtitles.map(lostReceipt)];
  }

  /** Ends what still runs and removes what is on the disk. */
  async discard(): Promise<void> {
    this.#left.abort();
    await this.#runs;
    for (const spool of this.#spools) spool.discard();
  }
}

function lostReceipt({ rendition: { name, language }, error }: LostSubtitles): SubtitleRecordingReceipt {
  return {
    name,
    ...(language === undefined ? {} : { language }),
    ended: 'dead',
    ...{ segments: 0, holes: 0, holeS: 0, outages: 0, resets: 0 },
    error: error.toJSON(),
  };
}

function isLive(stream: Stream): stream is Stream & { live: LiveStream } {
  return stream.live !== undefined;
}
