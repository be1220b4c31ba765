import { createCipheriv } from 'node:crypto';
import { findBoxes, readBoxes, type Box } from '../../../../origin/content/boxes.ts';
import { box, words } from '../samples.ts';

export type Scheme = 'cbcs' | 'cenc' | 'cens' | 'cbc1';

/** How a movie is encrypted by these tests. */
export interface Encryption {
  scheme: Scheme;
  key: Buffer;
  /** The constant IV, or the one that each sample's is counted from. */
  iv: Buffer;
  ivBytes: 0 | 8 | 16;
  /** Where the constant IV stands: in the init segment, or in the playlist alone. */
  hasIvInFile: boolean;
  /** Blocks that are encrypted and clear in turn, of video. */
  pattern: readonly [encrypted: number, clear: number];
  /** Where the samples' information stands. */
  place: 'senc' | 'saio' | 'mdat';
  /** Samples from this one on are encrypted, those before by a sample group not. */
  clearSamples: number;
}

const keyId = Buffer.alloc(16, 0x5a);
const sampleEntryBytes: Readonly<Record<string, number>> = { avc1: 78, mp4a: 28 };

/** The init segment of the encrypted movie: `encv` and `enca` with `sinf`, and a `pssh`. */
export function protectInit(init: Buffer, encryption: Encryption): Buffer {
  return Buffer.concat(readBoxes(init).map((part) => protectBox(init, part, encryption)));
}

function protectBox(bytes: Buffer, { type, start, body, end }: Box, encryption: Encryption): Buffer {
  const isVideo = type === 'avc1';
  const head = sampleEntryBytes[type];
  if (head !== undefined) {
    const entry = bytes.subarray(body, end);
    return box(isVideo ? 'encv' : 'enca', entry, schemeInformation(type, encryption, isVideo));
  }
  if (type === 'stsd') {
    const entries = readBoxes(bytes, body + 8, end).map((entry) => protectBox(bytes, entry, encryption));
    return box(type, bytes.subarray(body, body + 8), ...entries);
  }
  if (!['moov', 'trak', 'mdia', 'minf', 'stbl'].includes(type)) return bytes.subarray(start, end);
  const inside = readBoxes(bytes, body, end).map((part) => protectBox(bytes, part, encryption));
  return box(type, ...inside, ...(type === 'moov' ? [systemHeader()] : []));
}

function systemHeader(): Buffer {
  return box('pssh', words(0), Buffer.alloc(16, 0xed), words(4), Buffer.from('data'));
}

function schemeInformation(format: string, encryption: Encryption, isVideo: boolean): Buffer {
  const scheme = box('schm', words(0), Buffer.from(encryption.scheme), words(0x10000));
  const track = box('tenc', words(0x01000000), encryptionFields(encryption, isVideo, true));
  return box('sinf', box('frma', Buffer.from(format)), scheme, box('schi', track));
}

function encryptionFields(
  { iv, ivBytes, hasIvInFile, ...rest }: Encryption,
  isVideo: boolean,
  isProtected: boolean,
): Buffer {
  const [encrypted, clear] = patternOf(rest, isVideo);
  const fixed = Buffer.concat([
    Buffer.from([0, encrypted * 16 + clear, isProtected ? 1 : 0, isProtected ? ivBytes : 0]),
    keyId,
  ]);
  if (!isProtected || ivBytes > 0 || !hasIvInFile) return fixed;
  return Buffer.concat([fixed, Buffer.from([iv.length]), iv]);
}

function patternOf(
  { scheme, pattern }: Pick<Encryption, 'scheme' | 'pattern'>,
  isVideo: boolean,
): readonly [number, number] {
  return isVideo && (scheme === 'cbcs' || scheme === 'cens') ? pattern : [0, 0];
}

interface Track {
  traf: Box;
  isVideo: boolean;
  samples: { at: number; bytes: number }[];
  /** Index of the first sample of each run. */
  runs: number[];
}

/** The encrypted segment: samples in `mdat` encrypted, their information added to each `traf`. One `moof`, one `mdat`. */
export function encryptSegment(segment: Buffer, videoTrack: number, encryption: Encryption): Buffer {
  const [moof] = findBoxes(segment, 'moof');
  const data = Buffer.from(segment);
  const tracks = findBoxes(segment, 'moof/traf').map((traf) => readTrack(segment, traf, moof!.start, videoTrack));
  const additions = tracks.map((track) => describe(data, track, encryption));
  const outside =
    encryption.place === 'mdat'
      ? Buffer.concat(additions.map(({ entries }) => Buffer.concat(entries)))
      : Buffer.alloc(0);
  const growth = additions.reduce((sum, addition) => sum + addition.bytes(encryption.place), 0);
  // Information in the media data stands in front of the samples.
  const shift = growth + outside.length;
  const parts: Buffer[] = [];
  let informationAt = moof!.end - moof!.start + growth + 8;
  let trafAt = 8;
  for (const part of readBoxes(segment, moof!.body, moof!.end)) {
    if (part.type !== 'traf') {
      parts.push(segment.subarray(part.start, part.end));
      trafAt += part.end - part.start;
      continue;
    }
    const index = tracks.findIndex(({ traf }) => traf.start === part.start);
    const addition = additions[index]!;
    const moved = Buffer.from(segment.subarray(part.body, part.end));
    moveRuns(moved, shift);
    const extra = addition.make(encryption.place, trafAt + 8 + moved.length, informationAt);
    if (extra.length !== addition.bytes(encryption.place)) throw new Error('The size of the information is wrong.');
    parts.push(box('traf', moved, extra));
    trafAt += 8 + moved.length + extra.length;
    informationAt += Buffer.concat(addition.entries).length;
  }
  const [mdat] = findBoxes(segment, 'mdat');
  const before = segment.subarray(0, moof!.start);
  return Buffer.concat([
    before,
    box('moof', ...parts),
    box('mdat', outside, data.subarray(mdat!.body, mdat!.end)),
    segment.subarray(mdat!.end),
  ]);
}

