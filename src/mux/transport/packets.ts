/** Bytes of a transport packet, and of what it holds behind its header. */
const PACKET_BYTES = 188;
const BODY_BYTES = 184;

/** What the first packet of a payload says besides it. */
export interface Adaptation {
  /** Program clock reference, in ticks of 90 kHz. */
  clock?: number | undefined;
  isRandomAccess?: boolean | undefined;
}

/** Cuts payloads into transport packets (ISO/IEC 13818-1, section 2.4.3.2), counting them for each stream. */
export class Packetizer {
  readonly #counters = new Map<number, number>();
  readonly #write: (packets: Buffer) => void;

  constructor(write: (packets: Buffer) => void) {
    this.#write = write;
  }

  /** Writes a PES packet or, with its pointer in front, a section. */
  payload(pid: number, payload: Buffer, adaptation: Adaptation = {}): void {
    const field = fieldOf(adaptation);
    const packets = Buffer.alloc(Math.ceil((field.length + payload.length) / BODY_BYTES) * PACKET_BYTES, 0xff);
    let taken = 0;
    for (let at = 0; at < packets.length; at += PACKET_BYTES) {
      const first = at === 0 ? field : Buffer.alloc(0);
      const length = Math.min(BODY_BYTES - first.length, payload.length - taken);
      const stuffed = stuff(first, BODY_BYTES - length);
      this.#header(packets, at, pid, { isStart: at === 0, hasField: stuffed.length > 0, hasPayload: true });
      stuffed.copy(packets, at + 4);
      payload.copy(packets, at + 4 + stuffed.length, taken, taken + length);
      taken += length;
    }
    this.#write(packets);
  }

  /** Writes a packet that tells the clock and nothing else. */
  clock(pid: number, clock: number): void {
    const packet = Buffer.alloc(PACKET_BYTES, 0xff);
    this.#header(packet, 0, pid, { isStart: false, hasField: true, hasPayload: false });
    stuff(fieldOf({ clock }), BODY_BYTES).copy(packet, 4);
    this.#write(packet);
  }

  #header(
    packets: Buffer,
    at: number,
    pid: number,
    { isStart, hasField, hasPayload }: { isStart: boolean; hasField: boolean; hasPayload: boolean },
  ): void {
    const last = this.#counters.get(pid) ?? 15;
    const counter = hasPayload ? (last + 1) & 15 : last;
    this.#counters.set(pid, counter);
    packets.writeUInt8(0x47, at);
    packets.writeUInt16BE((isStart ? 0x4000 : 0) | pid, at + 1);
    packets.writeUInt8((hasField ? 0x20 : 0) | (hasPayload ? 0x10 : 0) | counter, at + 3);
  }
}

/** The adaptation field without stuffing; empty where there is nothing to say. */
function fieldOf({ clock, isRandomAccess = false }: Adaptation): Buffer {
  if (clock === undefined && !isRandomAccess) return Buffer.alloc(0);
  const field = Buffer.alloc(clock === undefined ? 2 : 8);
  field.writeUInt8(field.length - 1, 0);
  field.writeUInt8((isRandomAccess ? 0x40 : 0) | (clock === undefined ? 0 : 0x10), 1);
  if (clock !== undefined) {
    const base = modulo33(clock);
    field.writeUInt32BE(Math.floor(base / 2), 2);
    field.writeUInt16BE(((base % 2) << 15) | 0x7e00, 6);
  }
  return field;
}

/** The field filled up to `length` bytes. */
function stuff(field: Buffer, length: number): Buffer {
  if (length === field.length) return field;
  const stuffed = Buffer.alloc(length, 0xff);
  field.copy(stuffed);
  stuffed.writeUInt8(length - 1, 0);
  if (field.length === 0 && length > 1) stuffed.writeUInt8(0, 1);
  return stuffed;
}

/** A PES packet (ISO/IEC 13818-1, section 2.4.3.6). Times in ticks. */
export function pesPacket(streamId: number, payload: Buffer, pts: number, dts: number): Buffer {
  const hasDts = dts !== pts;
  const headerBytes = hasDts ? 10 : 5;
  const header = Buffer.alloc(9 + headerBytes);
  const length = 3 + headerBytes + payload.length;
  header.writeUInt32BE(0x100 | streamId, 0);
  header.writeUInt16BE(length > 0xffff ? 0 : length, 4);
  header.writeUInt8(0x84, 6);
  header.writeUInt8(hasDts ? 0xc0 : 0x80, 7);
  header.writeUInt8(headerBytes, 8);
  writeTime(header, 9, hasDts ? 3 : 2, pts);
  if (hasDts) writeTime(header, 14, 1, dts);
  return Buffer.concat([header, payload]);
}

function writeTime(header: Buffer, at: number, mark: number, ticks: number): void {
  const time = modulo33(ticks);
  header.writeUInt8((mark << 4) | (Math.floor(time / 2 ** 30) << 1) | 1, at);
  header.writeUInt16BE(((Math.floor(time / 2 ** 15) & 0x7fff) << 1) | 1, at + 1);
  header.writeUInt16BE(((time & 0x7fff) << 1) | 1, at + 3);
}

function modulo33(ticks: number): number {
  return ((ticks % 2 ** 33) + 2 ** 33) % 2 ** 33;
}
