import { preventStartCodes } from './encryptSamples.ts';
import { crc32 } from './encryptTransport.ts';
import { mapPid, writePacket } from './transport.ts';
import { adtsFrame } from '../samples.ts';

export const videoPid = 0x100;
export const audioPid = 0x101;

/** A PES packet to be: its bytes of the elementary stream. */
export interface Part {
  pid: number;
  payload: Buffer;
  /** It tells its length, as PES packets of video need not. */
  hasLength?: boolean;
  /** Bytes that each of its transport packets may carry, again and again; 184 without. */
  roomBytes?: readonly number[];
}

/** A transport stream with its tables in front and clocks in the video, as an encryptor writes it. */
export function streamOf(parts: readonly Part[], isProtected: boolean): Buffer {
  const counters = new Map<number, number>();
  const packets: Buffer[] = [];
  const write = (pid: number, isStart: boolean, payload: Buffer, adaptation?: Buffer) => {
    const counter = counters.get(pid) ?? 0;
    counters.set(pid, (counter + 1) & 0xf);
    packets.push(writePacket({ pid, isStart, counter, adaptation, payload }));
  };
  write(0, true, tableOf(0, Buffer.from([0, 1, 0xe0 | (mapPid >> 8), mapPid & 0xff])));
  write(mapPid, true, tableOf(2, mapOf(isProtected)));
  for (const { pid, payload, hasLength = false, roomBytes = [184] } of parts) {
    const pes = pesOf(pid, payload, hasLength);
    let place = 0;
    for (let at = 0; at < pes.length;) {
      const clock = at === 0 && pid === videoPid ? Buffer.from([0x10, 0, 0, 0, 1, 0x7e, 0]) : undefined;
      const room = Math.min(roomBytes[place++ % roomBytes.length]!, clock ? 176 : 184);
      write(pid, at === 0, pes.subarray(at, at + room), clock);
      at += room;
    }
  }
  return Buffer.concat(packets);
}

function pesOf(pid: number, payload: Buffer, hasLength: boolean): Buffer {
  const header = Buffer.from([0, 0, 1, pid === videoPid ? 0xe0 : 0xc0, 0, 0, 0x84, 0x80, 5, 0x21, 0, 1, 0, 1]);
  if (hasLength) header.writeUInt16BE(header.length - 6 + payload.length, 4);
  return Buffer.concat([header, payload]);
}

function tableOf(id: number, body: Buffer): Buffer {
  const head = Buffer.from([id, 0xb0, 5 + body.length + 4, 0, 1, 0xc1, 0, 0]);
  const section = Buffer.concat([head, body]);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(section));
  return Buffer.concat([Buffer.from([0]), section, crc, Buffer.alloc(184 - 1 - section.length - 4, 0xff)]);
}

function mapOf(isProtected: boolean): Buffer {
  const entry = (type: number, pid: number) => Buffer.from([type, 0xe0 | (pid >> 8), pid & 0xff, 0xf0, 0]);
  const program = Buffer.from([0xe0 | (videoPid >> 8), videoPid & 0xff, 0xf0, 0]);
  const types = isProtected ? [0xdb, 0xcf] : [0x1b, 0x0f];
  return Buffer.concat([program, entry(types[0]!, videoPid), entry(types[1]!, audioPid)]);
}

/** A slice of a picture, or another NAL unit, from bytes of any kind: its start code in front. */
export function nalUnit(type: number, body: Buffer): Buffer {
  const unit = preventStartCodes(Buffer.concat([Buffer.from([0x60 | type]), body, Buffer.from([0x80])]));
  return Buffer.concat([Buffer.from([0, 0, 0, 1]), unit]);
}

/** Bytes with more zeros the higher `zeros` is, of 256. */
export function zeroRich(length: number, zeros: number, seed: number): Buffer {
  let state = seed >>> 0 || 1;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24 < zeros ? (state >>> 8) & 3 & (state >>> 12) : (state >>> 16) & 0xff;
    }),
  );
}

export function aacFrames(sizes: readonly number[]): Buffer {
  return Buffer.concat(
    sizes.map((size, index) => {
      const frame = adtsFrame(size);
      zeroRich(size, 10, index + 1).copy(frame, 7);
      return frame;
    }),
  );
}

/** Cuts a stream at the places into PES packets of one PID. */
export function cutAt(stream: Buffer, places: readonly number[], part: Omit<Part, 'payload'>): Part[] {
  const cuts = [
    0,
    ...[...new Set(places)].filter((at) => at > 0 && at < stream.length).sort((a, b) => a - b),
    stream.length,
  ];
  return cuts.slice(1).map((end, index) => ({ ...part, payload: stream.subarray(cuts[index], end) }));
}
