/** One transport packet, taken apart. */
export interface Packet {
  pid: number;
  isStart: boolean;
  counter: number;
  /** Without its length byte and without stuffing; absent where it is only stuffing. */
  adaptation: Buffer | undefined;
  payload: Buffer | undefined;
}

/** Takes a transport stream apart (ISO/IEC 13818-1 §2.4.3). Throws where it is malformed. */
export function readPackets(stream: Buffer): Packet[] {
  if (stream.length % 188 !== 0) throw new Error(`${stream.length} bytes are no whole packets.`);
  const packets: Packet[] = [];
  for (let at = 0; at < stream.length; at += 188) {
    const packet = stream.subarray(at, at + 188);
    if (packet[0] !== 0x47) throw new Error(`No packet starts at byte ${at}.`);
    const control = (packet[3]! >> 4) & 3;
    const fieldBytes = control >= 2 ? packet[4]! + 1 : 0;
    if (fieldBytes > 184) throw new Error(`The adaptation field at byte ${at} is too long.`);
    packets.push({
      pid: packet.readUInt16BE(1) & 0x1fff,
      isStart: (packet[1]! & 0x40) !== 0,
      counter: packet[3]! & 0xf,
      adaptation: withoutStuffing(packet.subarray(5, 4 + fieldBytes)),
      payload: (control & 1) !== 0 ? packet.subarray(4 + fieldBytes) : undefined,
    });
  }
  return packets;
}

function withoutStuffing(field: Buffer): Buffer | undefined {
  if (field.length === 0 || field[0] === 0) {
    if (field.subarray(1).some((byte) => byte !== 0xff)) throw new Error('Stuffing must be FF.');
    return undefined;
  }
  let used = 1 + (field[0]! & 0x10 ? 6 : 0) + (field[0]! & 0x08 ? 6 : 0) + (field[0]! & 0x04 ? 1 : 0);
  if (field[0]! & 0x02) used += 1 + field[used]!;
  if (field.subarray(used).some((byte) => byte !== 0xff)) throw new Error('Stuffing must be FF.');
  return field.subarray(0, used);
}

/** Puts a packet together; the payload must fit. */
export function writePacket({ pid, isStart, counter, adaptation, payload }: Packet): Buffer {
  const body = payload ?? Buffer.alloc(0);
  const packet = Buffer.alloc(188, 0xff);
  packet.set([0x47, (isStart ? 0x40 : 0) | (pid >> 8), pid & 0xff]);
  const room = 184 - body.length;
  packet[3] = (payload ? 0x10 : 0) | (room > 0 ? 0x20 : 0) | counter;
  if (room > 0) packet[4] = room - 1;
  if (room > 1) packet[5] = 0;
  adaptation?.copy(packet, 5);
  if (room < (adaptation ? adaptation.length + 1 : 0)) throw new Error('The payload does not fit.');
  body.copy(packet, 188 - body.length);
  return packet;
}

export interface PesPacket {
  header: Buffer;
  payload: Buffer;
}

/** The PES packets of each PID but those of tables, in order; throws where a continuity counter jumps. */
export function readPes(stream: Buffer): Map<number, PesPacket[]> {
  const units = new Map<number, Buffer[][]>();
  const counters = new Map<number, number>();
  for (const { pid, isStart, payload, counter } of readPackets(stream)) {
    if (!payload || pid === 0x1fff) continue;
    const last = counters.get(pid);
    if (last !== undefined && counter !== ((last + 1) & 0xf)) throw new Error(`The counter of PID ${pid} jumps.`);
    counters.set(pid, counter);
    const list = units.get(pid) ?? [];
    if (isStart) list.push([]);
    list.at(-1)?.push(payload);
    units.set(pid, list);
  }
  const pes = new Map<number, PesPacket[]>();
  for (const [pid, list] of units) {
    const packets = list.map((parts) => Buffer.concat(parts));
    if (packets.some((bytes) => bytes.readUIntBE(0, 3) !== 1)) continue;
    pes.set(pid, packets.map(splitPes));
  }
  return pes;
}

function splitPes(bytes: Buffer): PesPacket {
  const length = bytes.readUInt16BE(4);
  if (length !== 0 && length + 6 !== bytes.length)
    throw new Error(`A PES packet of ${bytes.length} bytes says ${length}.`);
  const start = 9 + bytes[8]!;
  return { header: bytes.subarray(0, start), payload: bytes.subarray(start) };
}

/** Packets of tables, and clocks, as they are. */
export function tablesAndClocks(stream: Buffer): { tables: Buffer[]; clocks: string[] } {
  const tables: Buffer[] = [];
  const clocks: string[] = [];
  for (const { pid, payload, adaptation } of readPackets(stream)) {
    if (payload && (pid < 0x20 || pid === mapPid)) tables.push(payload);
    if (adaptation) clocks.push(`${pid} ${adaptation.toString('hex')}`);
  }
  return { tables, clocks };
}

/** Where ffmpeg puts the programme map. */
export const mapPid = 0x1000;