function readTrack(bytes: Buffer, traf: Box, moofStart: number, videoTrack: number): Track {
  const boxes = readBoxes(bytes, traf.body, traf.end);
  const header = boxes.find(({ type }) => type === 'tfhd')!;
  const flags = bytes.readUInt32BE(header.body);
  let at = header.body + 8 + (flags & 1 ? 8 : 0) + (flags & 2 ? 4 : 0) + (flags & 8 ? 4 : 0);
  const defaultBytes = flags & 0x10 ? bytes.readUInt32BE(at) : 0;
  const samples: Track['samples'] = [];
  const runs: number[] = [];
  for (const run of boxes.filter(({ type }) => type === 'trun')) {
    runs.push(samples.length);
    const runFlags = bytes.readUInt32BE(run.body);
    let place = moofStart + bytes.readInt32BE(run.body + 8);
    at = run.body + 12 + (runFlags & 4 ? 4 : 0);
    for (let count = bytes.readUInt32BE(run.body + 4); count > 0; count--) {
      if (runFlags & 0x100) at += 4;
      const size = runFlags & 0x200 ? bytes.readUInt32BE(at) : defaultBytes;
      at += (runFlags & 0x200 ? 4 : 0) + (runFlags & 0x400 ? 4 : 0) + (runFlags & 0x800 ? 4 : 0);
      samples.push({ at: place, bytes: size });
      place += size;
    }
  }
  return { traf, isVideo: bytes.readUInt32BE(header.body + 4) === videoTrack, samples, runs };
}

function moveRuns(traf: Buffer, shift: number): void {
  for (const run of readBoxes(traf).filter(({ type }) => type === 'trun')) {
    traf.writeInt32BE(traf.readInt32BE(run.body + 8) + shift, run.body + 8);
  }
}

interface Addition {
  entries: Buffer[];
  bytes: (place: Encryption['place']) => number;
  /** `at` is its own offset in the `moof`, `outsideAt` that of the entries in the `mdat`. */
  make: (place: Encryption['place'], at: number, outsideAt: number) => Buffer;
}

function describe(data: Buffer, track: Track, encryption: Encryption): Addition {
  const entries = track.samples.map((sample, index) => encryptSample(data, track.isVideo, sample, index, encryption));
  const group = sampleGroup(track, encryption);
  const make: Addition['make'] = (place, at, outsideAt) => {
    // Nothing but the offsets says that the information of another run lies apart.
    const gap = Buffer.alloc(place === 'saio' ? 4 : 0, 0xee);
    const pieces = entries.map((entry, index) => (track.runs.includes(index) ? Buffer.concat([gap, entry]) : entry));
    const head = words(track.isVideo ? 2 : 0, entries.length);
    const senc = place === 'mdat' ? Buffer.alloc(0) : box(place === 'senc' ? 'senc' : 'skip', head, ...pieces);
    const lengths = Buffer.from(entries.map(({ length }) => length));
    const sizes = box('saiz', words(0), Buffer.from([0]), words(entries.length), lengths);
    const first = place === 'mdat' ? outsideAt : at + group.length + 16;
    const starts = track.runs.map((run) => first + Buffer.concat(pieces.slice(0, run)).length + gap.length);
    const offsets = box('saio', words(0x01000000, starts.length, ...starts.flatMap((start) => [0, start])));
    return Buffer.concat([group, senc, sizes, offsets]);
  };
  return { entries, make, bytes: (place) => make(place, 0, 0).length };
}

/** The same fragment with each run of samples as two. One `moof` in front. */
export function splitRuns(fragment: Buffer): Buffer {
  const [moof] = findBoxes(fragment, 'moof');
  const split = (growth: number) =>
    readBoxes(fragment, moof!.body, moof!.end).map((part) => {
      if (part.type !== 'traf') return fragment.subarray(part.start, part.end);
      const [track] = [readTrack(fragment, part, moof!.start, 0)];
      const inside = readBoxes(fragment, part.body, part.end).map((run) =>
        run.type === 'trun' ? splitRun(fragment, run, track, growth) : fragment.subarray(run.start, run.end),
      );
      return box('traf', ...inside);
    });
  const growth = Buffer.concat(split(0)).length - (moof!.end - moof!.body);
  return Buffer.concat([
    fragment.subarray(0, moof!.start),
    box('moof', ...split(growth)),
    fragment.subarray(moof!.end),
  ]);
}

