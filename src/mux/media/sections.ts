import type { Discontinuity } from '../request.ts';
import { MuxError } from '../errors.ts';
import { type Box, topLevelBoxes } from './boxes.ts';
import type { ByteFile, ByteRange } from './byteFile.ts';
import { splitPackedAudio } from './packedAudio.ts';
import type { SourceFormat } from './container.ts';

/** A piece of an input that a demuxer can read by itself. */
export interface Part {
  ranges: ByteRange[];
  /** Packed audio: when it starts, in seconds. Everything else tells it in its packets. */
  startS?: number;
}

/** What stands between two discontinuities: one clock, one or several parts. */
export interface Section {
  parts: Part[];
  /** Where the playlist puts its start; of the first section 0. */
  timeS: number;
}

/** Cuts an input at its discontinuities and at its init segments. */
export function splitSections(
  file: ByteFile,
  format: SourceFormat,
  discontinuities: readonly Discontinuity[],
): Section[] {
  const starts = [{ offset: 0, timeS: 0 }, ...discontinuities.filter(({ offset }) => offset > 0)];
  const spans = starts.map(({ offset, timeS }, index) => ({
    start: offset,
    end: Math.min(starts[index + 1]?.offset ?? file.size, file.size),
    timeS,
  }));
  if (format === 'fragmentedMp4') return splitFragments(file, spans);
  return spans.map(({ start, end, timeS }) => {
    if (start >= end) return { parts: [], timeS };
    return { parts: [format === 'mpegTs' ? { ranges: [{ start, end }] } : splitPackedAudio(file, start, end)], timeS };
  });
}

interface Span extends ByteRange {
  timeS: number;
}

/** Boxes that hold media or say where it is; the others between fragments are of no use behind each other. */
const MEDIA = new Set(['moof', 'mdat']);

function splitFragments(file: ByteFile, spans: readonly Span[]): Section[] {
  const sections: Section[] = spans.map(({ timeS }) => ({ parts: [], timeS }));
  let section: Section | undefined;
  let init: ByteRange | undefined;
  let part: Part | undefined;
  let fileType: Box | undefined;
  for (const box of topLevelBoxes(file)) {
    const current = sections[spans.findIndex(({ end }) => box.start < end)];
    if (current !== section) part = undefined;
    section = current;
    if (box.type === 'ftyp') fileType = box;
    else if (box.type === 'moov') {
      const next = { start: fileType?.end === box.start ? fileType.start : box.start, end: box.end };
      if (init === undefined || !isSame(file, init, next)) part = undefined;
      init = next;
    } else if (MEDIA.has(box.type)) {
      if (init === undefined) throw withoutInit();
      if (part === undefined) {
        part = { ranges: [init] };
        section?.parts.push(part);
      }
      append(part.ranges, box);
    }
  }
  return sections;
}

function append(ranges: ByteRange[], { start, end }: ByteRange): void {
  const last = ranges.at(-1);
  if (ranges.length > 1 && last?.end === start) last.end = end;
  else ranges.push({ start, end });
}

function isSame(file: ByteFile, one: ByteRange, other: ByteRange): boolean {
  return file.read(one.start, one.end - one.start).equals(file.read(other.start, other.end - other.start));
}

function withoutInit(): MuxError {
  return new MuxError('MUX_FORMAT', 'The MP4 fragments have no init segment in front of them.', {
    hint: 'The playlist lacks EXT-X-MAP; a name that ends in .ts keeps the stream as it came.',
  });
}
