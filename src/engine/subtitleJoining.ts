import { setImmediate } from 'node:timers/promises';
import { PlaylistError } from './errors.ts';
import type { OutputFile } from './output/outputFile.ts';
import type { Stream } from './source.ts';
import type { SubtitleRecording } from './subtitleRecording.ts';
import { SubtitleJoiner, type SubtitleProblem } from './subtitles/joiner.ts';
import type { MainLine, Stretch } from './subtitles/mainLine.ts';
import { SegmentPlacer } from './subtitles/placing.ts';
import type { SpooledSegment } from './subtitles/spool.ts';
import { StretchClocks } from './subtitles/stretchClocks.ts';
import type { JoinedCue } from './subtitles/textFile.ts';
import type { TextOutput } from './subtitles/textOutput.ts';

/** Cues are written once they start so long before the segment at hand, in seconds: nothing repeats them any more. */
const horizonS = 600;
/** Segments from one writing to the next. */
const stride = 64;

/**
 * Joins recorded subtitles, on the time line of the recording. `false` where there is nothing that can be joined; why that is
 * so, and what is missing, `recording` is told. Rejects with a DiskError.
 */
export async function joinRecorded(
  recording: SubtitleRecording,
  line: MainLine,
  main: OutputFile,
  text: TextOutput,
): Promise<boolean> {
  const joining = new Joining(recording, line, main);
  const endMs = Math.round(line.endS * 1000);
  let count = 0;
  for (const segment of recording.spool.segments()) {
    joining.add(segment);
    if (++count % stride !== 0) continue;
    text.add(cut(joining.joiner.take(joining.atS - horizonS), endMs));
    // Joining days of text must not keep others from being heard.
    await setImmediate();
  }
  text.add(cut(joining.joiner.cues(), endMs));
  text.end(joining.joiner.head);
  const { problem } = joining;
  if (joining.joined > 0 || problem === undefined) return true;
  recording.failed(unusable(recording.stream, problem.message));
  return false;
}

class Joining {
  readonly joiner = new SubtitleJoiner();
  joined = 0;
  problem: SubtitleProblem | undefined;
  /** Where the last segment begins. */
  atS = 0;
  readonly #recording: SubtitleRecording;
  readonly #line: MainLine;
  readonly #placer: SegmentPlacer;
  readonly #clocks: StretchClocks;
  #stretch: Stretch | undefined;

  constructor(recording: SubtitleRecording, line: MainLine, main: OutputFile) {
    this.#recording = recording;
    this.#line = line;
    this.#placer = new SegmentPlacer(line, recording.listing.originS, recording.listing.slackS);
    this.#clocks = new StretchClocks(main);
  }

  add({ record, bytes, init }: SpooledSegment): void {
    const { startS, stretch } = this.#placer.place(record);
    const { durationS, isDiscontinuity } = record;
    if (this.#isOfBefore(record.discontinuitySequence, startS)) return;
    const { slackS } = this.#recording.listing;
    this.atS = startS;
    const isNewClock = this.#stretch !== undefined && stretch !== this.#stretch;
    this.#stretch = stretch;
    const ptsTicks = stretch && this.#clocks.at(stretch, startS);
    const problem = this.joiner.add(bytes, {
      startS,
      durationS,
      isDiscontinuity: isDiscontinuity || isNewClock,
      slackS,
      ...(ptsTicks === undefined ? {} : { ptsTicks }),
      ...(init ? { init } : {}),
    });
    if (problem) {
      this.problem ??= problem;
      this.#recording.unusable(record, startS);
    } else this.joined++;
  }

  /** What goes before a discontinuity that the recording begins behind is on a clock that it does not have. */
  #isOfBefore(discontinuitySequence: number, startS: number): boolean {
    const first = this.#line.stretches[0]?.discontinuitySequence ?? 0;
    const areAlike = this.#recording.listing.discontinuitySequence >= first;
    return areAlike && discontinuitySequence < first && startS < this.#recording.listing.slackS;
  }
}

/** What of the cues is shown before the end of the recording. */
function* cut(cues: Iterable<JoinedCue>, endMs: number): Generator<JoinedCue> {
  for (const cue of cues) {
    if (cue.startMs < endMs) yield { ...cue, endMs: Math.min(cue.endMs, endMs) };
  }
}

/** The subtitles of a stream are nothing that could be joined. */
export function unusable({ name }: Stream, problem: string): PlaylistError {
  return new PlaylistError('HLS_PLAYLIST_SUBTITLES', `The ${name} cannot be joined: ${problem}.`, {
    hint: 'Download without these subtitles.',
  });
}
