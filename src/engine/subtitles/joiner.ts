import { isFragmentedMp4 } from '../fragment/media.ts';
import { CueBook } from './cueBook.ts';
import { detach, type Cue, type SubtitleFile } from './cue.ts';
import { renamedRegion, renameRegion } from './cueSettings.ts';
import { shiftTimestamps } from './cueText.ts';
import { srtBlock, vttBlock, vttHead, type JoinedCue } from './textFile.ts';
import { readMp4Cues } from './mp4Cues.ts';
import { readTextTrack } from './mp4Track.ts';
import { Timeline } from './timeline.ts';
import { ticksPerSecond, toMs } from './timestamps.ts';
import { readWebVtt } from './webVtt.ts';

/** Where a segment of a subtitles rendition belongs, and what it needs to be read. */
export interface SubtitlePlace {
  /** Running time of the playlist at its beginning, in seconds from where the main stream's file begins. */
  startS: number;
  durationS: number;
  /** EXT-X-DISCONTINUITY before it, or before one that was missing since the last one that was added. */
  isDiscontinuity: boolean;
  /**
   * Presentation time of the main stream at `startS`, in ticks of 90 kHz on the stream's own clock. Used for the first
   * segment and behind a discontinuity, where it is known.
   */
  ptsTicks?: number;
  /** How far `startS` may be from the truth, in seconds. Default 2. */
  slackS?: number;
  /** The init segment in the clear, where the playlist has an EXT-X-MAP. */
  init?: Buffer;
}

/** Why a segment could not be read. It adds nothing; the others can still be joined. */
export interface SubtitleProblem {
  kind:
    /** Neither WebVTT nor fMP4. */
    | 'notSubtitles'
    /** TTML (IMSC1), as XML or in fMP4 (`stpp`). */
    | 'ttml'
    /** fMP4 without an init segment that names a text track. */
    | 'noTrack'
    /** fMP4 with another kind of text track. */
    | 'codec'
    | 'broken';
  /** One sentence without a full stop. */
  message: string;
}

/** Different regions of one name; further ones are taken for the first. */
const mostNamesakes = 64;

/** Cues behind so many others that have an identifier are left without one: to know which are taken takes memory. */
const mostIds = 1 << 16;

/**
 * Joins the segments of a subtitles rendition (RFC 8216bis §3.1.4), WebVTT or WebVTT in fMP4, into one file on a time line
 * that begins where the main stream does. Holds the cues, not the segments. Never throws on what segments hold.
 */
export class SubtitleJoiner {
  readonly #timeline: Timeline;
  readonly #book = new CueBook();
  readonly #styles = new Set<string>();
  readonly #regions = new Map<string, string>();
  /** Identifiers of cues that were taken. */
  readonly #takenIds = new Set<string>();
  /** A discontinuity that stands before the next segment that can be read. */
  #isDiscontinuity = false;

  /**
   * `firstPtsTicks` is the main stream's first presentation time, in ticks of 90 kHz. Without it the time line begins at the
   * local time 0 of the first mapping, or, where no cue would then be shown during its segment, with that segment.
   */
  constructor(options: { firstPtsTicks?: number } = {}) {
    this.#timeline = new Timeline(options.firstPtsTicks);
  }

  /** Takes the next segment, in the order of the playlist; missing ones are just not added. */
  add(segment: Buffer, place: SubtitlePlace): SubtitleProblem | undefined {
    this.#isDiscontinuity ||= place.isDiscontinuity;
    const file = readSegment(segment, place.init);
    if ('kind' in file) return file;
    const isDiscontinuity = this.#isDiscontinuity;
    this.#isDiscontinuity = false;
    const { startS, durationS, ptsTicks, slackS } = place;
    const [startTicks, endTicks] = [startS, startS + durationS].map(toTicks) as [number, number];
    const where = {
      startTicks,
      endTicks,
      isDiscontinuity,
      ...(ptsTicks !== undefined && { ptsTicks }),
      ...(slackS !== undefined && { slackTicks: toTicks(slackS) }),
    };
    const offset = this.#timeline.offsetOf(file, where);
    for (const style of file.styles) this.#styles.add(detach(style));
    const regions = this.#addRegions(file.regions);
    const cues = file.cues.map((cue) => ({
      startTicks: cue.startTicks + offset,
      endTicks: cue.endTicks + offset,
      id: cue.id,
      settings: renameRegion(cue.settings, regions),
      text: shiftTimestamps(cue.text, offset),
    }));
    this.#book.addSegment(cues, isDiscontinuity);
    return undefined;
  }

