import { boxesIn, type Box } from '../fragment/mediaTime/boxes.ts';
import type { Cue, SubtitleFile } from './cue.ts';
import { normaliseSettings } from './cueSettings.ts';
import { shiftTimestamps } from './cueText.ts';
import { readSamples, type TextTrack } from './mp4Track.ts';
import { parseTimestamp, ticksPerSecond } from './timestamps.ts';
import { readWebVtt } from './webVtt.ts';

/**
 * The cues of a segment of WebVTT in fMP4 (ISO/IEC 14496-30 §7), their times those of the track; `undefined` where the
 * segment is broken. A cue that is shown along with others comes in a sample for each of its moments and is one again here.
 */
export function readMp4Cues(segment: Buffer, track: TextTrack): SubtitleFile | undefined {
  const samples = readSamples(segment, track);
  if (!samples) return undefined;
  const header = track.header && readWebVtt(track.header);
  const cues: Cue[] = [];
  let open = new Map<string, Cue>();
  for (const { start, end, bytes } of samples) {
    const [startTicks, endTicks] = [start, end].map((time) => Math.round((time / track.timescale) * ticksPerSecond));
    if (startTicks === undefined || endTicks === undefined) continue;
    const shown = new Map<string, Cue>();
    for (const { key, cue } of cuesOf(bytes, startTicks)) {
      const earlier = open.get(key);
      const isSame = earlier?.endTicks === startTicks && !shown.has(key);
      const entry = isSame ? earlier : cue;
      if (!isSame) cues.push(cue);
      entry.endTicks = endTicks;
      shown.set(key, entry);
    }
    open = shown;
  }
  return { cues, styles: header?.styles ?? [], regions: header?.regions ?? new Map<string, string>() };
}

/** The cues of one sample, each with what tells it from others: its source (`vsid`) and its content. */
function* cuesOf(sample: Buffer, startTicks: number): Generator<{ key: string; cue: Cue }> {
  for (const box of boxesIn(sample, 0, sample.length)) {
    if (box.type !== 'vttc') continue;
    const parts = partsOf(sample, box);
    const source = parts.get('vsid')?.toString('hex') ?? '';
    const cueTime = parseTimestamp(textOf(parts.get('ctim')).trim());
    const id = textOf(parts.get('iden')).replace(/\n/g, ' ').replaceAll('-->', '->').trim();
    const settings = normaliseSettings(textOf(parts.get('sttg')));
    // Times inside the text are on the clock of the file that was packed, of which the box says where it stands.
    const shift = cueTime === undefined ? 0 : startTicks - cueTime;
    const text = shiftTimestamps(payloadOf(parts.get('payl')), shift);
    const cue = { startTicks, endTicks: startTicks, id, settings, text };
    yield { key: [source, id, settings, text].join('\n'), cue };
  }
}

function partsOf(sample: Buffer, cue: Box): Map<string, Buffer> {
  const parts = new Map<string, Buffer>();
  for (const { type, body, end } of boxesIn(sample, cue.body, cue.end)) parts.set(type, sample.subarray(body, end));
  return parts;
}

/** A text of a box: UTF-8, with the line ends of WebVTT; a NUL ends it, as some packagers write. */
function textOf(bytes: Buffer | undefined): string {
  const text = new TextDecoder().decode(bytes ?? Buffer.alloc(0)).replace(/\0+$/, '');
  return text.replaceAll('\0', '\ufffd').replace(/\r\n?/g, '\n');
}

/** The cue's text as a file can hold it: no empty line, which would end it, and no arrow, which would begin another. */
function payloadOf(bytes: Buffer | undefined): string {
  const lines = textOf(bytes).replaceAll('-->', '--&gt;').split('\n');
  return lines.filter((line) => line !== '').join('\n');
}
