import type { TimeRange } from './timeAxis.ts';

/** A mark on a scale of time. */
export interface Tick {
  atUs: number;
  label: string;
}

/** Marks need that much room, in pixels. */
const TICK_ROOM_PX = 90;

const UNITS = [
  { name: 's', us: 1e6 },
  { name: 'ms', us: 1e3 },
  { name: 'µs', us: 1 },
] as const;

/** Marks at round times for a stretch that is so many pixels wide, with as many digits as their distance needs. */
export function ticksOf({ fromUs, toUs }: TimeRange, widthPx: number): Tick[] {
  const lengthUs = toUs - fromUs;
  const most = Math.floor(widthPx / TICK_ROOM_PX);
  if (!(lengthUs > 0) || most < 1) return [];
  const stepUs = roundUp(lengthUs / most);
  const ticks: Tick[] = [];
  for (let index = Math.ceil(fromUs / stepUs); index * stepUs <= toUs; index += 1) {
    ticks.push({ atUs: index * stepUs, label: formatTime(index * stepUs, stepUs) });
  }
  return ticks;
}

/** A time since the beginning, told to within `stepUs`: `1.250 s`, `380 ms`. */
export function formatTime(timeUs: number, stepUs: number): string {
  const size = Math.max(Math.abs(timeUs), stepUs);
  const unit = UNITS.find(({ us }) => size >= us) ?? { name: 'µs', us: 1 };
  const digits = Math.min(9, Math.max(0, Math.ceil(-Math.log10(stepUs / unit.us) - 1e-9)));
  return `${(timeUs / unit.us).toFixed(digits)}\u202f${unit.name}`;
}

/** The next of 1, 2, 5, 10, … */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5].find((factor) => factor * power >= value * (1 - 1e-9)) ?? 10;
  return step * power;
}
