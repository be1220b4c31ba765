import { isTransportStream, packetBytes } from '../fragment/media.ts';
import { readPesHeader, timeModulus } from '../fragment/mediaTime/pesHeader.ts';

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
