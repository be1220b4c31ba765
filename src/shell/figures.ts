const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A size for people, in decimal units with at most three digits: `812 MB`, `3.2 GB`. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  // 999.5 would round to 1000.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 9.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}

/** A speed for people: `812 MB/s`. */
export function formatSpeed(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** Bits per second for people: `20.0 Mbit/s`. */
export function formatBitrate(bitsPerSecond: number): string {
  return bitsPerSecond >= 999_500
    ? `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s`
    : `${(bitsPerSecond / 1000).toFixed(0)} kbit/s`;
}

/** How long something took: `120 ms`, `3.9 s`, `2:05`, `1:02:05`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.max(0, milliseconds).toFixed(0)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  return formatClock(milliseconds / 1000);
}

/** Seconds as a clock: `0:03`, `12:40`, `1:02:05`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = `${String(minutes).padStart(hours > 0 ? 2 : 1, '0')}:${String(rest).padStart(2, '0')}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}

/** A share (0 to 1) for people: `18 %`. Never 100 % before it is whole. */
export function formatShare(share: number): string {
  const percent = share >= 1 ? 100 : Math.min(99, Math.round(share * 100));
  return `${Math.max(0, percent)} %`;
}

/** Done in parts of the whole, 0 to 1; nothing of nothing is 0. */
export function shareOf(done: number, total: number): number {
  return total > 0 ? Math.min(1, done / total) : 0;
}
