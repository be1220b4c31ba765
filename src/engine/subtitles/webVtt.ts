import type { Cue, SubtitleFile, TimestampMap } from './cue.ts';
import { normaliseSettings, readRegion } from './cueSettings.ts';
import { parseTimestamp, scanTimestamp } from './timestamps.ts';

/** 2 to the power of 33: a time of MPEG-2 starts over there. */
export const mpegWrapTicks = 2 ** 33;

const arrow = '-->';
const mapName = 'X-TIMESTAMP-MAP=';

/**
 * Reads a WebVTT file as a browser does (WebVTT §6.1): what is broken is passed over, in linear time. `undefined` where the
 * signature is missing, without which a browser takes nothing.
 */
export function readWebVtt(bytes: Uint8Array): SubtitleFile | undefined {
  const text = new TextDecoder().decode(bytes).replaceAll('\0', '\ufffd').replace(/\r\n?/g, '\n');
  const lines = text.split('\n');
  if (!/^WEBVTT(?:[ \t]|$)/.test(lines[0] ?? '')) return undefined;
  let { at, map } = readHeader(lines);
  const cues: Cue[] = [];
  const styles: string[] = [];
  const regions = new Map<string, string>();
  while (at < lines.length) {
    const block = readBlock(lines, at, cues.length > 0);
    at = block.next;
    const isBeforeCues = cues.length === 0;
    if (block.cue) cues.push(block.cue);
    else if (block.kind === 'style') styles.push(block.text);
    else if (block.kind === 'region') addRegion(regions, block.text);
    // Some packagers leave an empty line above it, where a browser takes it for a comment or for an identifier.
    if (isBeforeCues) map ??= readMap(block.cue?.id ?? block.text.split('\n', 1)[0] ?? '');
    if (block.cue?.id.startsWith(mapName) === true) block.cue.id = '';
  }
  return { ...(map && { map }), cues, styles, regions };
}

/** The lines behind the signature, up to an empty one or to the first cue. */
function readHeader(lines: readonly string[]): { at: number; map: TimestampMap | undefined } {
  let map: TimestampMap | undefined;
  for (let at = 1; ; at++) {
    const line = lines[at] ?? '';
    if (line === '' || line.includes(arrow)) return { at, map };
    map ??= readMap(line);
  }
}

interface Block {
  cue?: Cue;
  /** What the lines are where they are no cue; `other` is a comment or broken. */
  kind: 'style' | 'region' | 'other';
  text: string;
  /** The line behind the block. */
  next: number;
}

/** WebVTT §6.2, "collect a WebVTT block". */
function readBlock(lines: readonly string[], start: number, hasCues: boolean): Block {
  let at = start;
  let cue: Cue | undefined;
  let kind: Block['kind'] = 'other';
  let hasArrow = false;
  let kept: string[] = [];
  for (let count = 1; at < lines.length; count++) {
    const line = lines[at] ?? '';
    if (line.includes(arrow)) {
      // Any later one begins a block of its own.
      if (count > 2 || (count === 2 && hasArrow)) break;
      hasArrow = true;
      cue = readTimings(line, kept.join('\n'));
      if (cue) kept = [];
      at++;
      continue;
    }
    at++;
    if (line === '') break;
    if (count === 2 && !hasCues) {
      kind = kindOf(kept[0] ?? '');
      if (kind !== 'other') kept = [];
    }
    kept.push(line);
  }
  const text = kept.join('\n');
  if (cue) cue.text = text;
  return { ...(cue && { cue }), kind, text, next: at };
}

function kindOf(firstLine: string): Block['kind'] {
  if (/^STYLE[\t\f ]*$/.test(firstLine)) return 'style';
  return /^REGION[\t\f ]*$/.test(firstLine) ? 'region' : 'other';
}

/** WebVTT §6.3, "collect WebVTT cue timings and settings". */
function readTimings(line: string, id: string): Cue | undefined {
  const start = scanTimestamp(line, skipSpace(line, 0));
  if (!start) return undefined;
  const arrowAt = skipSpace(line, start.end);
  if (!line.startsWith(arrow, arrowAt)) return undefined;
  const end = scanTimestamp(line, skipSpace(line, arrowAt + arrow.length));
  if (!end) return undefined;
  const settings = normaliseSettings(line.slice(end.end));
  return { startTicks: start.ticks, endTicks: end.ticks, id, settings, text: '' };
}

const space = /[\t\f ]*/y;

function skipSpace(text: string, at: number): number {
  space.lastIndex = at;
  space.test(text);
  return space.lastIndex;
}

/** The mapping in a line of the header: LOCAL and MPEGTS in either order, LOCAL 0 where only MPEGTS is given. */
function readMap(line: string): TimestampMap | undefined {
  if (!line.startsWith(mapName)) return undefined;
  let local: number | undefined = 0;
  let mpeg: number | undefined;
  for (const part of line.slice(mapName.length).split(',')) {
    const colon = part.indexOf(':');
    const [name, value] = [part.slice(0, colon).trim(), part.slice(colon + 1).trim()];
    if (name === 'LOCAL') local = parseTimestamp(value);
    // Values of more than 33 bits are seen where packagers do not let them start over.
    if (name === 'MPEGTS' && /^\d{1,20}$/.test(value)) mpeg = Number(BigInt(value) % BigInt(mpegWrapTicks));
  }
  return local === undefined || mpeg === undefined ? undefined : { localTicks: local, mpegTicks: mpeg };
}

function addRegion(regions: Map<string, string>, block: string): void {
  const region = readRegion(block);
  if (region) regions.set(region.id, region.settings);
}
