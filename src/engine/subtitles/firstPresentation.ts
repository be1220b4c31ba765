import { isTransportStream, packetBytes } from '../fragment/media.ts';
import { childrenOf, FieldReader, type Box } from '../fragment/mediaTime/boxes.ts';
import { readMovie } from '../fragment/mediaTime/movie.ts';
import { readPesHeader, timeModulus } from '../fragment/mediaTime/pesHeader.ts';
import { topBoxes } from './mp4Track.ts';
import { ticksPerSecond } from './timestamps.ts';

/**
 * The presentation time that a transport stream starts with, in ticks of 90 kHz: that of its first picture, or of its
 * first sound where it has no pictures. `undefined` for anything else, and where none stands in `head`.
 */
export function firstPresentationTicks(head: Buffer): number | undefined {
  if (!isTransportStream(head)) return undefined;
  let sound: number | undefined;
  for (let at = 0; at + packetBytes <= head.length; at += packetBytes) {
    const isStart = (head.readUInt8(at + 1) & 0x40) !== 0;
    const control = (head.readUInt8(at + 3) >> 4) & 3;
    if (!isStart || (control & 1) === 0) continue;
    const payload = at + 4 + (control === 3 ? 1 + head.readUInt8(at + 4) : 0);
    const pes = readPesHeader(head, payload, at + packetBytes);
    if (pes?.time === undefined) continue;
    const ticks = (pes.time + pes.delay) % timeModulus;
    if (pes.kind === 'video') return ticks;
    sound ??= ticks;
  }
  return sound;
}

/**
 * The presentation time of the first sample of picture or sound in `head`, the beginning of an fMP4 segment, in ticks of 90 kHz
 * (RFC 8216bis §3.1.4 has X-TIMESTAMP-MAP mean that); `undefined` where none is said.
 */
export function firstMovieTicks(init: Buffer, head: Buffer): number | undefined {
  const [moov] = topBoxes(init, 'moov');
  const [moof] = topBoxes(head, 'moof');
  if (!moov || !moof) return undefined;
  const tracks = readMovie(init, moov);
  for (const traf of childrenOf(head, moof, 'traf')) {
    const [header] = childrenOf(head, traf, 'tfhd');
    const [decodeTime] = childrenOf(head, traf, 'tfdt');
    if (!header || !decodeTime) continue;
    const fields = new FieldReader(head, header);
    fields.skip(4);
    const track = tracks.get(fields.u32());
    if (track?.isMedia !== true) continue;
    const time = readDecodeTime(head, decodeTime) + firstShift(head, childrenOf(head, traf, 'trun')[0]);
    return Math.round((time / track.timescale) * ticksPerSecond) % timeModulus;
  }
  return undefined;
}

function readDecodeTime(bytes: Buffer, box: Box): number {
  const fields = new FieldReader(bytes, box);
  const isLong = fields.u32() >>> 24 === 1;
  return (isLong ? fields.u32() * 2 ** 32 : 0) + fields.u32();
}

/** From the decoding of the first sample of a run to its presentation. */
function firstShift(bytes: Buffer, run: Box | undefined): number {
  if (!run) return 0;
  const fields = new FieldReader(bytes, run);
  const word = fields.u32();
  if ((word & 0x800) === 0) return 0;
  fields.skip([0x1, 0x4, 0x100, 0x200, 0x400].filter((flag) => (word & flag) !== 0).length * 4 + 4);
  const shift = fields.u32();
  return word >>> 24 === 1 ? shift | 0 : shift;
}
