import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allocationCalls, sumAllocations, type Allocations } from '../allocations.ts';
import { armEnvironment } from '../arms/environment.ts';
import type { PreparedArm, ProgramArm } from '../arms/prepareArm.ts';
import { EvidenceError } from '../errors.ts';
import { buildAllocationCounter, TELL_IN } from '../measure/allocationCounter.ts';
import { measure } from '../measure/measure.ts';
import type { RunRecord } from '../runRecord.ts';
import { outputProblem } from './output.ts';
import { failureOf, given, inRunFolder, type Stage } from './runArm.ts';

/** What a run with a counter before its allocator finds: it is not timed. */
export type AllocationFindings = Pick<RunRecord, 'startedAt' | 'figures' | 'noise' | 'discount' | 'allocations'>;

const UNTOLD =
  'it told of none: it is linked statically, has an allocator of its own, or was ended by something else than exit';

const IN_HOST = 'it runs in the extension host, which has begun with another allocator';

/**
 * Runs an arm once with its allocations counted, whatever program it is. What keeps them from being counted is found as a failure.
 * @throws the signal's reason
 */
export async function countAllocations(arm: PreparedArm, stage: Stage): Promise<AllocationFindings> {
  const startedAt = new Date().toISOString();
  const counted = arm.kind === 'host' ? IN_HOST : await inRunFolder(stage, (folder) => countIn(folder, arm, stage));
  return typeof counted === 'string'
    ? { startedAt, figures: {}, noise: {}, discount: { why: 'failed', detail: counted } }
    : { startedAt, figures: { allocations: allocationCalls(counted) }, noise: {}, allocations: counted };
}

/** The counts; a string is why there are none. */
async function countIn(folder: string, arm: ProgramArm, stage: Stage): Promise<Allocations | string> {
  const [out, told] = [join(folder, 'out.ts'), join(folder, 'allocations.jsonl')];
  try {
    const library = await buildAllocationCounter(folder);
    // By env(1), which gives it to the arm alone and not to what measures the arm.
    const preload = ['env', `LD_PRELOAD=${library}`, `${TELL_IN}=${told}`];
    const measured = await measure([...preload, ...arm.command(given(stage, out))], {
      cwd: stage.folder,
      env: armEnvironment(stage.scratch, stage.caFile),
      timeoutMs: 2 * stage.timeoutMs,
      signal: stage.signal,
    });
    const problem = failureOf(measured) ?? (await outputProblem(out, stage.right));
    return problem ?? sumAllocations(await readIfThere(told)) ?? UNTOLD;
  } catch (error) {
    if (error instanceof EvidenceError) return `${error.message} ${error.hint}`;
    throw error;
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
