import { fileName, FRAGMENT_S } from '../streams/stream.ts';
import { PARTS } from './clock.ts';
import type { LiveSettings } from './settings.ts';
import type { View } from './timeline.ts';

/** Fragments before the end whose parts are still listed: three target durations. */
const PARTED_FRAGMENTS = 3;
/** RFC 8216bis §4.4.3.8: at least so many target durations. */
const SKIP_TARGETS = 6;
const EPOCH_MS = Date.UTC(2024, 0, 1);

/** What a live playlist says at one time, and to whom. */
export interface LiveListing {
  view: View;
  settings: LiveSettings;
  isEvent: boolean;
  /** A delta update is asked for: `YES`, or `v2`. */
  wantsSkip: string | undefined;
  /** URIs of the playlists of the other renditions. */
  others: readonly string[];
  /** WebVTT instead of media. */
  isText?: boolean;
  /** Seconds that each is said to last, where they are not alike. */
  durationAt?: (index: number) => number;
  /** Where a part lies in its fragment as it is sent. */
  boundsOf: (index: number, part: number) => { start: number; end: number };
}

/** Seconds that a fragment is said to last. */
export function durationOf({ durationS, targetS = 2 }: LiveSettings): number {
  return durationS ?? Math.min(FRAGMENT_S, Math.max(targetS, 0.5) * 0.96);
}

/** How many of the listed fragments EXT-X-SKIP stands for in a delta update (RFC 8216bis §6.2.5.1). */
export function skippedOf({ view, settings, wantsSkip }: LiveListing): number {
  if (settings.skip !== true || wantsSkip === undefined) return 0;
  const kept = Math.ceil((SKIP_TARGETS * (settings.targetS ?? 2)) / durationOf(settings));
  return Math.max(view.end - view.first - kept, 0);
}

/** The text of a live playlist at one time. */
export function livePlaylist(listing: LiveListing): string {
  const { view, settings, wantsSkip, durationAt = () => durationOf(settings) } = listing;
  const skipped = skippedOf(listing);
  const lines = headOf(listing);
  const isLean = skipped > 0 && settings.skipRanges === true && wantsSkip === 'v2';
  if (skipped > 0) lines.push(`#EXT-X-SKIP:SKIPPED-SEGMENTS=${skipped}${isLean ? removedRanges(listing) : ''}`);
  lines.push(...rangeLines(listing, isLean ? skipped : 0));
  for (let index = view.first + skipped; index < view.end; index++) {
    const name = listing.isText === true ? fileName(index, 'vtt') : liveName(settings, index);
    lines.push(...fragmentLines(listing, index), `#EXTINF:${durationAt(index)},`, name);
  }
  if (settings.parts === true) lines.push(...tipLines(listing));
  if (view.hasEnded) lines.push('#EXT-X-ENDLIST');
  return lines.join('\n') + '\n';
}

/** The file name of a fragment, or of one of its parts. */
export function liveName({ mp4 = false }: LiveSettings, index: number, part?: number): string {
  const extension = mp4 ? 'm4s' : 'ts';
  return fileName(index, part === undefined ? extension : `${part}.${extension}`);
}

function headOf({ view, settings, isEvent }: LiveListing): string[] {
  const { targetS = 2, parts = false, blocking = false, skip = false, skipRanges = false } = settings;
  const control = [
    ...(blocking ? ['CAN-BLOCK-RELOAD=YES'] : []),
    ...(skip ? [`CAN-SKIP-UNTIL=${SKIP_TARGETS * targetS}`] : []),
    ...(skipRanges ? ['CAN-SKIP-DATERANGES=YES'] : []),
    ...(parts ? [`PART-HOLD-BACK=${exact((3 * durationOf(settings)) / PARTS)}`] : []),
  ];
  return [
    '#EXTM3U',
    `#EXT-X-VERSION:${skipRanges ? 10 : skip ? 9 : 6}`,
    `#EXT-X-TARGETDURATION:${targetS}`,
    ...(control.length === 0 ? [] : [`#EXT-X-SERVER-CONTROL:${control.join()}`]),
    ...(parts ? [`#EXT-X-PART-INF:PART-TARGET=${exact(durationOf(settings) / PARTS)}`] : []),
    `#EXT-X-MEDIA-SEQUENCE:${view.mediaSequence}`,
    ...(view.discontinuitySequence > 0 ? [`#EXT-X-DISCONTINUITY-SEQUENCE:${view.discontinuitySequence}`] : []),
    ...(isEvent ? ['#EXT-X-PLAYLIST-TYPE:EVENT'] : []),
  ];
}

