import assert from 'node:assert/strict';
import { changeSince, claimState, type Subject } from '../../../src/evidence/claimState.ts';
import { judgeTest } from '../../../src/evidence/verdict.ts';
import { parseClaim } from '../../../src/evidence/readClaim.ts';
import { judgeProfile } from '../../../src/evidence/gateVerdict.ts';
import { readProfile } from '../../../src/profile/formats/index.ts';
import { claimText, jitter, NO_ARMS, profileRecord, runTest, testHead } from './samples.ts';

const record = runTest(testHead(), { figures: (run) => ({ wall: 1000 + 10 * jitter(run) }) });
const verdict = judgeTest(record)!;
const now: Subject = {
  claim: record.head.claim,
  workloadHash: '9f86d081884c7d65',
  fingerprints: { baseline: 'c0ffee' },
};
const changedTo = (changed: Record<string, unknown>): Subject => ({
  ...now,
  claim: parseClaim(claimText(changed), 'x'),
});

describe('the state of a claim', () => {
  it('is untested without a test, or with half of one', () => {
    assert.deepEqual(claimState(undefined, now), { state: 'untested', pairsDone: 0 });
    const half = { record: { head: record.head, entries: record.entries.slice(0, 2 + 6) }, profiles: {} };
    assert.deepEqual(claimState(half, now), { state: 'untested', pairsDone: 3 });
    // Runs of another claim cannot be gone on with.
    assert.deepEqual(claimState(half, changedTo({ smallestEffectPercent: 2 })), { state: 'untested', pairsDone: 0 });
  });

  it('is its verdict, while what was tested is as it was', () => {
    const state = claimState({ record, verdict, profiles: {} }, now);
    assert.deepEqual(state, { state: 'no-op', sentence: 'no-op in time · 12 pairs' });
    assert.equal(claimState({ record, verdict, profiles: {} }, changedTo({ title: 'Other words' })).state, 'no-op');
  });

  it('is stale since the code changed, and says what it was', () => {
    const state = claimState({ record, verdict, profiles: {} }, { ...now, fingerprints: { candidate: 'decaf' } });
    assert.deepEqual(state, {
      ...{ state: 'stale', was: 'no-op', sentence: 'no-op in time · 12 pairs' },
      why: 'the program of the candidate has changed',
    });
  });

  it('is stale since the claim or its workload changed', () => {
    assert.equal(changeSince(record, now), undefined);
    assert.equal(changeSince(record, { ...now, workloadHash: 'other' }), 'what is downloaded has changed');
    for (const changed of [{ claimed: { metric: 'cpu', change: 'decrease' } }, { gate: { top: 5 } }]) {
      assert.equal(changeSince(record, changedTo(changed)), 'the claim has changed');
    }
  });

  it('is stale since the profile that the claim names changed', () => {
    const claim = parseClaim(claimText({ ...NO_ARMS, profile: 'x.folded' }), 'x');
    const { summary, verdict } = judgeProfile(readProfile(Buffer.from('main;malloc 4\n'), 'x'), claim.gate, 'x.folded');
    const report = {
      record: profileRecord(claim, { name: 'x.folded', file: 'x.folded.gz', sha256: 'c0ffee' }),
      profiles: { baseline: { name: 'x.folded', file: 'x.folded.gz', summary, verdict } },
    };
    const subject: Subject = { claim, fingerprints: {}, profileHash: 'c0ffee' };
    assert.deepEqual(claimState(report, subject), { state: 'revisit', sentence: verdict.sentence });
    assert.deepEqual(claimState(report, { ...subject, profileHash: 'decaf' }), {
      ...{ state: 'stale', was: 'revisit', sentence: verdict.sentence, why: 'the profile has changed' },
    });
    const other = { ...claim, profile: 'y.folded' };
    assert.equal(changeSince(report.record, { ...subject, claim: other }), 'the claim has changed');
  });
});
