import { packetBytes, syncByte } from '../media.ts';
import { readPesHeader } from './pesHeader.ts';
import { PesTrack } from './pesTrack.ts';
import { decidingDuration } from './tolerance.ts';

const nullPid = 0x1fff;
/** Far more than any programme has; keeps hostile bytes from filling the memory. */
const mostTracks = 64;

/** Measures the media time of an MPEG-2 transport stream (ISO/IEC 13818-1), chunk by chunk. */
export class TransportTime {
  readonly #tracks = new Map<number, PesTrack>();
  readonly #packet = Buffer.alloc(packetBytes);
  #held = 0;
  /** Payload that may be media and can't be read: scrambled, or of too many PIDs. */
  #hasUnread = false;
  #isLost = false;

  update(chunk: Buffer): void {
    let at = 0;
    if (this.#held > 0) {
      at = Math.min(packetBytes - this.#held, chunk.length);
      chunk.copy(this.#packet, this.#held, 0, at);
      this.#held += at;
      if (this.#held < packetBytes) return;
      this.#take(this.#packet, 0);
    }
    for (; chunk.length - at >= packetBytes; at += packetBytes) this.#take(chunk, at);
    this.#held = chunk.copy(this.#packet, 0, at);
  }

  /**
   * The seconds of the PID of sound or picture that comes closest to `expectedS`, or of the longest. `undefined` where they
   * can't be known: one frame only, streams that nothing is known about, packets out of step. 0 where there is no sound
   * and no picture.
   */
  durationS(expectedS?: number): number | undefined {
    if (this.#isLost) return undefined;
    const tracks = [...this.#tracks.values()];
    const media = tracks.filter(({ role }) => role === 'media');
    const known = media.map((track) => track.durationS()).filter((seconds) => seconds !== undefined);
    if (known.length > 0) return decidingDuration(known, expectedS);
    const isUnknown = this.#hasUnread || media.length > 0 || tracks.some(({ role }) => role === 'unread');
    return isUnknown ? undefined : 0;
  }

  #take(bytes: Buffer, at: number): void {
    if (bytes[at] !== syncByte) this.#isLost = true;
    const flags = bytes.readUInt32BE(at);
    const pid = (flags >>> 8) & 0x1fff;
    const hasPayload = (flags & 0x10) !== 0;
    if (pid === nullPid || !hasPayload || this.#isLost) return;
    if ((flags & 0xc0) !== 0) {
      this.#hasUnread = true;
      return;
    }
    const hasAdaptation = (flags & 0x20) !== 0;
    const payload = at + 4 + (hasAdaptation ? 1 + bytes.readUInt8(at + 4) : 0);
    const end = at + packetBytes;
    if (payload >= end) return;
    const track =
      (flags & 0x400000) === 0 ? this.#goOn(pid, bytes, payload, end) : this.#start(pid, bytes, payload, end);
    track?.noteStuffing(hasAdaptation && isStuffed(bytes, at + 4));
  }

  #goOn(pid: number, bytes: Buffer, payload: number, end: number): PesTrack | undefined {
    const track = this.#tracks.get(pid);
    track?.more(bytes, payload, end);
    return track;
  }

  #start(pid: number, bytes: Buffer, payload: number, end: number): PesTrack | undefined {
    const header = readPesHeader(bytes, payload, end);
    if (header === undefined) return undefined;
    let track = this.#tracks.get(pid);
    if (track === undefined) {
      if (this.#tracks.size === mostTracks) {
        this.#hasUnread = true;
        return undefined;
      }
      track = new PesTrack(header.kind);
      this.#tracks.set(pid, track);
    }
    track.start(header, bytes, payload, end);
    return track;
  }
}

/** Whether the adaptation field at `at` holds bytes that only fill the packet (ISO/IEC 13818-1 §2.4.3.4). */
function isStuffed(bytes: Buffer, at: number): boolean {
  const fieldBytes = bytes.readUInt8(at);
  if (fieldBytes === 0) return true;
  const flags = bytes.readUInt8(at + 1);
  if (fieldBytes === 1) return flags === 0;
  const clocks = (flags & 0x10 ? 6 : 0) + (flags & 0x08 ? 6 : 0) + (flags & 0x04 ? 1 : 0);
  let used = 1 + clocks;
  // Private data and the extension each say their own length.
  for (const flag of [0x02, 0x01]) {
    if ((flags & flag) !== 0 && used < fieldBytes) used += 1 + (bytes[at + 1 + used] ?? 0);
  }
  return used < fieldBytes;
}
