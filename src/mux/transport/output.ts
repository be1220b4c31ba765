import { writeAll } from '../fastStart.ts';
import { MuxError } from '../errors.ts';
import { CLOCK_HZ, DecodeClock, type Timed } from './clock.ts';
import { aacFrames, type Elementary, pictures } from './elementary.ts';
import { type Adaptation, Packetizer, pesPacket } from './packets.ts';
import { associationTable, MAP_PID, mapTable, type ProgramStream } from './tables.ts';

const FIRST_PID = 0x100;
const BLOCK_BYTES = 256 * 1024;

/** Where the time line starts, and how far ahead of the decoder the stream is sent. Ticks. */
const START = 1.4 * CLOCK_HZ;
const LEAD = 0.7 * CLOCK_HZ;

/** At most this long between two tellings of the clock (ISO/IEC 13818-1, section 2.7.2: 0.1 s) and of the tables. Ticks. */
const CLOCK_EVERY = 0.08 * CLOCK_HZ;
const TABLES_EVERY = 0.5 * CLOCK_HZ;

/** How a codec is told in the map of a program. */
const CODECS: Readonly<Record<string, { streamType: number; streamId: number; registration?: string }>> = {
  avc: { streamType: 0x1b, streamId: 0xe0 },
  hevc: { streamType: 0x24, streamId: 0xe0, registration: 'HEVC' },
  aac: { streamType: 0x0f, streamId: 0xc0 },
  mp3: { streamType: 0x03, streamId: 0xc0 },
  ac3: { streamType: 0x81, streamId: 0xbd, registration: 'AC-3' },
  eac3: { streamType: 0x87, streamId: 0xbd, registration: 'EAC3' },
};

/** A packet as the demuxers hand it out. */
export interface EncodedUnit {
  data: Uint8Array;
  type: 'key' | 'delta';
  /** When it is shown, in seconds. */
  timestamp: number;
}

interface Unit {
  data: Buffer;
  isKey: boolean;
}

interface Track extends ProgramStream {
  streamId: number;
  isVideo: boolean;
  elementary: Elementary;
  clock: DecodeClock<Unit>;
  queue: Timed<Unit>[];
}

/**
 * Writes a transport stream of one program. mediabunny's writer gives pictures that are shown before the one they follow
 * decoding times behind their presentation times, and tells no clock.
 */
export class TransportOutput {
  readonly #descriptor: number;
  readonly #tracks: Track[] = [];
  readonly #packets = new Packetizer((packets) => this.#append(packets));
  #blocks: Buffer[] = [];
  #blockBytes = 0;
  #position = 0;
  #clockTold = -Infinity;
  #tablesTold = -Infinity;

  /** @param descriptor of a file that is open for writing and empty. */
  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Adds a stream to the program, before its first packet. Throws MuxError for a codec that has no place there. */
  addTrack(track: { codec: string; description?: Uint8Array | undefined; language?: string | undefined }): {
    add(packet: EncodedUnit): Promise<void>;
  } {
    const { codec, description, language } = track;
    const told = CODECS[codec];
    if (told === undefined) {
      throw new MuxError('MUX_CODEC', `The codec ${codec} cannot be put into a .ts file.`, {
        hint: 'A name that ends in .mkv or .mp4 may hold it.',
      });
    }
    const isVideo = told.streamId === 0xe0;
    const own: Track = {
      ...told,
      language,
      pid: FIRST_PID + this.#tracks.length,
      streamId:
        told.streamId === 0xbd ? 0xbd : told.streamId + this.#tracks.filter((one) => one.isVideo === isVideo).length,
      isVideo,
      elementary: elementaryOf(codec, description),
      clock: new DecodeClock(),
      queue: [],
    };
    this.#tracks.push(own);
    return {
      add: (packet) => {
        this.#add(own, packet);
        // Other outputs are waited for; this one has written.
        return Promise.resolve();
      },
    };
  }

