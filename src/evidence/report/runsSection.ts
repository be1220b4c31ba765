import type { Arm } from '../claim.ts';
import { METRICS } from '../metrics.ts';
import { ARM_ROLES, type ArmRole, type Discount, type RunRecord } from '../runRecord.ts';
import { countedPairs, declarations, runsOf } from '../schedule.ts';
import { isOfProfile, rolesOf, type TestRecord } from '../testRecord.ts';
import { allocationsOf } from './allocationsSection.ts';
import { plain } from './markdown.ts';
import type { Report } from './report.ts';

const REASONS: Readonly<Record<Discount, string>> = {
  foreignCpu: 'other programs took processor time',
  steal: 'the hypervisor took processor time',
  throttling: 'the processors were throttled',
  origin: 'the origin was the bottleneck',
  failed: 'the program failed or its output was not right',
};

/** How many runs were made, which of them don't count and why, and what limited those that do. */
export function describeRuns(record: TestRecord): string[] {
  const runs = runsOf(record);
  const pairs = countedPairs(record);
  const count = (kind: RunRecord['kind']): number => runs.filter((run) => run.kind === kind).length;
  const profiled = count('profile');
  if (profiled === runs.length)
    return [`${profiled} ${profiled === 1 ? 'run' : 'runs'}, each with a profiler; none is timed.`];
  const discounted = runs.filter(({ kind, discount }) => ['warmUp', 'timed'].includes(kind) && discount !== undefined);
  const noisy = pairs.filter(({ isNoisy }) => isNoisy).length;
  const counting = new Set(pairs.flatMap(({ baseline, candidate }) => [baseline, candidate]));
  const lines = [
    `${runs.length} runs: ${count('warmUp')} to warm up, ${count('timed')} timed, of which ${counting.size} count in ${pairs.length} pairs, ${profiled} with a profiler and ${count('allocations')} with their allocations counted.`,
    reasonsOf(discounted.filter((run) => !counting.has(run))),
    noisy === 0
      ? ''
      : `${noisy} ${noisy === 1 ? 'pair counts' : 'pairs count'} although the machine was noisy in each of the tries.`,
    ...ARM_ROLES.map((role) =>
      bottleneckOf(
        pairs.map((pair) => pair[role]),
        role,
      ),
    ),
  ];
  return [lines.filter((line) => line !== '').join(' ')];
}

function reasonsOf(runs: readonly RunRecord[]): string {
  const byWhy = Map.groupBy(runs, ({ discount }) => discount?.why ?? 'failed');
  const parts = [...byWhy].map(([why, { length }]) => `${length} because ${REASONS[why]}`);
  return parts.length === 0 ? 'None was made again.' : `Made again, each with its pair: ${parts.join(', ')}.`;
}

/** What the run in the middle, by wall time, spent most on. */
function bottleneckOf(runs: readonly RunRecord[], role: ArmRole): string {
  const known = runs.filter(({ bottleneck }) => bottleneck !== undefined);
  const sorted = known.sort((a, b) => (a.figures.wall ?? 0) - (b.figures.wall ?? 0));
  const middle = sorted[Math.floor(sorted.length / 2)]?.bottleneck;
  return middle === undefined ? '' : `The ${role} was limited by ${plain(middle)}.`;
}

const UNTIMED = 'time, memory and all else that only timed runs of two arms tell';

/** What a reader might expect and doesn't get, a line each. */
export function describeUnmeasured({ record, verdict, profiles, lost: unread, files }: Report): string[] {
  const lost = ARM_ROLES.flatMap((role) =>
    (profiles[role]?.summary.lost ?? []).map(
      (text) => `in the profile${isOfProfile(record) ? '' : ` of the ${role}`}: ${plain(text)}`,
    ),
  );
  if (isOfProfile(record)) return [UNTIMED, ...lost, 'other streams and other versions of the program'];
  const runs = runsOf(record);
  const { claim } = record.head;
  const missing = (['not applicable', 'not measured'] as const).flatMap((why) => {
    const metrics = (verdict?.unmeasured ?? [])
      // Allocations are counted in runs of their own, whether or not a program tells them.
      .filter((one) => one.why === why && one.metric !== 'allocations')
      .map(({ metric }) => METRICS[metric].title);
    const reason = why === 'not applicable' ? ': a program has no such thing' : '';
    return metrics.length === 0 ? [] : [`${metrics.join(', ')}${reason}`];
  });
  const lostProfiles = rolesOf(record.head).flatMap((role) => {
    if (profiles[role] !== undefined) return [];
    const last = runs.findLast(({ kind, arm }) => kind === 'profile' && arm === role);
    const why = unread[role] ?? last?.discount?.detail;
    return [`the profile of the ${role}${why === undefined ? '' : `: ${plain(why)}`}`];
  });
  const timed = runs.filter(({ kind }) => kind === 'timed');
  const uncounted = rolesOf(record.head).flatMap((role) => {
    if (timed.length === 0 || allocationsOf(record, role) !== undefined) return [];
    const why = runs.findLast(({ kind, arm }) => kind === 'allocations' && arm === role)?.discount?.detail;
    return [`the allocations of the ${role}${why === undefined ? '' : `: ${plain(why)}`}`];
  });
  const unseen = (['foreignShare', 'stealShare', 'throttledShare'] as const).filter(
    (share) => timed.length > 0 && timed.every(({ noise }) => noise[share] === undefined),
  );
  const noise = { foreignShare: 'other programs', stealShare: 'the hypervisor', throttledShare: 'throttling' };
  return [
    ...(timed.length === 0 ? [UNTIMED] : []),
    ...missing,
    ...lostProfiles,
    ...uncounted,
    ...(files.diff === undefined && ARM_ROLES.every((role) => profiles[role] !== undefined)
      ? ['the difference of the profiles, which are of different kinds']
      : []),
    ...lost,
    ...(unseen.length === 0
      ? []
      : [`how much ${unseen.map((share) => noise[share]).join(' and ')} took of the machine`]),
    ...ARM_ROLES.flatMap((role) => describeHost(claim[role])),
    ...(declarations(record).at(-1)?.isCapped ? ['as many pairs as this noise asks for: a look holds no more'] : []),
    claim.workload?.kind === 'job'
      ? 'the network that the job was recorded from: its timings were served again on this machine'
      : 'any real network or origin: the stream was generated on this machine',
    'other machines, other streams and other versions of the programs',
  ];
}

/** Of such an arm nothing is known but what the whole host took. */
function describeHost(arm: Arm | undefined): string[] {
  if (arm === undefined || !('engine' in arm) || arm.runsIn !== 'extensionHost') return [];
  return [
    `what the engine alone took of the extension host: the figures of ${plain(arm.name)} are the whole host's, other extensions and the memory that they held before included`,
  ];
}
