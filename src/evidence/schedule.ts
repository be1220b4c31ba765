import { logRatios } from './effects.ts';
import { METRICS } from './metrics.ts';
import { type Pair, pairState, settledPairs, TRIES_MAX } from './pairs.ts';
import { LOOK_ALPHAS, noiseOf, PILOT_PAIRS, plannedPairs, zoneOf } from './planning.ts';
import { ARM_ROLES, type ArmRole, type RunKind, type RunRecord } from './runRecord.ts';
import type { Declaration, TestHead, TestRecord } from './testRecord.ts';

/** The run that is to be made next; what is left out of its record is what it finds. */
export type RunOrder = Pick<RunRecord, 'kind' | 'arm' | 'sequence' | 'session' | 'pair' | 'attempt' | 'position'>;

/** What is to be done next. */
export type Step =
  | { do: 'run'; run: RunOrder }
  /** Is to be kept in the record before the next run. */
  | { do: 'declare'; declaration: Declaration }
  /** All declared runs are there. */
  | { do: 'judge' }
  /** The test cannot be brought to an end. */
  | { do: 'stop'; why: string };

/**
 * The next step of a test, from its record alone: so a test goes on where it was, whatever ended it.
 *
 * Each session that makes pairs warms up each arm once before. The pairs come in blocks of two, whose four runs are ordered ABBA or BAAB as
 * the seed throws, so that neither arm has the better places. After a pilot the number of pairs is declared by its noise; when all are there
 * each arm has a run with a profiler attached, and one with its allocations counted.
 */
export function nextStep(record: TestRecord, session: number): Step {
  const runs = runsOf(record);
  const pair = pairStep(record.head, runs, session, declaredPairs(record));
  if (pair?.do === 'run') return warmUpStep(runs, session) ?? pair;
  return (
    pair ?? declareStep(record, runs) ?? profileStep(runs, session) ?? allocationsStep(runs, session) ?? { do: 'judge' }
  );
}

/** What goes on after a look that left the claim open: another batch, or undefined where the error rate is spent. */
export function nextDeclaration(record: TestRecord): Declaration | undefined {
  const last = declarations(record).at(-1);
  if (last === undefined || last.look + 1 >= LOOK_ALPHAS.length) return undefined;
  return declare(record, last.look + 1, countedPairs(record));
}

/** The runs of a record, in order. */
export function runsOf({ entries }: Pick<TestRecord, 'entries'>): RunRecord[] {
  return entries.filter((entry) => entry.type === 'run');
}

/** All declarations of a record, in order. */
export function declarations({ entries }: TestRecord): Declaration[] {
  return entries.filter((entry) => entry.type === 'declaration');
}

/** The declared pairs that count. Pairs beyond what was declared are not looked at. */
export function countedPairs(record: TestRecord): Pair[] {
  const declared = declaredPairs(record);
  return settledPairs(runsOf(record)).filter(({ pair }) => pair < declared);
}

/** How far a test is. */
export interface Progress {
  pairsDone: number;
  /** Absent while the pilot runs: nobody knows yet. */
  pairsDeclared?: number;
  /** Until the last declared run, from how long runs took so far. Absent where there are too few. */
  remainingMs?: number;
}

/** How far a test is, for people who wait. */
export function progressOf(record: TestRecord): Progress {
  const pairs = countedPairs(record);
  const declared = declarations(record).at(-1)?.pairs;
  const runs = runsOf(record);
  const runMs = medianRunMs(runs);
  const runsLeft = ((declared ?? 0) - pairs.length) * 2 + missingProfiles(runs).length;
  return {
    pairsDone: pairs.length,
    ...(declared === undefined ? {} : { pairsDeclared: declared }),
    ...(runMs === undefined || declared === undefined ? {} : { remainingMs: runsLeft * runMs }),
  };
}

/** From the start of a run to that of the next one; sessions have long breaks between them. */
function medianRunMs(runs: readonly RunRecord[]): number | undefined {
  const gaps = runs.slice(1).flatMap((run, index) => {
    const before = runs[index];
    return before?.session === run.session ? [Date.parse(run.startedAt) - Date.parse(before.startedAt)] : [];
  });
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)];
}

function declaredPairs(record: TestRecord): number {
  return declarations(record).at(-1)?.pairs ?? PILOT_PAIRS;
}

