import { randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LockedError, LockFolder, type Lock } from '../../jobs/lock.ts';
import { prepareArm, type PreparedArm, type Programs } from '../arms/prepareArm.ts';
import type { TestableClaim } from '../claim.ts';
import { EvidenceError } from '../errors.ts';
import { startOrigin } from '../origin/start.ts';
import type { ArmRole, RunRecord } from '../runRecord.ts';
import { nextDeclaration, nextStep, runsOf, type RunOrder } from '../schedule.ts';
import type { TestHead, TestRecord } from '../testRecord.ts';
import { judgeTest } from '../verdict.ts';
import { describeMachine } from './machineFacts.ts';
import { profileArm } from './profileArm.ts';
import { RecordFile } from './recordFile.ts';
import { runArm, type Stage } from './runArm.ts';
import { prepareWorkload, type PreparedWorkload } from './workload.ts';

/** What is tested, and how. */
export interface TestSetting {
  claim: TestableClaim;
  /** Absolute path of the claim's file: its arms are started in its folder. */
  claimFile: string;
  /** Where the record and the profiles are kept; a test goes on from what it finds there. */
  folder: string;
  programs: Programs;
  /** So many pairs and no more, whatever the noise; at least six. */
  pairs?: number;
  /** The command that does it all again. */
  reproduce: string;
  /** Aborting it stops the test; the runs so far are kept. */
  signal: AbortSignal;
  /** Before each run, with what there is so far. */
  onRun: (order: RunOrder, record: TestRecord) => void;
}

type Arms = Readonly<Record<ArmRole, PreparedArm>>;

/**
 * Makes all runs that a claim's verdict needs and resolves to their record; what an earlier call left is gone on with. Nothing is asked here:
 * who calls has had the commands of the arms confirmed.
 *
 * @throws {EvidenceError} CLAIM_RUN where the test cannot be brought to an end, CLAIM_RECORD, CLAIM_UNTESTABLE; the signal's reason
 */
export async function testClaim(setting: TestSetting): Promise<TestRecord> {
  return withTest(setting, async (file, arms, stage, session) => {
    if (setting.pairs !== undefined && !file.record.entries.some(({ type }) => type === 'declaration')) {
      await file.append({ type: 'declaration', look: 0, pairs: setting.pairs });
    }
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

/** Runs each arm once with a profiler attached, and nothing else; otherwise as `testClaim`. */
export async function profileClaim(setting: TestSetting): Promise<TestRecord> {
  return withTest(setting, async (file, arms, stage, session) => {
    for (const arm of ['baseline', 'candidate'] as const) {
      const runs = runsOf(file.record);
      const attempt = 1 + runs.filter((run) => run.kind === 'profile' && run.arm === arm).length;
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

async function makeRun(order: RunOrder, setting: TestSetting, { file, arms, stage }: Tools): Promise<void> {
  setting.onRun(order, file.record);
  const arm = arms[order.arm];
  const found =
    order.kind === 'profile' ? await profileArm(arm, stage, setting.folder, order.arm) : await runArm(arm, stage);
  const run: RunRecord = { type: 'run', ...order, ...found };
  await file.append(run);
}

async function withTest(
  setting: TestSetting,
  body: (file: RecordFile, arms: Arms, stage: Stage, session: number) => Promise<TestRecord>,
): Promise<TestRecord> {
  const { claim, claimFile, folder, programs, signal } = setting;
  const home = dirname(claimFile);
  const lock = await lockFolder(folder);
  const scratch = await mkdtemp(join(tmpdir(), 'hotframe-claim-'));
  try {
    const arms = {
      baseline: await prepareArm(claim.baseline, home, programs),
      candidate: await prepareArm(claim.candidate, home, programs),
    };
    const workload = await prepareWorkload(claim.workload, home);
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
  { claim, reproduce }: TestSetting,
  arms: Arms,
  workload: PreparedWorkload,
  scratch: string,
): Promise<TestHead> {
  return {
    type: 'test',
    schema: 1,
    claim,
    workloadHash: workload.hash,
    workload: workload.words,
    seed: randomInt(2 ** 32),
    startedAt: new Date().toISOString(),
    arms: { baseline: arms.baseline.facts, candidate: arms.candidate.facts },
    machine: await describeMachine(scratch, true),
    reproduce,
  };
}

/** Two tests at once would measure each other, and mix their runs. */
async function lockFolder(folder: string): Promise<Lock> {
  try {
    return await new LockFolder(folder).acquire('test');
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw new EvidenceError('CLAIM_RUN', `The claim is being tested already: ${error.message}.`, {
      hint: 'Wait for that test, or stop it.',
      cause: error,
    });
  }
}
