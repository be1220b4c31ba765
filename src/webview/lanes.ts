import { CAUSES } from '../profile/bottleneck.ts';
import type { Slot, Timeline } from '../profile/timeline.ts';
import { CAUSE_LOOKS } from './causes.ts';
import { formatWeight } from './format.ts';
import type { Family } from './palette.ts';
import { t } from './l10n.ts';

/** One of the quantities that are piled up in a lane. */
export interface Layer {
  label: string;
  family: Family;
  /** Slot → value. */
  values: Float64Array;
}

/** A quantity over time. */
export interface Lane {
  label: string;
  layers: Layer[];
  /** The value at the lane's upper edge. */
  top: number;
  format: (value: number) => string;
}

/** A timeline as it is drawn. */
export interface LaneModel {
  /** Slot → its beginning and its end, in milliseconds. */
  startMs: Float64Array;
  endMs: Float64Array;
  lanes: Lane[];
}

const MIB = 2 ** 20;

/** The lanes of a timeline, from top to bottom. Of what it has none, there is no lane. */
export function lanesOf({ slots }: Timeline): LaneModel {
  const endMs = Float64Array.from(slots, (slot) => slot.endMs);
  const startMs = Float64Array.from(slots, (_, at) => endMs[at - 1] ?? 0);
  const layer = (label: string, family: Family, value: (slot: Slot, lengthMs: number) => number): Layer => ({
    label,
    family,
    values: Float64Array.from(slots, (slot, at) => value(slot, (endMs[at] ?? 0) - (startMs[at] ?? 0))),
  });
  const time = CAUSES.map((cause) =>
    layer(CAUSE_LOOKS[cause].label, CAUSE_LOOKS[cause].family, ({ time }, ms) => (time[cause] ?? 0) / ms),
  );
  const lanes: Lane[] = [
    { label: t('Time'), layers: time.filter(isSeen), top: 1, format: share },
    laneOf(t('CPU'), 1, share, [
      layer(t('user'), 'code', ({ sums }, ms) => sums.cpuUserMs / ms),
      layer(t('system'), 'io', ({ sums }, ms) => sums.cpuSystemMs / ms),
    ]),
    laneOf(t('Memory'), MIB, bytes, [
      layer(t('V8’s heap'), 'runtime', ({ peaks }) => peaks.heapUsedBytes),
      layer(t('external'), 'memory', ({ peaks }) => peaks.externalBytes),
      layer(t('rest of RSS'), 'other', ({ peaks }) =>
        Math.max(0, peaks.rssBytes - peaks.heapUsedBytes - peaks.externalBytes),
      ),
    ]),
    laneOf(t('Collector'), 0.05, share, [layer(t('pauses'), 'gc', ({ sums }, ms) => sums.gcMs / ms)]),
    laneOf(t('Loop delay'), 5, milliseconds, [layer(t('longest'), 'copy', ({ peaks }) => peaks.loopDelayMs)]),
    laneOf(t('Network'), MIB, rate, [layer(t('bodies'), 'io', ({ sums }, ms) => (sums.receivedBytes * 1000) / ms)]),
    laneOf(t('In flight'), MIB, bytes, [
      layer(t('to come'), 'protocol', ({ peaks }) => peaks.expectedBytes),
      layer(t('waiting for its place'), 'runtime', ({ peaks }) => peaks.heldBytes),
    ]),
    laneOf(t('Disk'), 0.05, share, [
      layer(t('waiting'), 'memory', ({ sums }, ms) => sums.diskMs / ms),
      layer(t('writing'), 'copy', ({ sums }, ms) => Math.max(0, sums.writeMs - sums.diskMs) / ms),
    ]),
    laneOf(t('Fragments'), 1, count, [
      layer(t('connecting'), 'copy', ({ sums }, ms) => sums.connectingMs / ms),
      layer(t('first byte'), 'protocol', ({ sums }, ms) => sums.firstByteMs / ms),
      layer(t('body'), 'io', ({ sums }, ms) => sums.bodyMs / ms),
      layer(t('waiting for order'), 'runtime', ({ sums }, ms) => sums.orderMs / ms),
      layer(t('held by the rate'), 'other', ({ sums }, ms) => sums.rateMs / ms),
      layer(t('back-off'), 'gc', ({ sums }, ms) => sums.backOffMs / ms),
    ]),
  ];
  return { startMs, endMs, lanes: lanes.filter(({ layers }) => layers.length > 0) };
}

/** The slot at a time, or −1. */
export function slotAt({ startMs, endMs }: LaneModel, ms: number): number {
  let [low, high] = [0, endMs.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((endMs[middle] ?? 0) > ms) high = middle;
    else low = middle + 1;
  }
  return ms >= (startMs[low] ?? Infinity) && ms <= (endMs[low] ?? -Infinity) ? low : -1;
}

/** What stands beside a lane's name: its layers in a slot, or (−1) how high it comes. */
export function readingOf({ layers, format }: Lane, slot: number): string {
  if (slot < 0) return t('up to {0}', format(peakOf(layers)));
  const seen = layers.filter(({ values }) => (values[slot] ?? 0) > 0);
  if (seen.length === 0) return format(0);
  const ranked = seen.sort((a, b) => (b.values[slot] ?? 0) - (a.values[slot] ?? 0));
  return ranked.map(({ label, values }) => `${label} ${format(values[slot] ?? 0)}`).join(', ');
}

/** @param least keeps what is next to nothing from looking like much */
function laneOf(label: string, least: number, format: Lane['format'], layers: Layer[]): Lane {
  const seen = layers.filter(isSeen);
  return { label, layers: seen, top: Math.max(least, peakOf(seen)), format };
}

function isSeen({ values }: Layer): boolean {
  return values.some((value) => value > 0);
}

function peakOf(layers: readonly Layer[]): number {
  let peak = 0;
  for (let at = 0; at < (layers[0]?.values.length ?? 0); at++) {
    peak = Math.max(
      peak,
      layers.reduce((sum, { values }) => sum + (values[at] ?? 0), 0),
    );
  }
  return peak;
}

function share(value: number): string {
  return `${Math.round(100 * value)}\u202f%`;
}

function bytes(value: number): string {
  return formatWeight(value, 'bytes');
}

function rate(value: number): string {
  return `${formatWeight(value, 'bytes')}/s`;
}

function milliseconds(value: number): string {
  return formatWeight(value * 1000, 'microseconds');
}

function count(value: number): string {
  return value.toFixed(1);
}
