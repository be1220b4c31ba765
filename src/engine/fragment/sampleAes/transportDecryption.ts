import type { Decryption } from '../decrypt.ts';
import { packetBytes, syncByte } from '../media.ts';
import { FrameStream } from './audioFrames.ts';
import { ChainedBlocks } from './chainedBlocks.ts';
import { damaged, unsupported } from './error.ts';
import { HeldPackets } from './heldPackets.ts';
import { decryptNalUnits } from './nalUnits.ts';
import { PesUnit } from './pesUnit.ts';
import { clearProgramMap, readAssociation, type StreamProtection } from './programMap.ts';

const associationPid = 0;
/** Far more than one access unit of video takes. */
const mostHeldBytes = 64 * 1024 * 1024;

/** One PID that is encrypted. */
interface ProtectedStream {
  unit: PesUnit;
  /** The frames of audio; without them it is H.264. */
  frames: FrameStream | undefined;
  /** Of its last packet with a payload: its place, where the payload starts in it, its continuity counter. */
  last: { packet: number; from: number; counter: number } | undefined;
  /** Bytes of an unfinished frame before which another try is not worth it. */
  awaitedBytes: number;
}

/**
 * Decrypts an MPEG-2 transport stream (Apple, "MPEG-2 Stream Encryption Format for HTTP Live Streaming"): packets stay in
 * their order and number, so clocks, continuity counters and the length remain right. Holds the packets from the earliest
 * PES packet that is not whole.
 */
export class TransportDecryption implements Decryption {
  readonly #iv: Buffer;
  readonly #blocks: ChainedBlocks;
  readonly #held = new HeldPackets();
  readonly #mapPids = new Set<number>();
  readonly #streams = new Map<number, ProtectedStream | undefined>();
  /** Place of the next packet. */
  #next = 0;

  constructor(key: Buffer, iv: Buffer, init?: Buffer) {
    this.#iv = iv;
    this.#blocks = new ChainedBlocks(key);
    if (init) this.#learn(init);
  }

