import assert from 'node:assert/strict';
import { declareNamedPairs } from '../../../src/evidence/namedPairs.ts';
import { declarations, nextStep } from '../../../src/evidence/schedule.ts';
import type { Declaration, TestRecord } from '../../../src/evidence/testRecord.ts';
import { jitter, runOf, runTest, testHead, type Findings } from './samples.ts';

const quiet: Findings = { figures: (run) => ({ wall: 1000 + 10 * jitter(run) }) };
const named = (pairs: number): Declaration => ({ type: 'declaration', look: 0, pairs });

/** A test that began with these declarations and was stopped after so many runs. */
function stopped(began: readonly Declaration[], runs: number): TestRecord {
  let record: TestRecord = { head: testHead(), entries: began };
  for (let made = 0; made < runs; made++) {
    const step = nextStep(record, 0);
    assert.ok(step.do === 'run');
    record = { ...record, entries: [...record.entries, runOf(step.run, quiet)] };
  }
  return record;
}

describe('a number of pairs that a person names', () => {
  it('is declared before the first pair is there', () => {
    assert.deepEqual(declareNamedPairs(stopped([], 0), 8), named(8));
    // Two runs to warm up, and one of the first pair: nothing can be seen.
    assert.deepEqual(declareNamedPairs(stopped([], 3), 8), named(8));
    assert.deepEqual(declareNamedPairs(stopped([named(12)], 3), 8), named(8));
  });

  it('holds for as long as it is named again', () => {
    for (const runs of [0, 4, 2 + 16]) assert.equal(declareNamedPairs(stopped([named(8)], runs), 8), undefined);
    const look: Declaration = { type: 'declaration', look: 1, pairs: 20, noise: 0.1 };
    const { head, entries } = stopped([named(8)], 2 + 16);
    assert.equal(declareNamedPairs({ head, entries: [...entries, look] }, 8), undefined);
  });

  it('is refused once a pair can be seen', () => {
    const refused = (record: TestRecord, pairs: number, words: RegExp): void => {
      assert.throws(() => declareNamedPairs(record, pairs), { code: 'CLAIM_RECORD', message: words });
    };
    refused(
      stopped([], 4),
      20,
      /^The test began without a number of pairs, and 1 pair is there to be seen: 20 would not/,
    );
    refused(stopped([named(12)], 6), 20, /^The test began with 12 pairs, and 2 pairs are there to be seen/);
    refused(stopped([named(8)], 2 + 16), 20, /began with 8 pairs, and 8 pairs are there/);
    const whole = runTest(testHead(), quiet);
    assert.equal(declarations(whole)[0]?.pairs, 12);
    refused(whole, 20, /began with 12 pairs by their noise/);
    assert.equal(declareNamedPairs(whole, 12), undefined);
  });
});
