import { childrenOf, FieldReader, type Box } from './boxes.ts';

/** What a track's fragments need to know from the init segment. */
export interface MovieTrack {
  /** Ticks per second; never 0. */
  timescale: number;
  /** Sound or picture, not text or metadata. */
  isMedia: boolean;
  /** For samples that say nothing themselves (`trex`). */
  sampleTicks: number | undefined;
  sampleBytes: number | undefined;
}

/** The tracks of a `moov` (ISO/IEC 14496-12 §8.2), by their ID; those that can't be read are left out. */
export function readMovie(bytes: Buffer, moov: Pick<Box, 'body' | 'end'>): Map<number, MovieTrack> {
  const defaults = readDefaults(bytes, moov);
  const tracks = new Map<number, MovieTrack>();
  for (const trak of childrenOf(bytes, moov, 'trak')) {
    const [header] = childrenOf(bytes, trak, 'tkhd');
    const [media] = childrenOf(bytes, trak, 'mdia');
    const [mediaHeader] = media ? childrenOf(bytes, media, 'mdhd') : [];
    if (!header || !media || !mediaHeader) continue;
    const id = readAfterTimes(bytes, header);
    const timescale = readAfterTimes(bytes, mediaHeader);
    if (!id || !timescale) continue;
    tracks.set(id, {
      timescale,
      isMedia: isMedia(bytes, media),
      sampleTicks: defaults.get(id)?.ticks,
      sampleBytes: defaults.get(id)?.bytes,
    });
  }
  return tracks;
}

/** Reads the field behind creation and modification time, which take 64 bits each in version 1. */
function readAfterTimes(bytes: Buffer, box: Box): number | undefined {
  const fields = new FieldReader(bytes, box);
  const version = fields.u32() >>> 24;
  fields.skip(version === 1 ? 16 : 8);
  const value = fields.u32();
  return fields.isOver ? undefined : value;
}

function isMedia(bytes: Buffer, media: Box): boolean {
  const [handler] = childrenOf(bytes, media, 'hdlr');
  if (!handler || handler.end - handler.body < 12) return false;
  return ['vide', 'soun'].includes(bytes.toString('latin1', handler.body + 8, handler.body + 12));
}

function readDefaults(bytes: Buffer, moov: Pick<Box, 'body' | 'end'>): Map<number, { ticks: number; bytes: number }> {
  const [extends_] = childrenOf(bytes, moov, 'mvex');
  const defaults = new Map<number, { ticks: number; bytes: number }>();
  for (const trex of extends_ ? childrenOf(bytes, extends_, 'trex') : []) {
    const fields = new FieldReader(bytes, trex);
    fields.skip(4);
    const id = fields.u32();
    fields.skip(4);
    const ticks = fields.u32();
    const size = fields.u32();
    if (!fields.isOver) defaults.set(id, { ticks, bytes: size });
  }
  return defaults;
}