function warmUpStep(runs: readonly RunRecord[], session: number): Step | undefined {
  for (const arm of ARM_ROLES) {
    const own = runs.filter((run) => run.kind === 'warmUp' && run.arm === arm && run.session === session);
    if (own.some(isWhole)) continue;
    if (own.length < TRIES_MAX) return singleStep('warmUp', arm, own.length, runs, session);
    const why = own.at(-1)?.discount?.detail ?? '';
    return { do: 'stop', why: `the ${arm} failed in all ${TRIES_MAX} tries, at last: ${why}` };
  }
  return undefined;
}

/** Without a profile there is a verdict still, and the report says what is missing. */
function profileStep(runs: readonly RunRecord[], session: number): Step | undefined {
  const missing = missingProfiles(runs)[0];
  return missing && singleStep('profile', missing.arm, missing.tries, runs, session);
}

function missingProfiles(runs: readonly RunRecord[]): { arm: ArmRole; tries: number }[] {
  return ARM_ROLES.flatMap((arm) => {
    const own = runs.filter((run) => run.kind === 'profile' && run.arm === arm);
    return own.some(isWhole) || own.length >= TRIES_MAX ? [] : [{ arm, tries: own.length }];
  });
}

/** A program whose allocations cannot be counted is not asked twice in a session: nothing would be another. */
function allocationsStep(runs: readonly RunRecord[], session: number): Step | undefined {
  for (const arm of ARM_ROLES) {
    const own = runs.filter((run) => run.kind === 'allocations' && run.arm === arm);
    const isDone = own.some((run) => isWhole(run) || run.session === session) || own.length >= TRIES_MAX;
    if (!isDone) return singleStep('allocations', arm, own.length, runs, session);
  }
  return undefined;
}

/** Noise does no harm to runs that are not timed. */
function isWhole({ discount }: RunRecord): boolean {
  return discount?.why !== 'failed';
}

function singleStep(
  kind: Exclude<RunKind, 'timed'>,
  arm: ArmRole,
  tries: number,
  runs: readonly RunRecord[],
  session: number,
): Step {
  return order({ kind, arm, pair: 0, attempt: tries + 1, position: 0, session, sequence: runs.length });
}

function pairStep(head: TestHead, runs: readonly RunRecord[], session: number, pairs: number): Step | undefined {
  const byPair = Map.groupBy(runs, ({ pair }) => pair);
  for (let pair = 0; pair < pairs; pair++) {
    const found = pairState(pair, byPair.get(pair) ?? [], session);
    if (found.state === 'settled') continue;
    if (found.state === 'lost') return { do: 'stop', why: found.why };
    const [first, second] = armOrder(head.seed, pair);
    const [arm, position] = found.done === undefined ? ([first, 0] as const) : ([second, 1] as const);
    return order({ kind: 'timed', arm, pair, attempt: found.attempt, position, session, sequence: runs.length });
  }
  return undefined;
}

function declareStep(record: TestRecord, runs: readonly RunRecord[]): Step | undefined {
  if (declarations(record).length > 0) return undefined;
  const declaration = declare(record, 0, settledPairs(runs));
  if (declaration !== undefined) return { do: 'declare', declaration };
  const { title } = METRICS[record.head.claim.claimed.metric];
  return { do: 'stop', why: `${title} is not measured of both arms, and the claim is about it` };
}

function declare(record: TestRecord, look: number, pairs: readonly Pair[]): Declaration | undefined {
  const { claimed, smallestEffectPercent } = record.head.claim;
  const noise = noiseOf(logRatios(claimed.metric, pairs));
  if (Number.isNaN(noise)) return undefined;
  const zone = zoneOf(smallestEffectPercent);
  const planned = plannedPairs(claimed.metric, noise, zone, { look, done: pairs.length });
  return {
    ...{ type: 'declaration', look, pairs: planned.pairs, noise },
    ...(planned.isCapped ? { isCapped: true } : {}),
  };
}

/** Which arm runs first in a pair. The second pair of a block has the order of the first turned round. */
export function armOrder(seed: number, pair: number): readonly [first: ArmRole, second: ArmRole] {
  const isTurned = throwCoin(seed, Math.floor(pair / 2)) !== (pair % 2 === 1);
  return isTurned ? ['candidate', 'baseline'] : ['baseline', 'candidate'];
}

/** The coin of a block: one bit of the seed and the block's number, mixed as murmur3 does at its end. */
function throwCoin(seed: number, block: number): boolean {
  let mixed = (seed ^ Math.imul(block + 1, 0x9e3779b1)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) & 1) === 1;
}

function order(run: RunOrder): Step {
  return { do: 'run', run };
}