function splitRun(fragment: Buffer, run: Box, { samples }: Track, growth: number): Buffer {
  const flags = fragment.readUInt32BE(run.body);
  const half = samples.length >> 1;
  const first = run.body + 12 + (flags & 4 ? 4 : 0);
  const entryBytes = (run.end - first) / samples.length;
  const offset = fragment.readInt32BE(run.body + 8) + growth;
  const second = offset + samples[half]!.at - samples[0]!.at;
  return Buffer.concat([
    box('trun', words(flags, half, offset), fragment.subarray(run.body + 12, first + half * entryBytes)),
    // Flags for the first sample belong to the first run alone.
    box(
      'trun',
      words(flags & ~4, samples.length - half, second),
      fragment.subarray(first + half * entryBytes, run.end),
    ),
  ]);
}

/** Group 1 of the fragment: clear samples. */
function sampleGroup({ samples, isVideo }: Track, encryption: Encryption): Buffer {
  const { clearSamples } = encryption;
  if (clearSamples === 0) return Buffer.alloc(0);
  const entry = encryptionFields(encryption, isVideo, false);
  const description = box('sgpd', words(0x01000000), Buffer.from('seig'), words(entry.length, 1), entry);
  const runs = words(2, clearSamples, 0x10001, samples.length - clearSamples, 0);
  return Buffer.concat([description, box('sbgp', words(0), Buffer.from('seig'), runs)]);
}

/** Encrypts a sample in place and returns what is told about it. */
function encryptSample(
  data: Buffer,
  isVideo: boolean,
  { at, bytes }: { at: number; bytes: number },
  index: number,
  encryption: Encryption,
): Buffer {
  const isClear = index < encryption.clearSamples;
  const sampleIv = ivOf(encryption, index);
  const ranges = isVideo ? videoRanges(data, at, bytes, encryption) : [{ clear: 0, bytes }];
  if (!isClear) encryptRanges(data, at, ranges, sampleIv, patternOf(encryption, isVideo), encryption);
  const iv = isClear ? Buffer.alloc(0) : sampleIv.subarray(0, encryption.ivBytes);
  if (!isVideo) return iv;
  const counted = ranges.map(({ clear, bytes: protectedBytes }) => {
    const entry = Buffer.alloc(6);
    entry.writeUInt16BE(clear);
    entry.writeUInt32BE(protectedBytes, 2);
    return entry;
  });
  return Buffer.concat([iv, Buffer.from([counted.length >> 8, counted.length & 0xff]), ...counted]);
}

function ivOf({ iv, ivBytes }: Encryption, index: number): Buffer {
  if (ivBytes === 0) return Buffer.concat([iv, Buffer.alloc(16 - iv.length)]);
  const sampleIv = Buffer.alloc(16);
  iv.copy(sampleIv, 0, 0, ivBytes);
  sampleIv.writeUInt16BE(index, ivBytes - 2);
  return sampleIv;
}

/** Slices are protected from behind their first bytes on, in `cbc1` as whole blocks; everything else is clear. */
function videoRanges(
  data: Buffer,
  at: number,
  bytes: number,
  { scheme }: Encryption,
): { clear: number; bytes: number }[] {
  const ranges: { clear: number; bytes: number }[] = [];
  let clear = 0;
  for (let unit = at; unit < at + bytes;) {
    const length = 4 + data.readUInt32BE(unit);
    const type = data[unit + 4]! & 0x1f;
    const least = Math.min(4 + 8, length);
    const lead = least + (scheme === 'cbc1' ? (length - least) % 16 : 0);
    if (type === 1 || type === 5) {
      ranges.push({ clear: clear + lead, bytes: length - lead });
      clear = 0;
    } else clear += length;
    unit += length;
  }
  if (clear > 0) ranges.push({ clear, bytes: 0 });
  return ranges;
}

function encryptRanges(
  data: Buffer,
  start: number,
  ranges: readonly { clear: number; bytes: number }[],
  iv: Buffer,
  [encrypted, clear]: readonly [number, number],
  { scheme, key }: Encryption,
): void {
  const mode = scheme === 'cenc' || scheme === 'cens' ? 'aes-128-ctr' : 'aes-128-cbc';
  const begin = () => createCipheriv(mode, key, iv).setAutoPadding(false);
  let cipher = begin();
  let at = start;
  for (const range of ranges) {
    at += range.clear;
    if (scheme === 'cbcs') cipher = begin();
    const whole = clear === 0 && mode === 'aes-128-ctr' ? range.bytes : Math.floor(range.bytes / 16) * 16;
    const run = clear === 0 ? whole : encrypted * 16;
    for (let done = 0; run > 0 && done + run <= range.bytes; done += run + clear * 16) {
      cipher.update(data.subarray(at + done, at + done + run)).copy(data, at + done);
    }
    at += range.bytes;
  }
}
