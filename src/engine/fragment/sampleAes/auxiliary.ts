import { FieldReader } from '../mediaTime/boxes.ts';
import type { PlacedBox } from './boxTree.ts';
import type { Range } from './commonEncryption.ts';
import { damaged, unsupported } from './error.ts';
import type { Protection } from './protection.ts';
import type { TrackFragment } from './trackFragment.ts';

/** What the file says about the encryption of one sample (ISO/IEC 23001-7 §7.1). */
export interface SampleInformation {
  iv: Buffer | undefined;
  /** Its protected ranges; `undefined` where it is encrypted as a whole. */
  ranges: Range[] | undefined;
}

/** Reads the information of the samples of a `traf`, one after the other. */
export type InformationReader = (sample: Range, protection: Protection | undefined) => SampleInformation;

const auxiliaryTypes: ReadonlySet<string> = new Set(['cenc', 'cbcs', 'cens', 'cbc1']);
const none: SampleInformation = { iv: undefined, ranges: undefined };

/** Whether the box tells how samples are encrypted and nothing else. */
export function isInformation(bytes: Buffer, { type, body, end }: PlacedBox): boolean {
  if (type === 'senc') return true;
  if (type !== 'saiz' && type !== 'saio') return false;
  const isTyped = end - body >= 8 && (bytes.readUInt32BE(body) & 1) !== 0;
  return !isTyped || auxiliaryTypes.has(bytes.toString('latin1', body + 4, body + 8));
}

/** The reader for a `traf`: by its `senc`, else by `saiz` and `saio`; without them no sample has any. */
export function informationReader(bytes: Buffer, fragment: TrackFragment): InformationReader {
  const boxes = fragment.boxes.filter((box) => isInformation(bytes, box));
  const senc = boxes.find(({ type }) => type === 'senc');
  if (senc) return readFromBox(bytes, senc);
  const sizes = boxes.find(({ type }) => type === 'saiz');
  const offsets = boxes.find(({ type }) => type === 'saio');
  return sizes && offsets ? readByOffsets(bytes, fragment, sizes, offsets) : () => none;
}

function readFromBox(bytes: Buffer, senc: PlacedBox): InformationReader {
  const fields = new FieldReader(bytes, senc);
  const hasRanges = (fields.u32() & 0x2) !== 0;
  let left = fields.u32();
  return (sample, protection) => {
    if (left-- <= 0) throw damaged('a sample is missing in the information about encryption');
    return readEntry(bytes, fields, senc.end, sample, protection, hasRanges);
  };
}

function readByOffsets(
  bytes: Buffer,
  { base, runs }: TrackFragment,
  sizesBox: PlacedBox,
  offsetsBox: PlacedBox,
): InformationReader {
  const sizes = readSizes(bytes, sizesBox);
  const offsets = readOffsets(bytes, offsetsBox);
  // One chunk for all samples, or one for each run.
  if (offsets.length !== 1 && offsets.length !== runs.length)
    throw unsupported('its information about encryption is scattered');
  const starts = new Map<Range, number>();
  runs.forEach((run, place) => {
    const offset = offsets[place];
    if (run[0] && offset !== undefined) starts.set(run[0], base + offset);
  });
  let at = base + (offsets[0] ?? 0);
  let place = 0;
  return (sample, protection) => {
    at = starts.get(sample) ?? at;
    const size = sizes(place++);
    const body = at;
    at += size;
    if (size === 0) return none;
    if (body < 0 || at > bytes.length) throw damaged('the information about encryption lies outside the segment');
    const fields = new FieldReader(bytes, { body, end: at });
    return readEntry(bytes, fields, at, sample, protection, size > (protection?.sampleIvBytes ?? 0));
  };
}

function readSizes(bytes: Buffer, box: PlacedBox): (sample: number) => number {
  const fields = new FieldReader(bytes, box);
  fields.skip(fields.u32() & 1 ? 8 : 0);
  const header = fields.left;
  const start = box.end - header;
  if (header < 5) throw damaged('the sizes of the information about encryption are cut');
  const size = bytes.readUInt8(start);
  const count = bytes.readUInt32BE(start + 1);
  return (sample) => {
    const at = start + 5 + sample;
    if (sample >= count || (size === 0 && at >= box.end))
      throw damaged('a sample is missing in the information about encryption');
    return size === 0 ? bytes.readUInt8(at) : size;
  };
}

function readOffsets(bytes: Buffer, box: PlacedBox): number[] {
  const fields = new FieldReader(bytes, box);
  const flags = fields.u32();
  fields.skip(flags & 1 ? 8 : 0);
  const isLong = flags >>> 24 > 0;
  const count = fields.u32();
  if (fields.isOver || count * (isLong ? 8 : 4) > fields.left)
    throw damaged('the places of the information about encryption are cut');
  return Array.from({ length: count }, () => (isLong ? fields.u32() * 2 ** 32 : 0) + fields.u32());
}

function readEntry(
  bytes: Buffer,
  fields: FieldReader,
  end: number,
  sample: Range,
  protection: Protection | undefined,
  hasRanges: boolean,
): SampleInformation {
  const ivBytes = protection?.sampleIvBytes ?? 0;
  const ivAt = end - fields.left;
  fields.skip(ivBytes);
  const ranges = hasRanges ? readRanges(bytes, fields, end, sample) : undefined;
  if (fields.isOver) throw damaged('the information about encryption is cut');
  return { iv: ivBytes === 0 ? undefined : bytes.subarray(ivAt, ivAt + ivBytes), ranges };
}

/** Pairs of clear and protected bytes. */
function readRanges(bytes: Buffer, fields: FieldReader, end: number, sample: Range): Range[] {
  const ranges: Range[] = [];
  const countAt = end - fields.left;
  fields.skip(2);
  const count = fields.isOver ? 0 : bytes.readUInt16BE(countAt);
  let at = sample.at;
  for (let range = 0; range < count; range++) {
    const entry = end - fields.left;
    fields.skip(6);
    if (entry + 6 > end) break;
    at += bytes.readUInt16BE(entry);
    ranges.push({ at, bytes: bytes.readUInt32BE(entry + 2) });
    at += bytes.readUInt32BE(entry + 2);
  }
  if (at > sample.at + sample.bytes) throw damaged('a sample is shorter than its encrypted parts');
  return ranges;
}
