import { FieldReader } from '../mediaTime/boxes.ts';
import { isInformation } from './auxiliary.ts';
import { readBoxes, readBoxesUntil, type PlacedBox } from './boxTree.ts';
import { damaged, unsupported } from './error.ts';
import { readProtectionScheme, type Protection } from './protection.ts';
import { isProtectionGroup, readGroups } from './sampleGroups.ts';

/** What fragments of one track need to know. */
export interface ProtectedTrack {
  /** By sample description, from 0; `undefined` for a clear one. */
  descriptions: (Protection | undefined)[];
  /** Descriptions whose samples hold NAL units or the like, of which a part is always clear. */
  isVideo: boolean;
  /** Descriptions of sample groups in the init segment. */
  groups: Protection[];
  /** For samples that say nothing themselves (`trex`). */
  sampleBytes: number | undefined;
  descriptionIndex: number;
}

export interface MovieInit {
  /** The init segment of the clear stream. */
  clear: Buffer;
  /** By track ID. */
  tracks: Map<number, ProtectedTrack>;
}

const parents: ReadonlySet<string> = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl']);
/** Bytes of a sample entry before its boxes (ISO/IEC 14496-12 §12.1.3, §12.2.3; QuickTime's sound has more). */
const videoEntryBytes = 78;
const audioEntryBytes = [28, 44, 64];

/**
 * Reads the protection of an init segment of Common Encryption (ISO/IEC 23001-7) and makes its clear form: sample entries
 * of their original format without `sinf`, no `pssh`, nothing about samples. Throws SampleDecryptionError where it can't be read.
 */
export function readMovieInit(init: Buffer): MovieInit {
  const tracks = new Map<number, ProtectedTrack>();
  const parts = readBoxes(init, 0, init.length).map((box) => {
    if (box.type === 'moov') for (const [id, track] of readTracks(init, box)) tracks.set(id, track);
    return clearBox(init, box);
  });
  return { clear: Buffer.concat(parts), tracks };
}

function clearBox(bytes: Buffer, box: PlacedBox): Buffer {
  if (box.type === 'pssh' || isInformation(bytes, box) || isProtectionGroup(bytes, box)) return Buffer.alloc(0);
  if (box.type === 'stsd') return clearDescriptions(bytes, box);
  if (!parents.has(box.type)) return bytes.subarray(box.start, box.end);
  return wrap(
    box.type,
    readBoxes(bytes, box.body, box.end).map((child) => clearBox(bytes, child)),
  );
}

function clearDescriptions(bytes: Buffer, stsd: PlacedBox): Buffer {
  const head = bytes.subarray(stsd.body, stsd.body + 8);
  return wrap('stsd', [head, ...readBoxes(bytes, stsd.body + 8, stsd.end).map((entry) => clearEntry(bytes, entry))]);
}

function clearEntry(bytes: Buffer, entry: PlacedBox): Buffer {
  const contents = readEntry(bytes, entry);
  const [sinf] = contents.schemes;
  if (!sinf) return bytes.subarray(entry.start, entry.end);
  const format = readBoxes(bytes, sinf.body, sinf.end).find(({ type }) => type === 'frma');
  if (!format || format.end - format.body < 4) throw damaged('a protected track does not name its format');
  const type = bytes.toString('latin1', format.body, format.body + 4);
  const kept = contents.boxes.filter((box) => box.type !== 'sinf').map(({ start, end }) => bytes.subarray(start, end));
  return wrap(type, [bytes.subarray(entry.body, contents.start), ...kept, bytes.subarray(contents.end, entry.end)]);
}

/** The boxes in a sample entry, from `start` to `end`, those of protection schemes again by themselves. */
function readEntry(
  bytes: Buffer,
  entry: PlacedBox,
): { start: number; end: number; boxes: PlacedBox[]; schemes: PlacedBox[] } {
  if (!/^enc[a-z]$/.test(entry.type)) return { start: entry.end, end: entry.end, boxes: [], schemes: [] };
  const heads = entry.type === 'encv' ? [videoEntryBytes] : entry.type === 'enca' ? audioEntryBytes : [8];
  for (const head of heads) {
    const start = entry.body + head;
    const { boxes, end } = readBoxesUntil(bytes, start, entry.end);
    const schemes = boxes.filter(({ type }) => type === 'sinf');
    if (schemes.length > 0) return { start, end, boxes, schemes };
  }
  throw damaged('a protected track does not say how it is protected');
}

function wrap(type: string, parts: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(parts.reduce((sum, { length }) => sum + length, header.length));
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, ...parts]);
}

function readTracks(bytes: Buffer, moov: PlacedBox): Map<number, ProtectedTrack> {
  const tracks = new Map<number, ProtectedTrack>();
  const boxes = readBoxes(bytes, moov.body, moov.end);
  for (const trak of boxes.filter(({ type }) => type === 'trak')) {
    const header = find(bytes, trak, 'tkhd');
    const table = find(bytes, trak, 'mdia', 'minf', 'stbl');
    const stsd = table && find(bytes, table, 'stsd');
    if (!header || !stsd) throw damaged('a track is described in part only');
    const fields = new FieldReader(bytes, header);
    fields.skip(fields.u32() >>> 24 === 1 ? 16 : 8);
    tracks.set(fields.u32(), { ...readTable(bytes, table, stsd), sampleBytes: undefined, descriptionIndex: 1 });
  }
  for (const mvex of boxes.filter(({ type }) => type === 'mvex')) addDefaults(bytes, mvex, tracks);
  return tracks;
}

function readTable(
  bytes: Buffer,
  table: PlacedBox,
  stsd: PlacedBox,
): Pick<ProtectedTrack, 'descriptions' | 'isVideo' | 'groups'> {
  const entries = readBoxes(bytes, stsd.body + 8, stsd.end);
  const descriptions = entries.map((entry) => {
    const { schemes } = readEntry(bytes, entry);
    if (schemes.length === 0) return undefined;
    const known = schemes.map((sinf) => readProtectionScheme(bytes, sinf)).find((protection) => protection);
    if (!known) throw unsupported('a track has a protection scheme that is not one of Common Encryption');
    return known;
  });
  const scheme = descriptions.find((protection) => protection)?.scheme;
  const groups = scheme ? readGroups(bytes, readBoxes(bytes, table.body, table.end), scheme) : [];
  return { descriptions, isVideo: entries.some(({ type }) => type === 'encv'), groups };
}

function addDefaults(bytes: Buffer, mvex: PlacedBox, tracks: Map<number, ProtectedTrack>): void {
  for (const trex of readBoxes(bytes, mvex.body, mvex.end)) {
    if (trex.type !== 'trex') continue;
    const fields = new FieldReader(bytes, trex);
    fields.skip(4);
    const track = tracks.get(fields.u32());
    const descriptionIndex = fields.u32();
    fields.skip(4);
    const sampleBytes = fields.u32();
    if (track && !fields.isOver) Object.assign(track, { descriptionIndex, sampleBytes });
  }
}

function find(bytes: Buffer, parent: PlacedBox, ...path: readonly string[]): PlacedBox | undefined {
  let box: PlacedBox | undefined = parent;
  for (const type of path) box = box && readBoxes(bytes, box.body, box.end).find((child) => child.type === type);
  return box;
}
