import { randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { prepareArm, type PreparedArm, type Programs } from '../arms/prepareArm.ts';
import type { Claim, ProfilableClaim, TestableClaim } from '../claim.ts';
import { EvidenceError } from '../errors.ts';
import { declareNamedPairs } from '../namedPairs.ts';
import { startOrigin } from '../origin/start.ts';
import { ARM_ROLES, type ArmRole, type RunRecord } from '../runRecord.ts';
import { nextDeclaration, nextStep, runsOf, type RunOrder } from '../schedule.ts';
import { rolesOf, type ArmFacts, type TestHead, type TestRecord } from '../testRecord.ts';
import { judgeTest } from '../verdict.ts';
import { lockTest } from './lockTest.ts';
import { describeMachine } from './machineFacts.ts';
import { countAllocations, type AllocationFindings } from './countAllocations.ts';
import { profileArm, type ProfileFindings } from './profileArm.ts';
import { RecordFile } from './recordFile.ts';
import { runArm, type Findings, type Stage } from './runArm.ts';
import { prepareWorkload, type PreparedWorkload } from './workload.ts';

/** What is tested, and how. */
export interface TestSetting<Tested extends Claim = TestableClaim> {
  claim: Tested;
  /** Absolute path of the claim's file: its arms are started in its folder. */
  claimFile: string;
  /** Where the record and the profiles are kept; a test goes on from what it finds there. */
  folder: string;
  programs: Programs;
  /** Folder of the jobs that a workload may name by their ids. */
  jobs?: string;
  /** So many pairs and no more, whatever the noise; at least six. For a test whose pairs can be seen already it is refused, unless it began with it. */
  pairs?: number;
  /** The command that does it all again. */
  reproduce: string;
  /** Aborting it stops the test; the runs so far are kept. */
  signal: AbortSignal;
  /** Before each run, with what there is so far. */
  onRun: (order: RunOrder, record: TestRecord) => void;
}

type Arms = Readonly<Partial<Record<ArmRole, PreparedArm>>>;

/**
 * Makes all runs that a claim's verdict needs and resolves to their record; what an earlier call left is gone on with. Nothing is asked here:
 * who calls has had the commands of the arms confirmed.
 *
 * @throws {EvidenceError} CLAIM_RUN where the test cannot be brought to an end, CLAIM_RECORD, CLAIM_UNTESTABLE; the signal's reason
 */
export async function testClaim(setting: TestSetting): Promise<TestRecord> {
  return withTest(setting, async (file, arms, stage, session) => {
    const named = setting.pairs === undefined ? undefined : declareNamedPairs(file.record, setting.pairs);
    if (named !== undefined) await file.append(named);
    for (;;) {
      const step = nextStep(file.record, session);
      switch (step.do) {
        case 'run':
          await makeRun(step.run, setting, { file, arms, stage });
          break;
        case 'declare':
          await file.append(step.declaration);
          break;
        case 'stop':
          throw new EvidenceError('CLAIM_RUN', `The test cannot be brought to an end: ${step.why}.`, {
            hint: 'Its runs are kept; the first line of each failure is among them.',
          });
        case 'judge': {
          const more = goesOn(setting, file.record) ? nextDeclaration(file.record) : undefined;
          if (more === undefined) return file.record;
          await file.append(more);
        }
      }
    }
  });
}

/** Runs each arm of the claim once with a profiler attached, where that was not done before, and nothing else; otherwise as `testClaim`. */
export async function profileClaim(setting: TestSetting<ProfilableClaim>): Promise<TestRecord> {
  return withTest(setting, async (file, arms, stage, session) => {
    for (const arm of rolesOf(file.record.head)) {
      const runs = runsOf(file.record);
      const own = runs.filter((run) => run.kind === 'profile' && run.arm === arm);
      if (own.some(({ profile }) => profile !== undefined)) continue;
      const attempt = 1 + own.length;
      const order = { kind: 'profile', arm, sequence: runs.length, session, pair: 0, attempt, position: 0 } as const;
      await makeRun(order, setting, { file, arms, stage });
      const { discount } = runsOf(file.record).at(-1) ?? {};
      if (discount === undefined) continue;
      throw new EvidenceError('CLAIM_RUN', `The ${arm} could not be profiled: ${discount.detail}.`, {
        hint: 'Profiles need perf on Linux, or an arm of the engine.',
      });
    }
    return file.record;
  });
}

/** Whether another batch is made for a claim that is still open. */
function goesOn({ pairs }: TestSetting, record: TestRecord): boolean {
  return pairs === undefined && judgeTest(record)?.state === 'inconclusive';
}

interface Tools {
  file: RecordFile;
  arms: Arms;
  stage: Stage;
}

async function makeRun(
  order: RunOrder,
  setting: TestSetting<ProfilableClaim>,
  { file, arms, stage }: Tools,
): Promise<void> {
  setting.onRun(order, file.record);
  const arm = arms[order.arm];
  if (arm === undefined) throw new RangeError(`the claim has no ${order.arm}`);
  const found = await findingsOf(order, arm, stage, setting.folder);
  const run: RunRecord = { type: 'run', ...order, ...found };
  await file.append(run);
}

function findingsOf(
  { kind, arm: role }: RunOrder,
  arm: PreparedArm,
  stage: Stage,
  folder: string,
): Promise<Findings | ProfileFindings | AllocationFindings> {
  switch (kind) {
    case 'profile':
      return profileArm(arm, stage, folder, role);
    case 'allocations':
      return countAllocations(arm, stage);
    case 'warmUp':
    case 'timed':
      return runArm(arm, stage);
  }
}

async function withTest(
  setting: TestSetting<ProfilableClaim>,
  body: (file: RecordFile, arms: Arms, stage: Stage, session: number) => Promise<TestRecord>,
): Promise<TestRecord> {
  const { claim, claimFile, folder, programs, jobs, signal } = setting;
  const home = dirname(claimFile);
  const lock = await lockTest(folder);
  const scratch = await mkdtemp(join(tmpdir(), 'hotframe-claim-'));
  try {
    const arms: Partial<Record<ArmRole, PreparedArm>> = {};
    for (const role of ARM_ROLES) {
      const arm = claim[role];
      if (arm !== undefined) arms[role] = await prepareArm(arm, home, programs);
    }
    const workload = await prepareWorkload(claim.workload, home, jobs);
    const file = await RecordFile.open(folder, await headOf(setting, arms, workload, scratch));
    const session = 1 + Math.max(-1, ...runsOf(file.record).map((run) => run.session));
    await using origin = await startOrigin(workload.stream, programs.origin);
    const { ca } = origin.address;
    const caFile = join(scratch, 'ca.pem');
    if (ca !== undefined) await writeFile(caFile, ca);
    const { right, timeoutMs } = workload;
    const stage = { scratch, folder: home, origin, right, timeoutMs, signal, ...(ca === undefined ? {} : { caFile }) };
    return await body(file, arms, stage, session);
  } finally {
    await rm(scratch, { recursive: true, force: true });
    await lock.release();
  }
}

async function headOf(
  { claim, reproduce }: TestSetting<ProfilableClaim>,
  arms: Arms,
  workload: PreparedWorkload,
  scratch: string,
): Promise<TestHead> {
  const facts: Partial<Record<ArmRole, ArmFacts>> = {};
  for (const role of ARM_ROLES) if (arms[role] !== undefined) facts[role] = arms[role].facts;
  const machine = await describeMachine(scratch, true);
  const surroundings = ARM_ROLES.flatMap((role) => facts[role]?.versions ?? []);
  return {
    type: 'test',
    schema: 1,
    claim,
    workloadHash: workload.hash,
    workload: workload.words,
    seed: randomInt(2 ** 32),
    startedAt: new Date().toISOString(),
    arms: facts,
    machine: { ...machine, versions: [...new Set([...machine.versions, ...surroundings])] },
    reproduce,
  };
}
