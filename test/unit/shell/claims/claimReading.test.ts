import assert from 'node:assert/strict';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { prepareArm } from '../../../../src/evidence/arms/prepareArm.ts';
import { parseClaim } from '../../../../src/evidence/readClaim.ts';
import { formatEntry } from '../../../../src/evidence/testRecord.ts';
import { canBeTested, readEntry, readWholeReport } from '../../../../src/shell/claims/claimReading.ts';
import { programs } from '../../evidence/claims.ts';
import { claimText, jitter, runTest, testHead } from '../../evidence/samples.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

/** The record of a whole test of the usual claim, made with the engine as it is here. */
async function recordText(runs?: number): Promise<string> {
  const head = testHead();
  const { baseline, candidate } = head.claim;
  assert.ok(baseline && candidate);
  const arms = {
    baseline: (await prepareArm(baseline, '/', programs)).facts,
    candidate: (await prepareArm(candidate, '/', programs)).facts,
  };
  const record = runTest(
    { ...head, arms },
    { figures: (run) => ({ wall: (run.arm === 'candidate' ? 850 : 1000) + 5 * jitter(run) }) },
  );
  return [record.head, ...record.entries.slice(0, runs)].map(formatEntry).join('');
}

describe("a claim's state, read from its files", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let file: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    file = path.join(folder.path, 'F4.claim.json');
    await writeFile(file, claimText());
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  async function keep(record: string): Promise<void> {
    await mkdir(path.join(folder.path, 'F4'), { recursive: true });
    await writeFile(path.join(folder.path, 'F4', 'runs.jsonl'), record);
  }

  it('is untested, then stopped, then its verdict, then stale', async () => {
    const untested = await readEntry(file, programs);
    assert.ok(canBeTested(untested) && untested.record === undefined);
    assert.deepEqual(untested.state, { state: 'untested', pairsDone: 0 });

    await keep(await recordText(2 + 8));
    const stopped = await readEntry(file, programs);
    assert.ok(stopped.kind === 'claim' && stopped.verdict === undefined);
    assert.deepEqual(stopped.state, { state: 'untested', pairsDone: 4 });

    await keep(await recordText());
    const decided = await readEntry(file, programs);
    assert.ok(decided.kind === 'claim' && decided.state.state === 'revisit' && decided.report === undefined);
    assert.match(decided.state.sentence, /^revisit in time · 12 pairs$/);
    await writeFile(path.join(folder.path, 'F4', 'report.md'), '# F4\n');
    const reported = await readEntry(file, programs);
    assert.ok(reported.kind === 'claim' && reported.report === path.join(folder.path, 'F4', 'report.md'));
    assert.equal((await readWholeReport(reported))?.verdict?.state, 'revisit');

    const another = { ...programs, engineHash: 'another engine' };
    const stale = await readEntry(file, another);
    assert.ok(stale.kind === 'claim' && stale.state.state === 'stale');
    assert.deepEqual([stale.state.was, stale.state.why], ['revisit', 'the program of the baseline has changed']);
    await writeFile(file, claimText({ smallestEffectPercent: 10 }));
    const changed = await readEntry(file, programs);
    assert.ok(changed.kind === 'claim' && changed.state.state === 'stale');
    assert.equal(parseClaim(claimText(), file).smallestEffectPercent, 5);
  });

  it('tells of a file that is no claim, and of a record that cannot be used', async () => {
    await keep(await recordText(4));
    await appendFile(path.join(folder.path, 'F4', 'runs.jsonl'), 'nonsense\n');
    const damaged = await readEntry(file, programs);
    assert.ok(damaged.kind === 'claim');
    assert.equal(damaged.recordProblem, 'line 6 of runs.jsonl is no JSON');

    await writeFile(file, claimText({ claimed: { metric: 'speed', change: 'decrease' } }));
    const broken = await readEntry(file, programs);
    assert.ok(broken.kind === 'broken' && !canBeTested(broken));
    assert.match(broken.problem, /"claimed\.metric"/);
    await writeFile(file, claimText({ baseline: undefined, candidate: undefined, workload: undefined }));
    const alone = await readEntry(file, programs);
    assert.ok(alone.kind === 'claim' && !canBeTested(alone));
  });
});