  update(chunk: Buffer): Buffer {
    this.#held.append(chunk);
    for (; this.#held.end - this.#next >= packetBytes; this.#next += packetBytes) this.#take(this.#next);
    let first = this.#next;
    for (const stream of this.#streams.values()) first = Math.min(first, stream?.unit.first ?? first);
    const clear = this.#held.release(first);
    if (this.#held.heldBytes > mostHeldBytes) throw unsupported('one of its PES packets is larger than 64 MiB');
    return clear;
  }

  end(): Buffer {
    if (this.#held.end !== this.#next) throw damaged(`the body ends within a packet, after ${this.#held.end} bytes`);
    for (const stream of this.#streams.values()) if (stream) this.#decrypt(stream, true);
    return this.#held.release(this.#next);
  }

  /** Reads the tables of an init segment, which is a transport stream without media. */
  #learn(init: Buffer): void {
    const tables = Buffer.from(init);
    for (let at = 0; tables.length - at >= packetBytes; at += packetBytes) {
      checkSync(tables, at, at);
      const flags = tables.readUInt32BE(at);
      const from = payloadStart(tables, at, flags);
      if ((flags & startFlag) !== 0 && from < packetBytes) {
        this.#readTable(pidOf(flags), tables.subarray(at + from, at + packetBytes));
      }
    }
  }

  #take(place: number): void {
    const { bytes } = this.#held;
    const at = place - this.#held.base;
    checkSync(bytes, at, place);
    const flags = bytes.readUInt32BE(at);
    const from = payloadStart(bytes, at, flags);
    if (from >= packetBytes) return;
    const isStart = (flags & startFlag) !== 0;
    const stream = this.#streams.get(pidOf(flags));
    if (stream) this.#takeProtected(stream, place, from, flags);
    else if (isStart) {
      const payload = bytes.subarray(at + from, at + packetBytes);
      this.#readTable(pidOf(flags), payload);
      if (this.#streams.size === 0) checkIsTable(payload);
    }
  }

  #takeProtected(stream: ProtectedStream, place: number, from: number, flags: number): void {
    if ((flags & scramblingFlags) !== 0) throw unsupported('it is scrambled by a system of conditional access');
    const counter = flags & 0xf;
    if (this.#isRepeated(stream, place, from, counter)) {
      this.#held.annul(place);
      return;
    }
    stream.last = { packet: place, from, counter };
    const isStart = (flags & startFlag) !== 0;
    if (isStart && isComplete(stream, this.#held.bytes, place - this.#held.base, from)) this.#decrypt(stream, false);
    stream.unit.take(place, place + from, place + packetBytes, isStart);
  }

  #readTable(pid: number, payload: Buffer): void {
    if (pid === associationPid) {
      for (const mapPid of readAssociation(payload)) this.#mapPids.add(mapPid);
    }
    if (!this.#mapPids.has(pid)) return;
    for (const [streamPid, protection] of clearProgramMap(payload)) {
      if (protection === undefined && this.#streams.get(streamPid) === undefined)
        this.#streams.set(streamPid, undefined);
      if (protection && !this.#streams.get(streamPid)) this.#streams.set(streamPid, this.#open(protection));
    }
  }

  #open(protection: StreamProtection): ProtectedStream {
    const frames = protection === 'H.264' ? undefined : new FrameStream(protection, this.#iv, this.#blocks);
    return { unit: new PesUnit(this.#held), frames, last: undefined, awaitedBytes: 0 };
  }

  /** A packet may be sent twice (ISO/IEC 13818-1 §2.4.3.3). One that is no longer held was followed by others. */
  #isRepeated({ last, unit }: ProtectedStream, packet: number, from: number, counter: number): boolean {
    if (last?.counter !== counter || last.from !== from || unit.first === undefined || last.packet < unit.first)
      return false;
    return this.#held.isSame(last.packet, packet, from);
  }

  #decrypt(held: ProtectedStream, isLast: boolean): void {
    const { unit, frames } = held;
    if (unit.first === undefined) return;
    const stream = unit.gather();
    if (frames) {
      const done = frames.decrypt(stream, isLast);
      unit.refill(stream, []);
      unit.drop(isLast ? stream.length : done);
      // Trying again with each small PES packet would take time that grows with the square of the frame.
      held.awaitedBytes = unit.payloadBytes * 2;
      return;
    }
    const removed: number[] = [];
    const length = decryptNalUnits(stream, stream.length, this.#iv, this.#blocks, removed);
    unit.refill(stream.subarray(0, length), removed);
    unit.drop(length);
  }
}

const startFlag = 0x400000;
const scramblingFlags = 0xc0;

function checkSync(bytes: Buffer, at: number, place: number): void {
  if (bytes[at] !== syncByte) throw damaged(`no transport packet starts at byte ${place}`);
}

function pidOf(flags: number): number {
  return (flags >>> 8) & 0x1fff;
}

/** Where in the packet its payload starts; its end or behind where it has none. */
function payloadStart(bytes: Buffer, at: number, flags: number): number {
  if ((flags & 0x10) === 0) return packetBytes;
  return 4 + ((flags & 0x20) === 0 ? 0 : 1 + (bytes[at + 4] ?? 0));
}

/**
 * Whether what is held of a stream can be decrypted when the next PES packet begins in the packet at `at`. A slice may go on there:
 * then both are decrypted as one, as they are where that can't be seen.
 */
function isComplete({ unit, frames, awaitedBytes }: ProtectedStream, bytes: Buffer, at: number, from: number): boolean {
  if (frames) return unit.payloadBytes >= awaitedBytes;
  const body = from + 9 + (bytes[at + from + 8] ?? packetBytes);
  // A start code, or the zeros before one.
  return body + 3 <= packetBytes && bytes.readUIntBE(at + body, 3) <= 1;
}

/** Before the programme map nobody knows what is encrypted: sound or picture there would stay as it is. */
function checkIsTable(payload: Buffer): void {
  const isPes = payload.length >= 4 && payload.readUIntBE(0, 3) === 1;
  const id = payload[3] ?? 0;
  if (isPes && (id === 0xbd || (id >= 0xc0 && id <= 0xef))) {
    throw unsupported('no programme map stands before its sound or picture');
  }
}