  /** Writes what is left. Returns the size of the file, in bytes. */
  end(): number {
    for (const track of this.#tracks) track.queue.push(...track.clock.end());
    this.#writeQueued(true);
    this.#flush();
    return this.#position;
  }

  #add(track: Track, { data, type, timestamp }: EncodedUnit): void {
    const isKey = type === 'key';
    const pts = START + Math.round(timestamp * CLOCK_HZ);
    const unit = { data: track.elementary(data, isKey), isKey };
    if (track.isVideo) track.queue.push(...track.clock.add(unit, pts));
    else track.queue.push({ payload: unit, pts, dts: pts });
    this.#writeQueued(false);
  }

  /** Writes packets in the order of their decoding times, as long as no earlier one can come. */
  #writeQueued(isEnd: boolean): void {
    for (;;) {
      let first: Track | undefined;
      for (const track of this.#tracks) {
        const [unit] = track.queue;
        if (unit === undefined) {
          if (!isEnd && !this.#isBehind(track)) return;
        } else if (unit.dts < (first?.queue[0]?.dts ?? Infinity)) first = track;
      }
      const unit = first?.queue.shift();
      if (first === undefined || unit === undefined) return;
      this.#writeUnit(first, unit);
    }
  }

  /** Whether a track has nothing to say for so long that the others don't wait for it. */
  #isBehind(track: Track): boolean {
    return this.#tracks.some((other) => {
      const [first, last] = [other.queue[0], other.queue.at(-1)];
      return other !== track && first !== undefined && last !== undefined && last.dts - first.dts > 10 * CLOCK_HZ;
    });
  }

  #writeUnit(track: Track, { payload: { data, isKey }, pts, dts }: Timed<Unit>): void {
    const now = dts - LEAD;
    const clockTrack = this.#tracks.find(({ isVideo }) => isVideo) ?? track;
    const isStart = track === clockTrack && track.isVideo && isKey;
    if (isStart || now - this.#tablesTold >= TABLES_EVERY) this.#writeTables(now);
    const adaptation: Adaptation = { isRandomAccess: isKey && track.isVideo };
    if (track.pid === clockTrack.pid) adaptation.clock = now;
    else if (now - this.#clockTold >= CLOCK_EVERY) this.#packets.clock(clockTrack.pid, now);
    if (adaptation.clock !== undefined || now - this.#clockTold >= CLOCK_EVERY) this.#clockTold = now;
    this.#packets.payload(track.pid, pesPacket(track.streamId, data, pts, dts), adaptation);
  }

  #writeTables(now: number): void {
    const clockPid = (this.#tracks.find(({ isVideo }) => isVideo) ?? this.#tracks[0])?.pid ?? FIRST_PID;
    const pointer = Buffer.alloc(1);
    this.#packets.payload(0, filled(Buffer.concat([pointer, associationTable()])));
    this.#packets.payload(MAP_PID, filled(Buffer.concat([pointer, mapTable(this.#tracks, clockPid)])));
    this.#tablesTold = now;
  }

  #append(packets: Buffer): void {
    this.#blocks.push(packets);
    this.#blockBytes += packets.length;
    if (this.#blockBytes >= BLOCK_BYTES) this.#flush();
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#blocks);
    writeAll(this.#descriptor, bytes, this.#position);
    this.#position += bytes.length;
    this.#blocks = [];
    this.#blockBytes = 0;
  }
}

function elementaryOf(codec: string, description: Uint8Array | undefined): Elementary {
  if (codec === 'avc' || codec === 'hevc') return pictures(codec, description);
  return aacFrames(codec === 'aac' ? description : undefined);
}

/** Sections are stuffed behind their end, not in front (ISO/IEC 13818-1, section 2.4.4). */
function filled(section: Buffer): Buffer {
  return Buffer.concat([section, Buffer.alloc((184 - (section.length % 184)) % 184, 0xff)]);
}
