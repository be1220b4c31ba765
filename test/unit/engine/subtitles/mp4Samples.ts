import { box, words } from '../fragment/samples.ts';

const trackId = 7;

/** An init segment with a text track of that sample entry. */
export function textInit(entry: string, { timescale = 1000, header = 'WEBVTT' } = {}): Buffer {
  const config = box(entry, Buffer.alloc(8), box('vttC', Buffer.from(header)));
  const media = box(
    'mdia',
    box('mdhd', words(0, 0, 0, timescale, 0, 0)),
    box('hdlr', words(0, 0), Buffer.from('text'), Buffer.alloc(13)),
    box('minf', box('stbl', box('stsd', words(0, 1), config))),
  );
  const track = box('trak', box('tkhd', words(7, 0, 0, trackId, 0, 0)), media);
  return Buffer.concat([
    box('ftyp', Buffer.from('iso6')),
    box('moov', track, box('mvex', box('trex', words(0, trackId, 1, 500, 0, 0)))),
  ]);
}

export interface TextSample {
  /** The track's default where absent. */
  ticks?: number;
  shift?: number;
  content: Buffer;
}

/** A segment of samples that follow each other from that decoding time on. */
export function textSegment(
  startTicks: bigint,
  samples: readonly TextSample[],
  changes: { track?: number; dataOffset?: number } = {},
): Buffer {
  const { track = trackId } = changes;
  const hasTicks = samples.some(({ ticks }) => ticks !== undefined);
  const flags = 0x01_00_0a_01 + (hasTicks ? 0x100 : 0);
  const entries = samples.map(({ ticks = 0, shift = 0, content }) =>
    words(...(hasTicks ? [ticks] : []), content.length, shift >>> 0),
  );
  const start = Buffer.alloc(8);
  start.writeBigUInt64BE(startTicks);
  const moof = (dataOffset: number): Buffer =>
    box(
      'moof',
      box('mfhd', words(0, 1)),
      box(
        'traf',
        box('tfhd', words(0x02_00_00, track)),
        box('tfdt', words(0x01_00_00_00), start),
        box('trun', words(flags, samples.length, dataOffset), ...entries),
      ),
    );
  const offset = changes.dataOffset ?? moof(0).length + 8;
  return Buffer.concat([moof(offset), box('mdat', ...samples.map(({ content }) => content))]);
}

export interface BoxedCue {
  text: string;
  id?: string;
  settings?: string;
  source?: number;
  time?: string;
}

/** A `vttc` box. */
export function boxedCue({ text, id, settings, source, time }: BoxedCue): Buffer {
  return box(
    'vttc',
    ...(source === undefined ? [] : [box('vsid', words(source))]),
    ...(id === undefined ? [] : [box('iden', Buffer.from(id))]),
    ...(time === undefined ? [] : [box('ctim', Buffer.from(time))]),
    ...(settings === undefined ? [] : [box('sttg', Buffer.from(settings))]),
    box('payl', Buffer.from(text)),
  );
}

/** A sample in which nothing is shown. */
export const emptySample = box('vtte');
