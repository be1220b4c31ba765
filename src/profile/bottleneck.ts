import type { Slot } from './timeline.ts';

/** What the time of a download can go to, in the order in which they are told. */
export const CAUSES = [
  'origin',
  'bandwidth',
  'connections',
  'flowControl',
  'cpu',
  'decrypt',
  'disk',
  'order',
  'rate',
  'backOff',
  'live',
  'finishing',
] as const;

/**
 * `origin`: for its answers to begin; `bandwidth`: for bytes of bodies; `connections`: for answers, while more requests at once were
 * not allowed; `flowControl`: for an HTTP/2 window; `cpu`: the engine's thread was busy; `decrypt`: with a cipher; `disk`: waiting
 * for the disk; `order`: for an earlier fragment; `rate`: for the rate that is set; `backOff`: before another try; `live`: for the
 * broadcast; `finishing`: after the last fragment.
 */
export type Cause = (typeof CAUSES)[number];

/** Time of each cause, in milliseconds; absent where there was none. */
export type Times = Partial<Record<Cause, number>>;

/** What a download was limited by; `share` of its time, 0 to 1. */
export interface Bottleneck {
  kind: Cause;
  share: number;
}

/** What was seen of a stretch of time. Milliseconds. */
export interface Stretch {
  lengthMs: number;
  /** The engine's thread did not wait for events. */
  activeMs: number;
  /** Of these it had no processor for another reason than that others had them: it waited inside a call. Absent where unknown. */
  blockedMs?: number;
  decryptMs: number;
  /** In calls that write. */
  writeMs: number;
  /** All requests for fragments in each stage, added up; absent before the first is fetched. */
  stageMs?: { connecting: number; firstByte: number; body: number; order: number; rate: number; backOff: number };
  /** More requests at once were not allowed. */
  isWidthBinding: boolean;
  /** HTTP/2 windows bounded what bodies brought. */
  isFlowControlled: boolean;
  isLive: boolean;
}

/**
 * What the time of a stretch went to: what the thread did while it was busy, and while it was idle what the requests waited for, each of
 * them alike. Adds up to its length.
 */
export function causesOf(stretch: Stretch): Times {
  const { lengthMs, decryptMs, writeMs, blockedMs } = stretch;
  const activeMs = Math.min(stretch.activeMs, lengthMs);
  const disk = Math.min(writeMs, blockedMs ?? writeMs, activeMs);
  const decrypt = Math.min(decryptMs, activeMs - disk);
  const times: Times = {};
  add(times, 'disk', disk);
  add(times, 'decrypt', decrypt);
  add(times, 'cpu', activeMs - disk - decrypt);
  addIdle(times, lengthMs - activeMs, stretch);
  return times;
}

function addIdle(times: Times, idleMs: number, { stageMs, isWidthBinding, isFlowControlled, isLive }: Stretch): void {
  if (stageMs === undefined) {
    add(times, 'origin', idleMs);
    return;
  }
  const { connecting, firstByte, body, order, rate, backOff } = stageMs;
  const all = connecting + firstByte + body + order + rate + backOff;
  if (all <= 0) {
    add(times, isLive ? 'live' : 'finishing', idleMs);
    return;
  }
  const perMs = idleMs / all;
  add(times, isWidthBinding ? 'connections' : 'origin', (connecting + firstByte) * perMs);
  add(times, isFlowControlled ? 'flowControl' : 'bandwidth', body * perMs);
  add(times, 'order', order * perMs);
  add(times, 'rate', rate * perMs);
  add(times, 'backOff', backOff * perMs);
}

function add(times: Times, cause: Cause, ms: number): void {
  if (ms > 0) times[cause] = (times[cause] ?? 0) + ms;
}

/** What the time between two moments of a timeline went to. */
export function timesBetween(slots: readonly Slot[], fromMs = 0, toMs = Infinity): Times {
  const times: Times = {};
  let startMs = 0;
  for (const { endMs, time } of slots) {
    const share = (Math.min(endMs, toMs) - Math.max(startMs, fromMs)) / (endMs - startMs);
    startMs = endMs;
    if (!(share > 0)) continue;
    for (const [cause, ms] of Object.entries(time) as [Cause, number][]) add(times, cause, ms * share);
  }
  return times;
}

/** What most of the time went to. Undefined where there was none. */
export function bottleneckOf(times: Times): Bottleneck | undefined {
  const all = CAUSES.reduce((sum, cause) => sum + (times[cause] ?? 0), 0);
  const kind = CAUSES.reduce((most, cause) => ((times[cause] ?? 0) > (times[most] ?? 0) ? cause : most));
  if (all <= 0) return undefined;
  return { kind, share: Math.round((100 * (times[kind] ?? 0)) / all) / 100 };
}
