/** When a transfer is asked for a second time. Times in milliseconds. */
export interface HedgeRules {
  /** How often transfers are looked at. */
  tickMs: number;
  /** How long a body is watched before its pace is known. */
  observedMs: number;
  /** How long an answer is waited for at least. */
  silentMs: number;
  /** How many times as long as a new request it has to take; the smaller one where others have nothing left to do. */
  factor: number;
  lastFactor: number;
  /** What is won at least, likewise. */
  gainMs: number;
  lastGainMs: number;
  /** Pieces of news about other transfers without which nothing is slow. */
  peers: number;
  /**
   * Bytes that may come twice, as a share of all that came: below 2 %, for what is on its way when an exchange is
   * dropped comes on top. And what is always allowed.
   */
  extraShare: number;
  extraBytes: number;
  /** Most bytes of one transfer that wait in memory. */
  heldBytes: number;
}

export const defaultHedgeRules: HedgeRules = {
  tickMs: 25,
  observedMs: 100,
  silentMs: 250,
  factor: 3,
  lastFactor: 2,
  gainMs: 150,
  lastGainMs: 50,
  peers: 3,
  extraShare: 0.015,
  extraBytes: 64 * 1024,
  heldBytes: 16 * 1024 * 1024,
};

/**
 * How a second request goes: `first` while there is no answer at all, the first one wins; `rest` for what is missing, by
 * range; `whole` where the origin has no validator to join two answers by.
 */
export type HedgeKind = 'first' | 'rest' | 'whole';

/** A transfer under way. */
export interface Runner {
  kind: HedgeKind;
  /** Its answer has begun. */
  hasAnswer: boolean;
  /** Since its request. */
  waitedMs: number;
  /** Bytes that its reader has had, and those to come as far as is known. */
  deliveredBytes: number;
  remainingBytes: number;
  /** Of its body lately; absent while that is not known. */
  bytesPerSecond?: number | undefined;
  /** Its own reader has stopped it. */
  isPaused: boolean;
}

/** How transfers go at the moment: medians. */
export interface Peers {
  /** Of how many the pace is known, and of how many the time to the first byte. */
  paces: number;
  answers: number;
  firstByteMs: number;
  bytesPerSecond: number;
  bodyBytes: number;
}

export interface Situation {
  /** Some of those who fetch have nothing left to do. */
  hasIdleLanes: boolean;
  /** Transfers under way, and second requests among them. */
  running: number;
  hedges: number;
  /** Bytes that may still come twice. */
  spareBytes: number;
}

export type HedgeDecision =
  | { action: 'hedge'; /** Bytes that will come twice, as far as can be told. */ extraBytes: number }
  | { action: 'wait'; why: 'paused' | 'unknown' | 'usual' | 'many' | 'dear' };

/** Of an answer that is dropped, on its way already. */
const underWayBytes = 16 * 1024;
/** Of an answer that comes beside another one: what there may be before it is dropped. */
const doubleAnswerBytes = 64 * 1024;
/** At most one transfer in so many has a second request. */
const runnersPerHedge = 4;

/** Decides whether a transfer has fallen so far behind its peers that asking for it again is worth it. */
export function decideHedge(runner: Runner, peers: Peers, situation: Situation, rules: HedgeRules): HedgeDecision {
  if (runner.isPaused) return { action: 'wait', why: 'paused' };
  const known = runner.hasAnswer ? peers.paces : peers.answers;
  if (known < rules.peers) return { action: 'wait', why: 'unknown' };
  const times = timesOf(runner, peers);
  if (times === undefined) return { action: 'wait', why: 'unknown' };
  const factor = situation.hasIdleLanes ? rules.lastFactor : rules.factor;
  const gainMs = situation.hasIdleLanes ? rules.lastGainMs : rules.gainMs;
  const isSilentLong = runner.hasAnswer || runner.waitedMs >= rules.silentMs;
  const isBehind = times.leftMs > factor * times.newMs && times.leftMs - times.newMs > gainMs;
  if (!isSilentLong || !isBehind) return { action: 'wait', why: 'usual' };
  if (situation.hedges >= Math.ceil(situation.running / runnersPerHedge)) return { action: 'wait', why: 'many' };
  const extraBytes = extraOf(runner, peers, times.newMs);
  const isDear = extraBytes > situation.spareBytes || isTooLarge(runner, rules);
  return isDear ? { action: 'wait', why: 'dear' } : { action: 'hedge', extraBytes };
}

/** Whether a body comes so much slower than others do that its connection is better not used again. */
export function isSlow({ bytesPerSecond, isPaused }: Runner, peers: Peers, rules: HedgeRules): boolean {
  if (bytesPerSecond === undefined || isPaused || peers.paces < rules.peers) return false;
  return bytesPerSecond * rules.factor < peers.bytesPerSecond;
}

/** How long it will take yet, and how long a new request would: its connection has to be made first. */
function timesOf(runner: Runner, peers: Peers): { leftMs: number; newMs: number } | undefined {
  const answerMs = 2 * peers.firstByteMs;
  // Who has waited for long will wait for long.
  if (!runner.hasAnswer) return { leftMs: runner.waitedMs, newMs: answerMs };
  if (runner.bytesPerSecond === undefined) return undefined;
  const bytes = runner.kind === 'rest' ? runner.remainingBytes : runner.remainingBytes + runner.deliveredBytes;
  const leftMs = (runner.remainingBytes * 1000) / runner.bytesPerSecond;
  return { leftMs, newMs: answerMs + (bytes * 1000) / peers.bytesPerSecond };
}

function extraOf(runner: Runner, { firstByteMs, bodyBytes }: Peers, newMs: number): number {
  const bytesPerMs = (runner.bytesPerSecond ?? 0) / 1000;
  switch (runner.kind) {
    case 'first':
      return bodyBytes === 0 ? doubleAnswerBytes : Math.min(bodyBytes, doubleAnswerBytes);
    case 'rest':
      return Math.ceil(bytesPerMs * 2 * firstByteMs) + underWayBytes;
    case 'whole':
      return runner.deliveredBytes + Math.ceil(bytesPerMs * newMs) + underWayBytes;
  }
}

function isTooLarge({ kind, deliveredBytes, remainingBytes }: Runner, { heldBytes }: HedgeRules): boolean {
  return kind === 'whole' && deliveredBytes + remainingBytes > heldBytes;
}
