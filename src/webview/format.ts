import type { Unit } from '../profile/model.ts';
import { t } from './l10n.ts';

/** Between a number and its unit, so that they never part at a line's end. */
const THIN_SPACE = '\u202f';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Whole number with thousands separators. */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** Three significant digits at most, no trailing zeros lost: `1.23`, `45.6`, `789`, `1,234`. */
function formatShort(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || value === 0) return whole.format(value);
  return value.toFixed(size >= 10 ? 1 : 2);
}

function scaled(value: number, step: number, units: readonly string[]): string {
  let index = 0;
  // Compared after rounding, or 999.9 would print as "1,000 µs" instead of "1.00 ms".
  while (index < units.length - 1 && Math.abs(Math.round(value)) >= step) {
    value /= step;
    index += 1;
  }
  return `${formatShort(value)}${THIN_SPACE}${units[index] ?? ''}`;
}

/** A weight with its unit: `1.23 s`, `45.6 ms`, `1,234 samples`, `5.4 MB`. */
export function formatWeight(weight: number, unit: Unit): string {
  switch (unit) {
    case 'microseconds':
      return Math.abs(weight) >= 999_500
        ? `${formatShort(weight / 1e6)}${THIN_SPACE}s`
        : scaled(weight, 1000, ['µs', 'ms', 's']);
    case 'bytes':
      return Math.abs(weight) < 1000
        ? `${whole.format(weight)}${THIN_SPACE}B`
        : scaled(weight, 1000, ['B', 'kB', 'MB', 'GB', 'TB']);
    case 'samples':
      return Math.round(weight) === 1 ? t('1 sample') : t('{0} samples', whole.format(weight));
    case 'count':
      return Number.isInteger(weight) ? whole.format(weight) : formatShort(weight);
  }
}

/** Share of a whole as a percentage with one decimal; what rounds to nothing but is not is `<0.1 %`. */
export function formatShare(part: number, total: number): string {
  if (!(total > 0) || part === 0) return `0${THIN_SPACE}%`;
  const percent = (100 * part) / total;
  if (percent < 0.05) return `<0.1${THIN_SPACE}%`;
  return `${percent >= 99.95 ? '100' : percent.toFixed(1)}${THIN_SPACE}%`;
}

/** Where a function is, short enough for a line: the last two segments of its file, and its line (from 1). */
export function formatPlace(file: string | undefined, line: number | undefined): string {
  if (file === undefined || file === '') return '';
  const segments = file.replace(/^file:\/\//, '').split(/[/\\]/);
  const short = segments.length > 2 ? segments.slice(-2).join('/') : segments.join('/');
  return line === undefined ? short : `${short}:${line}`;
}

/** A name at most `length` characters long, its middle left out. */
export function shorten(name: string, length: number): string {
  if (name.length <= length) return name;
  const head = Math.ceil((length - 1) / 2);
  return `${name.slice(0, head)}…${name.slice(name.length - (length - 1 - head))}`;
}
