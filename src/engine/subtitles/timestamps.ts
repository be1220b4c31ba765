/** Times of subtitles are counted on MPEG-2's clock, on which a millisecond of WebVTT is a whole number too. */
export const ticksPerSecond = 90_000;
export const ticksPerMs = 90;

/** Hours above this are read as this many: as ticks they would no longer be exact. */
const mostHours = 27_000_000;
export const mostTicks = mostHours * 3600 * ticksPerSecond;

const pattern = /(\d+):(\d\d)(?::(\d\d))?\.(\d{3})(?!\d)/y;

/**
 * Reads the timestamp that starts at `at` (WebVTT §6.4, "collect a WebVTT timestamp"): ticks of 90 kHz, and where it ends.
 * `undefined` where there is none.
 */
export function scanTimestamp(text: string, at: number): { ticks: number; end: number } | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, first = '', second = '', third, ms = ''] = match;
  // A number that cannot be minutes has to be hours, and hours come with minutes and seconds.
  const isHours = first.length !== 2 || Number(first) > 59;
  if (third === undefined && isHours) return undefined;
  const [hours, minutes, seconds] = third === undefined ? [0, first, second] : [first, second, third];
  if (Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const wholeSeconds = (Math.min(Number(hours), mostHours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return { ticks: wholeSeconds * ticksPerSecond + Number(ms) * ticksPerMs, end: pattern.lastIndex };
}

/** The ticks of a text that is a timestamp and nothing else. */
export function parseTimestamp(text: string): number | undefined {
  const scanned = scanTimestamp(text, 0);
  return scanned?.end === text.length ? scanned.ticks : undefined;
}

/** The nearest whole millisecond that a file can name, from 0. */
export function toMs(ticks: number): number {
  return Math.round(Math.min(Math.max(ticks, 0), mostTicks) / ticksPerMs);
}

/** Hours with at least two digits, minutes, seconds and milliseconds; WebVTT has a point before those, SRT a comma. */
export function formatTime(ms: number, separator: '.' | ','): string {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const parts = [Math.floor(minutes / 60), minutes % 60, seconds % 60].map((part) => String(part).padStart(2, '0'));
  return parts.join(':') + separator + String(ms % 1000).padStart(3, '0');
}
