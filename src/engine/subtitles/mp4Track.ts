import { boxesIn, childrenOf, FieldReader, type Box } from '../fragment/mediaTime/boxes.ts';
import { readMovie } from '../fragment/mediaTime/movie.ts';

/** The text track of an init segment. */
export interface TextTrack {
  id: number;
  /** Ticks per second. */
  timescale: number;
  /** Type of its sample entry (ISO/IEC 14496-12 §8.5.2): `wvtt`, `stpp`, … */
  codec: string;
  /** The file header of its WebVTT (`vttC`). */
  header: Buffer | undefined;
  sampleTicks: number | undefined;
  sampleBytes: number | undefined;
}

/** The first track of an init segment that is neither picture nor sound; `undefined` where there is none. */
export function readTextTrack(init: Buffer): TextTrack | undefined {
  for (const moov of topBoxes(init, 'moov')) {
    const tracks = readMovie(init, moov);
    for (const trak of childrenOf(init, moov, 'trak')) {
      const id = idOf(init, trak);
      const entry = sampleEntryOf(init, trak);
      const track = id === undefined ? undefined : tracks.get(id);
      if (id === undefined || !track || track.isMedia || !entry) continue;
      const { timescale, sampleTicks, sampleBytes } = track;
      return { id, timescale, codec: entry.type, header: headerOf(init, entry), sampleTicks, sampleBytes };
    }
  }
  return undefined;
}

/** The top-level boxes of one type. */
export function topBoxes(bytes: Buffer, type: string): Box[] {
  return childrenOf(bytes, { body: 0, end: bytes.length }, type);
}

function idOf(init: Buffer, trak: Box): number | undefined {
  const [header] = childrenOf(init, trak, 'tkhd');
  if (!header) return undefined;
  const fields = new FieldReader(init, header);
  const version = fields.u32() >>> 24;
  fields.skip(version === 1 ? 16 : 8);
  const id = fields.u32();
  return fields.isOver ? undefined : id;
}

function sampleEntryOf(init: Buffer, trak: Box): Box | undefined {
  let box: Box | undefined = trak;
  for (const type of ['mdia', 'minf', 'stbl', 'stsd']) box = box && childrenOf(init, box, type)[0];
  if (!box) return undefined;
  const [entry] = boxesIn(init, box.body + 8, box.end);
  return entry;
}

function headerOf(init: Buffer, { body, end }: Box): Buffer | undefined {
  const [config] = childrenOf(init, { body: body + 8, end }, 'vttC');
  return config && init.subarray(config.body, config.end);
}

/** One sample: when it is shown, and its bytes. */
export interface Sample {
  /** In the track's timescale. */
  start: number;
  end: number;
  bytes: Buffer;
}

/**
 * The samples of a track in a segment (ISO/IEC 14496-12 §8.8), in decoding order, those without bytes left out; `undefined` where a box does not hold what
 * it says, or samples lie outside of the segment or over each other.
 */
export function readSamples(segment: Buffer, track: TextTrack): Sample[] | undefined {
  const samples: Sample[] = [];
  // Samples on the same bytes would make the work grow with their product.
  const budget = { bytes: segment.length, samples: segment.length };
  let at = 0;
  for (const box of boxesIn(segment, 0, segment.length)) {
    const moofAt = at;
    at = box.end;
    if (box.type !== 'moof') continue;
    for (const traf of childrenOf(segment, box, 'traf')) {
      const run = new TrackFragment(segment, traf, track, moofAt);
      if (run.isOfTrack && !run.readInto(samples, budget)) return undefined;
    }
  }
  return samples;
}

interface Budget {
  bytes: number;
  samples: number;
}

class TrackFragment {
  readonly isOfTrack: boolean;
  readonly #segment: Buffer;
  readonly #traf: Box;
  readonly #defaults: { ticks: number | undefined; bytes: number | undefined };
  readonly #base: number;
  #dataAt: number;

  constructor(segment: Buffer, traf: Box, track: TextTrack, moofAt: number) {
    this.#segment = segment;
    this.#traf = traf;
    const [header] = childrenOf(segment, traf, 'tfhd');
    const fields = new FieldReader(segment, header ?? { body: 0, end: 0 });
    const flags = fields.u32();
    this.isOfTrack = fields.u32() === track.id && header !== undefined;
    this.#base = flags & 0x1 ? fields.u32() * 2 ** 32 + fields.u32() : moofAt;
    if (flags & 0x2) fields.skip(4);
    this.#defaults = {
      ticks: flags & 0x8 ? fields.u32() : track.sampleTicks,
      bytes: flags & 0x10 ? fields.u32() : track.sampleBytes,
    };
    this.#dataAt = this.#base;
  }

  /** False when something does not fit. */
  readInto(samples: Sample[], budget: Budget): boolean {
    let time = this.#decodeTime();
    for (const trun of childrenOf(this.#segment, this.#traf, 'trun')) {
      const next = this.#readRun(trun, time, samples, budget);
      if (next === undefined) return false;
      time = next;
    }
    return true;
  }

  #decodeTime(): number {
    const [box] = childrenOf(this.#segment, this.#traf, 'tfdt');
    if (!box) return 0;
    const fields = new FieldReader(this.#segment, box);
    const version = fields.u32() >>> 24;
    const high = version === 1 ? fields.u32() : 0;
    return high * 2 ** 32 + fields.u32();
  }

  /** The decoding time behind the run; `undefined` when something does not fit. */
  #readRun(trun: Box, start: number, samples: Sample[], budget: Budget): number | undefined {
    const fields = new FieldReader(this.#segment, trun);
    const flags = fields.u32();
    const isSigned = flags >>> 24 !== 0;
    const count = fields.u32();
    if (flags & 0x1) this.#dataAt = this.#base + (fields.u32() | 0);
    if (flags & 0x4) fields.skip(4);
    budget.samples -= count;
    const entryBytes = [0x100, 0x200, 0x400, 0x800].filter((flag) => (flags & flag) !== 0).length * 4;
    if (fields.isOver || budget.samples < 0 || count * entryBytes > fields.left) return undefined;
    let time = start;
    for (let sample = 0; sample < count; sample++) {
      const ticks = flags & 0x100 ? fields.u32() : this.#defaults.ticks;
      const size = flags & 0x200 ? fields.u32() : this.#defaults.bytes;
      if (flags & 0x400) fields.skip(4);
      const shift = flags & 0x800 ? fields.u32() : 0;
      if (ticks === undefined || size === undefined) return undefined;
      const bytes = this.#take(size, budget);
      if (!bytes) return undefined;
      const shown = time + (isSigned ? shift | 0 : shift);
      if (size > 0) samples.push({ start: shown, end: shown + ticks, bytes });
      time += ticks;
    }
    return time;
  }

  #take(size: number, budget: Budget): Buffer | undefined {
    const start = this.#dataAt;
    this.#dataAt += size;
    budget.bytes -= size;
    if (start < 0 || this.#dataAt > this.#segment.length || budget.bytes < 0) return undefined;
    return this.#segment.subarray(start, this.#dataAt);
  }
}