  /** The cues by their start; those with one start in the order in which they came. Without those that were taken. */
  *cues(): Generator<JoinedCue> {
    yield* numbered(
      [...this.#book.cues].sort((left, right) => left.startTicks - right.startTicks),
      new Set(this.#takenIds),
    );
  }

  /**
   * Takes out the cues that start before `beforeS`, by their start: in memory stay those that later segments may go on with.
   * None that later segments have is known for one of them again, so what is repeated has to be behind that time.
   */
  *take(beforeS: number): Generator<JoinedCue> {
    yield* numbered(this.#book.takeBefore(toTicks(beforeS)), this.#takenIds);
  }

  /** What stands before the cues of the WebVTT file: known once all segments are added. */
  get head(): string {
    return vttHead(this.#styles, this.#regions.values());
  }

  /** The WebVTT file, in pieces. */
  *vtt(): Generator<string> {
    yield this.head;
    for (const cue of this.cues()) yield vttBlock(cue);
  }

  /** The SRT file, in pieces: cues without text are left out, and so is what the format does not know. */
  *srt(): Generator<string> {
    let number = 1;
    for (const cue of this.cues()) {
      const block = srtBlock(number, cue);
      if (block === '') continue;
      yield block;
      number++;
    }
  }

  toVtt(): string {
    return [...this.vtt()].join('');
  }

  toSrt(): string {
    return [...this.srt()].join('');
  }

  /** Keeps the regions; those with the name of a different one get another, by which the segment's cues have to go. */
  #addRegions(regions: ReadonlyMap<string, string>): Map<string, string> {
    const names = new Map<string, string>();
    for (const [id, settings] of regions) {
      for (let number = 1; number <= mostNamesakes; number++) {
        const name = number === 1 ? id : `${id}-${number}`;
        const renamed = renamedRegion(settings, name);
        const held = this.#regions.get(name);
        if (held !== undefined && held !== renamed) continue;
        if (held === undefined) this.#regions.set(detach(name), detach(renamed));
        if (name !== id) names.set(id, name);
        break;
      }
    }
    return names;
  }
}

/** The cues as the file has them; `ids` are those that are taken already. */
function* numbered(cues: readonly Cue[], ids: Set<string>): Generator<JoinedCue> {
  for (const { startTicks, endTicks, id, settings, text } of cues) {
    const [startMs, endMs] = [toMs(startTicks), toMs(endTicks)];
    if (endMs <= startMs) continue;
    // An identifier names one cue of a file (WebVTT §3.1), and packagers number those of each segment anew.
    const isFree = ids.size < mostIds && !ids.has(id);
    yield { startMs, endMs, id: isFree ? id : '', settings, text };
    if (isFree) ids.add(id);
  }
}

function readSegment(segment: Buffer, init: Buffer | undefined): SubtitleFile | SubtitleProblem {
  if (isFragmentedMp4(segment)) return readMp4Segment(segment, init);
  const file = readWebVtt(segment);
  if (file) return file;
  const start = segment.toString('utf8', 0, 4096);
  if (/<(?:\w+:)?tt[\s>]/.test(start)) return { kind: 'ttml', message: 'the subtitles are TTML, not WebVTT' };
  return { kind: 'notSubtitles', message: 'a segment of the subtitles is not WebVTT: it does not begin with "WEBVTT"' };
}

function readMp4Segment(segment: Buffer, init: Buffer | undefined): SubtitleFile | SubtitleProblem {
  const track = readTextTrack(init ?? segment);
  if (!track) return { kind: 'noTrack', message: 'the subtitles are fMP4 without a text track in their init segment' };
  if (track.codec === 'stpp') return { kind: 'ttml', message: 'the subtitles are TTML (IMSC1) in fMP4, not WebVTT' };
  if (track.codec !== 'wvtt') {
    const codec = track.codec.replace(/[^\w-]/g, '?');
    return { kind: 'codec', message: `the subtitles are "${codec}" in fMP4, not WebVTT` };
  }
  const file = readMp4Cues(segment, track);
  return (
    file ?? { kind: 'broken', message: 'a segment of the subtitles is broken fMP4: its samples do not fit its boxes' }
  );
}

function toTicks(seconds: number): number {
  return Math.round(seconds * ticksPerSecond);
}