/** The date ranges of the listed fragments but for the first `left`. */
function rangeLines({ view, settings }: LiveListing, left: number): string[] {
  return rangesIn(settings, view.first + left, view.end).map((index) => {
    const isOver = index + 1 < view.end;
    const duration = isOver ? `,DURATION=${durationOf(settings)}` : '';
    return `#EXT-X-DATERANGE:ID="${rangeId(index)}",START-DATE="${dateOf(settings, index)}"${duration}`;
  });
}

/** Those that the window has left lately. */
function removedRanges({ view, settings }: LiveListing): string {
  const removed = rangesIn(settings, Math.max(view.first - SKIP_TARGETS, 0), view.first).map(rangeId);
  return removed.length === 0 ? '' : `,RECENTLY-REMOVED-DATERANGES="${removed.join('\t')}"`;
}

function rangesIn({ ranges }: LiveSettings, from: number, end: number): number[] {
  if (ranges === undefined) return [];
  return Array.from({ length: Math.max(end - from, 0) }, (_, place) => from + place).filter((at) => at % ranges === 0);
}

function rangeId(index: number): string {
  return `range-${index}`;
}

function dateOf(settings: LiveSettings, index: number): string {
  return new Date(EPOCH_MS + Math.round(index * durationOf(settings) * 1000)).toISOString();
}

/** What stands before the EXTINF of a fragment, or before its first part. */
function openingLines({ view, settings }: LiveListing, index: number): string[] {
  const isFirst = index === view.first;
  return [
    ...(settings.discontinuity?.includes(index) === true ? ['#EXT-X-DISCONTINUITY'] : []),
    ...(isFirst && settings.aes === true ? ['#EXT-X-KEY:METHOD=AES-128,URI="key-0.bin"'] : []),
    ...(isFirst && settings.mp4 === true ? ['#EXT-X-MAP:URI="init.mp4"'] : []),
    ...(settings.dates === true || settings.ranges !== undefined
      ? [`#EXT-X-PROGRAM-DATE-TIME:${dateOf(settings, index)}`]
      : []),
  ];
}

function fragmentLines(listing: LiveListing, index: number): string[] {
  const hasParts = listing.settings.parts === true && index >= listing.view.end - PARTED_FRAGMENTS;
  return [
    ...openingLines(listing, index),
    ...(hasParts ? partLines(listing, index, PARTS) : []),
    ...(isGap(listing.settings, index) ? ['#EXT-X-GAP'] : []),
  ];
}

/** The parts of the fragment that is still to come, a hint for the next, and how far the others are. */
function tipLines(listing: LiveListing): string[] {
  const { view, others } = listing;
  const last = view.parts > 0 ? [view.end, view.parts - 1] : [view.end - 1, PARTS - 1];
  const sequence = view.mediaSequence + last[0]! - view.first;
  return [
    ...(view.parts > 0 ? [...openingLines(listing, view.end), ...partLines(listing, view.end, view.parts)] : []),
    ...(view.hasHint ? [hintLine(listing)] : []),
    ...others.map((uri) => `#EXT-X-RENDITION-REPORT:URI="${uri}",LAST-MSN=${sequence},LAST-PART=${last[1]!}`),
  ];
}

/** Of a range its beginning: nobody knows yet how long the part will be. */
function hintLine({ view, settings, boundsOf }: LiveListing): string {
  const name = liveName(settings, view.end, settings.partRanges === true ? undefined : view.parts);
  const range = settings.partRanges === true ? `,BYTERANGE-START=${boundsOf(view.end, view.parts).start}` : '';
  return `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${name}"${range}`;
}

function partLines({ settings, boundsOf }: LiveListing, index: number, count: number): string[] {
  const durationS = exact(durationOf(settings) / PARTS);
  return Array.from({ length: count }, (_, part) => {
    const range = settings.partRanges === true ? rangeOf(boundsOf(index, part)) : '';
    const name = liveName(settings, index, settings.partRanges === true ? undefined : part);
    const isMissing = isGap(settings, index) || isGapPart(settings, index, part);
    const more = (part === 0 ? ',INDEPENDENT=YES' : '') + (isMissing ? ',GAP=YES' : '');
    return `#EXT-X-PART:DURATION=${durationS},URI="${name}"${range}${more}`;
  });
}

function rangeOf({ start, end }: { start: number; end: number }): string {
  return `,BYTERANGE="${end - start}@${start}"`;
}

/** Whether the part is announced as one that is missing. */
export function isGapPart({ gapPart = [] }: LiveSettings, index: number, part: number): boolean {
  return part === 1 && gapPart.includes(index);
}

/** Whether the fragment is announced as one that is missing. */
export function isGap({ gap = [] }: LiveSettings, index: number): boolean {
  return gap.includes(index);
}

/** Without the tail that binary fractions have. */
function exact(seconds: number): number {
  return Number(seconds.toFixed(5));
}
