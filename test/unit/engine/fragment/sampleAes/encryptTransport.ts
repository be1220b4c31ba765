import { encryptAudio, encryptVideo, sizeOfAc3, sizeOfAdts } from './encryptSamples.ts';
import { mapPid, readPackets, writePacket, type Packet } from './transport.ts';

interface Kind {
  type: number;
  name: string;
  setup: Buffer | undefined;
  encrypt: (stream: Buffer, key: Buffer, iv: Buffer) => Buffer;
}

const aacSetup = Buffer.from('1190', 'hex');

/** Protected kinds by clear stream type (Apple's table in §3). */
const kinds: ReadonlyMap<number, Kind> = new Map([
  [0x1b, { type: 0xdb, name: 'zavc', setup: undefined, encrypt: encryptVideo }],
  [0x0f, { type: 0xcf, name: 'aacd', setup: setupOf('zaac', aacSetup), encrypt: audio(sizeOfAdts) }],
  [0x81, { type: 0xc1, name: 'ac3d', setup: setupOf('zac3', Buffer.from('0b7700', 'hex')), encrypt: audio(sizeOfAc3) }],
  [0x87, { type: 0xc2, name: 'ec3d', setup: setupOf('zec3', Buffer.from('0b7700', 'hex')), encrypt: audio(sizeOfAc3) }],
]);

function audio(sizeOf: typeof sizeOfAdts): Kind['encrypt'] {
  return (stream, key, iv) => encryptAudio(stream, key, iv, sizeOf);
}

/** Apple's audio setup information (§2.3.4): type, priming, version, length, data. */
export function setupOf(type: string, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), Buffer.from([0, 0, 1, data.length]), data]);
}

/** Encrypts each stream of a transport stream that can be, keeping the order of its packets; others join where it grows. */
export function encryptTransport(clear: Buffer, key: Buffer, iv: Buffer): Buffer {
  const packets = readPackets(clear);
  const encryptions = new Map<number, Kind>();
  const written: Packet[][] = packets.map((packet) => {
    if (packet.pid !== mapPid || !packet.payload) return [packet];
    return [{ ...packet, payload: protectMap(packet.payload, encryptions) }];
  });
  for (const [pid, kind] of encryptions) {
    for (const unit of unitsOf(packets, pid)) {
      const bytes = Buffer.concat(unit.map((index) => packets[index]!.payload!));
      spread(encryptPes(bytes, kind, key, iv), unit, packets, written);
    }
  }
  return Buffer.concat(renumber(written.flat()).map(writePacket));
}

/** Indexes of the packets of each PES packet. */
function unitsOf(packets: readonly Packet[], pid: number): number[][] {
  const units: number[][] = [];
  packets.forEach((packet, index) => {
    if (packet.pid !== pid || !packet.payload) return;
    if (packet.isStart) units.push([]);
    units.at(-1)!.push(index);
  });
  return units;
}

function encryptPes(bytes: Buffer, kind: Kind, key: Buffer, iv: Buffer): Buffer {
  const start = 9 + bytes[8]!;
  const pes = Buffer.concat([bytes.subarray(0, start), kind.encrypt(bytes.subarray(start), key, iv)]);
  if (bytes.readUInt16BE(4) !== 0) pes.writeUInt16BE(pes.length - 6, 4);
  return pes;
}

function spread(pes: Buffer, unit: readonly number[], packets: readonly Packet[], written: Packet[][]): void {
  let at = 0;
  for (const index of unit) {
    const packet = packets[index]!;
    const room = 184 - (packet.adaptation ? packet.adaptation.length + 1 : 0);
    const payload = pes.subarray(at, at + room);
    if (payload.length === 0) throw new Error('Encryption made a PES packet shorter.');
    written[index] = [{ ...packet, payload }];
    at += room;
  }
  const last = unit.at(-1)!;
  for (; at < pes.length; at += 184) {
    const payload = pes.subarray(at, at + 184);
    written[last]!.push({ ...packets[last]!, isStart: false, adaptation: undefined, payload });
  }
}

function renumber(packets: readonly Packet[]): Packet[] {
  const counters = new Map<number, number>();
  return packets.map((packet) => {
    const counter = ((counters.get(packet.pid) ?? -1) + (packet.payload ? 1 : 0)) & 0xf;
    counters.set(packet.pid, counter);
    return { ...packet, counter };
  });
}

function protectMap(payload: Buffer, encryptions: Map<number, Kind>): Buffer {
  const start = 1 + payload[0]!;
  const end = start + 3 + (payload.readUInt16BE(start + 1) & 0xfff) - 4;
  const first = start + 12 + (payload.readUInt16BE(start + 10) & 0xfff);
  const parts: Buffer[] = [Buffer.from(payload.subarray(start, first))];
  for (let at = first; at < end;) {
    const next = at + 5 + (payload.readUInt16BE(at + 3) & 0xfff);
    const kind = kinds.get(payload[at]!);
    if (kind) encryptions.set(payload.readUInt16BE(at + 1) & 0x1fff, kind);
    parts.push(kind ? protectEntry(payload.subarray(at, next), kind) : payload.subarray(at, next));
    at = next;
  }
  const section = Buffer.concat([...parts, Buffer.alloc(4)]);
  section.writeUInt16BE((section.readUInt16BE(1) & 0xf000) | (section.length - 3), 1);
  section.writeUInt32BE(crc32(section.subarray(0, -4)), section.length - 4);
  const packet = Buffer.alloc(184, 0xff);
  packet.fill(0, 0, start);
  packet[0] = start - 1;
  section.copy(packet, start);
  return packet;
}

function protectEntry(entry: Buffer, { type, name, setup }: Kind): Buffer {
  const indicator = Buffer.concat([Buffer.from([0x0f, 4]), Buffer.from(name)]);
  const apad = setup && Buffer.concat([Buffer.from([0x05, 4 + setup.length]), Buffer.from('apad'), setup]);
  const whole = Buffer.concat([entry, indicator, ...(apad ? [apad] : [])]);
  whole[0] = type;
  whole.writeUInt16BE((entry.readUInt16BE(3) & 0xf000) | (whole.length - 5), 3);
  return whole;
}

/** ISO/IEC 13818-1 annex A, bit for bit. */
export function crc32(bytes: Buffer): number {
  let register = 0xffffffffn;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const top = (register >> 31n) ^ BigInt((byte >> bit) & 1);
      register = ((register << 1n) & 0xffffffffn) ^ (top ? 0x04c11db7n : 0n);
    }
  }
  return Number(register);
}
