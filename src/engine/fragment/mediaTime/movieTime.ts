import { boxesIn } from './boxes.ts';
import { readMovie, type MovieTrack } from './movie.ts';
import { readMovieFragment, type TrackRun } from './movieFragment.ts';
import { decidingDuration } from './tolerance.ts';

/** Larger boxes are not kept: the fragment's media time is unknown then. */
const largestKeptBytes = 4 * 1024 * 1024;

/** Measures the media time of fragmented MP4 (ISO/IEC 14496-12), told its top-level boxes one after the other. */
export class MovieTime {
  #tracks: ReadonlyMap<number, MovieTrack>;
  readonly #ticks = new Map<number, number>();
  #isUnknown = false;
  #fragments = 0;
  /** Bytes that the samples take by the `moof`s; `undefined` where a `moof` doesn't tell. */
  #sampleBytes: number | undefined = 0;
  #dataBytes = 0;
  #awaitsData = false;

  /** `init` is the init segment in the clear. */
  constructor(init: Buffer | undefined) {
    const moov = init && [...boxesIn(init, 0, init.length)].find(({ type }) => type === 'moov');
    this.#tracks = moov ? readMovie(init, moov) : new Map<number, MovieTrack>();
  }

  /** Whether a box that starts should be collected and given to `take`. */
  wants(type: string, payloadBytes: number): boolean {
    if (type !== 'moof' && type !== 'moov') return false;
    if (payloadBytes <= largestKeptBytes) return true;
    this.#isUnknown = true;
    if (type === 'moof') this.#open(undefined);
    return false;
  }

  /** Takes the payload of a box that `wants` asked for; valid only during the call. */
  take(type: string, payload: Buffer): void {
    if (type === 'moov') this.#tracks = readMovie(payload, { body: 0, end: payload.length });
    else this.#open(readMovieFragment(payload, this.#tracks));
  }

  /** Takes note of so many bytes of an `mdat`'s payload. */
  takeData(bytes: number): void {
    this.#dataBytes += bytes;
    this.#awaitsData = false;
  }

  /** What is missing, in words, of the samples that the `moof`s list. */
  problem(): string | undefined {
    if (this.#awaitsData) return 'the body ends behind a moof box, before its mdat box';
    if (this.#sampleBytes === undefined || this.#sampleBytes <= this.#dataBytes) return undefined;
    return `its moof boxes list ${this.#sampleBytes} bytes of samples, its mdat boxes hold ${this.#dataBytes}`;
  }

  /**
   * The seconds of the track of sound or picture (of any where there is none of those) that comes closest to `expectedS`,
   * or of the longest. `undefined` where they can't be known: no init segment, no durations, a `moof` too large to keep.
   * 0 where there are no samples at all.
   */
  durationS(expectedS?: number): number | undefined {
    if (this.#isUnknown) return undefined;
    // Samples that no moof lists belong to a file that is not fragmented.
    if (this.#fragments === 0) return this.#dataBytes === 0 ? 0 : undefined;
    return decidingDuration(this.#durationsS(true), expectedS) ?? decidingDuration(this.#durationsS(false), expectedS);
  }

  #durationsS(isMedia: boolean): number[] {
    const durationsS: number[] = [];
    for (const [id, ticks] of this.#ticks) {
      const track = this.#tracks.get(id);
      // A moof without samples is no fragment that ended early.
      if (track?.isMedia === isMedia && ticks > 0) durationsS.push(ticks / track.timescale);
    }
    return durationsS;
  }

  #open(runs: readonly TrackRun[] | undefined): void {
    this.#fragments++;
    this.#isUnknown ||= runs === undefined;
    this.#awaitsData = runs === undefined || runs.some(({ samples }) => samples > 0);
    if (runs === undefined) this.#sampleBytes = undefined;
    for (const { track, ticks, bytes } of runs ?? []) {
      this.#sampleBytes =
        bytes === undefined || this.#sampleBytes === undefined ? undefined : this.#sampleBytes + bytes;
      // A track that the init segment doesn't know, or without durations, doesn't decide.
      if (ticks !== undefined && this.#tracks.has(track)) this.#ticks.set(track, (this.#ticks.get(track) ?? 0) + ticks);
    }
  }
}
