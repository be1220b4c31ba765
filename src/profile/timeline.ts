import type { Cause } from './bottleneck.ts';

/** What a timeline adds up over each of its slots. */
export const SUMS = [
  'cpuUserMs',
  'cpuSystemMs',
  'threadCpuMs',
  'activeMs',
  'gcMs',
  'decryptMs',
  'writeMs',
  'diskMs',
  'receivedBytes',
  'connectingMs',
  'firstByteMs',
  'bodyMs',
  'orderMs',
  'rateMs',
  'backOffMs',
] as const;

/** Of what a timeline keeps the highest value in each of its slots. */
export const PEAKS = [
  'rssBytes',
  'heapUsedBytes',
  'externalBytes',
  'arrayBuffersBytes',
  'loopDelayMs',
  'expectedBytes',
  'heldBytes',
  'queued',
  'unplaced',
] as const;

/** Processor time of the process; of the engine's thread; how long that was not waiting for events; … in calls that wrote, and of these … waiting for the disk. */
export type Sum = (typeof SUMS)[number];
export type Peak = (typeof PEAKS)[number];

/** One slot: what happened since the one before. Milliseconds and bytes. */
export interface Slot {
  /** Since the beginning of the timeline. */
  endMs: number;
  sums: Record<Sum, number>;
  peaks: Record<Peak, number>;
  /** What the time went to: adds up to the slot's length. Causes without time may be absent. */
  time: Partial<Record<Cause, number>>;
}

/** How one fragment went. Milliseconds; `startMs` since the beginning of the timeline, the rest one after the other. */
export interface FragmentSpan {
  /** `main`, or the rendition's name. */
  stream: string;
  /** Place in its stream, from 0. */
  index: number;
  /** When its turn came. */
  startMs: number;
  delayMs: number;
  connectMs: number;
  /** Without the time to connect. */
  firstByteMs: number;
  /** Without the time in which it was stopped. */
  bodyMs: number;
  rateMs: number;
  pausedMs: number;
  /** Of the body's time, on the engine's thread. */
  decryptMs: number;
  /** Whole, and without its place in the file. */
  orderMs: number;
  /** Of the body's time, or behind `orderMs`. */
  writeMs: number;
  bytes: number;
  chunks: number;
  buffers: number;
  tries: number;
}

/** How a download went, as it is kept with a profile of it. */
export interface Timeline {
  schema: 1;
  /** What 0 of its times is on the clock of the profile, in microseconds; absent where that has none. */
  originUs?: number;
  slots: Slot[];
  fragments: FragmentSpan[];
  /** Fragments that are not listed, for there were too many. */
  omittedFragments: number;
}

/** Puts two slots that follow each other into one. */
export function joinSlots(first: Slot, second: Slot): Slot {
  const time: Slot['time'] = { ...first.time };
  for (const [cause, ms] of Object.entries(second.time) as [Cause, number][]) time[cause] = (time[cause] ?? 0) + ms;
  return {
    endMs: second.endMs,
    sums: record(SUMS, (name) => first.sums[name] + second.sums[name]),
    peaks: record(PEAKS, (name) => Math.max(first.peaks[name], second.peaks[name])),
    time,
  };
}

/** Slots in bounded memory: when there are too many, each two become one. */
export class SlotStore {
  readonly #most: number;
  #slots: Slot[] = [];
  /** So many of what is added become one slot. */
  #width = 1;
  #open: Slot | undefined;
  #count = 0;

  /** @param most an even number. */
  constructor(most: number) {
    this.#most = most;
  }

  add(slot: Slot): void {
    this.#open = this.#open ? joinSlots(this.#open, slot) : slot;
    this.#count++;
    if (this.#count < this.#width) return;
    this.#slots.push(this.#open);
    this.#open = undefined;
    this.#count = 0;
    if (this.#slots.length < this.#most) return;
    this.#slots = halve(this.#slots);
    this.#width *= 2;
  }

  /** All there are, the one that is not full included. */
  list(): Slot[] {
    return this.#open ? [...this.#slots, this.#open] : [...this.#slots];
  }
}

function halve(slots: readonly Slot[]): Slot[] {
  const half: Slot[] = [];
  for (let at = 0; at + 1 < slots.length; at += 2) half.push(joinSlots(slots[at] as Slot, slots[at + 1] as Slot));
  return half;
}

/** A record of these names. */
export function record<T extends string>(names: readonly T[], value: (name: T) => number): Record<T, number> {
  return Object.fromEntries(names.map((name) => [name, value(name)])) as Record<T, number>;
}

/** From when the fragment's turn came until it was in the file. Milliseconds of the timeline. */
export function endOf(span: FragmentSpan): number {
  const { startMs, delayMs, connectMs, firstByteMs, bodyMs, rateMs, pausedMs, orderMs } = span;
  return startMs + delayMs + connectMs + firstByteMs + bodyMs + rateMs + pausedMs + orderMs;
}
