import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NOISE_LIMITS } from '../../../src/evidence/noiseRule.ts';
import { pairState } from '../../../src/evidence/pairs.ts';
import { noiseOf, PILOT_PAIRS, plannedPairs, zoneOf } from '../../../src/evidence/planning.ts';
import {
  armOrder,
  countedPairs,
  declarations,
  nextDeclaration,
  nextStep,
  progressOf,
  type RunOrder,
  runsOf,
} from '../../../src/evidence/schedule.ts';
import { parseClaim } from '../../../src/evidence/readClaim.ts';
import { formatEntry, isOfProfile, parseRecord, type TestRecord } from '../../../src/evidence/testRecord.ts';
import { claimText, type Findings, jitter, NO_ARMS, profileRecord, runOf, runTest, testHead } from './samples.ts';

const quiet: Findings = { figures: (run) => ({ wall: 1000 + 10 * jitter(run) }) };

function brief({ kind, arm, pair, attempt, position }: RunOrder): string {
  return `${kind} ${arm} ${pair}.${attempt}.${position}`;
}

describe('the schedule of a test', () => {
  it('warms up, runs a pilot, declares the pairs, makes them and profiles', () => {
    const record = runTest(testHead(), quiet);
    assert.deepEqual(record.end, { do: 'judge' });
    const [declaration, ...others] = declarations(record);
    assert.deepEqual(others, []);
    assert.equal(declaration?.pairs, 12);
    const runs = runsOf(record);
    assert.deepEqual(
      runs.map(({ sequence }) => sequence),
      [...runs.keys()],
    );
    const kinds = runs.map(brief);
    assert.deepEqual(kinds.slice(0, 2), ['warmUp baseline 0.1.0', 'warmUp candidate 0.1.0']);
    assert.deepEqual(kinds.slice(-4), [
      ...['profile baseline 0.1.0', 'profile candidate 0.1.0'],
      ...['allocations baseline 0.1.0', 'allocations candidate 0.1.0'],
    ]);
    assert.equal(runs.length, 2 + 2 * 12 + 4);
    assert.equal(
      record.entries.findIndex(({ type }) => type === 'declaration'),
      2 + 2 * PILOT_PAIRS,
    );
    assert.deepEqual(
      countedPairs(record).map(({ pair }) => pair),
      [...Array(12).keys()],
    );
  });

  it('puts the four runs of a block in ABBA or BAAB, as the seed throws', () => {
    const firsts = new Map<string, number>();
    for (let seed = 0; seed < 1000; seed++) {
      for (const block of [0, 1, 7]) {
        const [[a, b], [c, d]] = [armOrder(seed, 2 * block), armOrder(seed, 2 * block + 1)];
        assert.deepEqual([a, b], [d, c]);
        firsts.set(`${block} ${a}`, (firsts.get(`${block} ${a}`) ?? 0) + 1);
      }
    }
    for (const [, count] of firsts) assert.ok(Math.abs(count - 500) < 60, `${count}`);
    assert.equal(firsts.size, 6);
    assert.deepEqual(armOrder(7, 3), armOrder(7, 3));
  });

  it('declares by the noise, and the same whoever wins and by how much', () => {
    const noisy = (effect: number): Findings => ({
      figures: (run) => ({ wall: 1000 * Math.exp(0.15 * jitter(run) + (run.arm === 'candidate' ? effect : 0)) }),
    });
    const declared = [-0.4, 0, 0.4].map((effect) => declarations(runTest(testHead(), noisy(effect)))[0]?.pairs);
    assert.ok((declared[0] ?? 0) > 20, `${declared[0]}`);
    assert.equal(new Set(declared).size, 1);
  });

  it('tries a noisy pair again as a whole, and keeps what was noisy', () => {
    const isBusy = ({ kind, pair, attempt, position }: RunOrder): boolean =>
      kind === 'timed' && pair === 3 && attempt === 1 && position === 1;
    const record = runTest(testHead(), { ...quiet, noise: (run) => ({ foreignShare: isBusy(run) ? 0.4 : 0.01 }) });
    const tries = runsOf(record).filter(({ pair }) => pair === 3);
    assert.deepEqual(
      tries.map(({ attempt, position }) => [attempt, position]),
      [
        [1, 0],
        [1, 1],
        [2, 0],
        [2, 1],
      ],
    );
    assert.deepEqual(tries[1]?.discount, {
      why: 'foreignCpu',
      detail: '40 % of the processors went to other programs, more than 10 %',
    });
    const pair = countedPairs(record)[3];
    assert.deepEqual([pair?.baseline.attempt, pair?.candidate.attempt, pair?.isNoisy], [2, 2, false]);
  });

  it('does not make the second run of a try whose first was noisy', () => {
    const isBusy = ({ kind, pair, attempt }: RunOrder): boolean => kind === 'timed' && pair === 0 && attempt < 3;
    const record = runTest(testHead(), { ...quiet, noise: (run) => ({ stealShare: isBusy(run) ? 0.1 : 0 }) });
    const tries = runsOf(record).filter(({ kind, pair }) => kind === 'timed' && pair === 0);
    assert.deepEqual(
      tries.map(({ attempt, position }) => [attempt, position]),
      [
        [1, 0],
        [2, 0],
        [3, 0],
        [3, 1],
      ],
    );
    assert.equal(countedPairs(record)[0]?.isNoisy, false);
  });

  it('counts the third try of a machine that never calms down, and says that it was noisy', () => {
    const record = runTest(testHead(), { ...quiet, noise: () => ({ foreignShare: NOISE_LIMITS.foreignShare + 0.01 }) });
    assert.deepEqual(record.end, { do: 'judge' });
    const pairs = countedPairs(record);
    assert.equal(pairs.length, 12);
    assert.ok(pairs.every(({ isNoisy, baseline }) => isNoisy && baseline.attempt === 3));
  });

  it('never counts a run that failed or that the origin held up', () => {
    for (const why of ['failed', 'origin'] as const) {
      const discount = ({ kind, pair }: RunOrder) =>
        kind === 'timed' && pair === 5 ? { why, detail: 'exit 1: no such file' } : undefined;
      const record = runTest(testHead(), { ...quiet, discount });
      assert.deepEqual(record.end, {
        do: 'stop',
        why: 'pair 6 came to nothing in 3 tries, at last: exit 1: no such file',
      });
      assert.equal(countedPairs(record).length, 5);
    }
  });

  it('stops where an arm cannot even be warmed up', () => {
    const discount = ({ arm }: RunOrder) =>
      arm === 'candidate' ? { why: 'failed' as const, detail: 'exit 2' } : undefined;
    const record = runTest(testHead(), { ...quiet, discount });
    assert.deepEqual(record.end, { do: 'stop', why: 'the candidate failed in all 3 tries, at last: exit 2' });
    assert.equal(runsOf(record).length, 4);
  });

  it('goes without profiles where none can be made', () => {
    const discount = ({ kind }: RunOrder) =>
      kind === 'profile' ? { why: 'failed' as const, detail: 'perf is not there' } : undefined;
    const record = runTest(testHead(), { ...quiet, discount });
    assert.deepEqual(record.end, { do: 'judge' });
    assert.equal(runsOf(record).filter(({ kind }) => kind === 'profile').length, 6);
  });

  it('stops where the claimed metric is not measured', () => {
    const claimed = { metric: 'loopDelay', change: 'decrease' };
    const record = runTest(testHead({ claimed }), { figures: () => ({ wall: 1000, loopDelay: null }) });
    assert.deepEqual(record.end, {
      do: 'stop',
      why: 'loop delay, p99 is not measured of both arms, and the claim is about it',
    });
  });

  it('ends with the same pairs wherever it was interrupted', () => {
    const whole = runTest(testHead(), quiet);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: runsOf(whole).length - 1 }), (cut) => {
        const record = runTest(testHead(), quiet, (sequence) => (sequence < cut ? 0 : 1));
        assert.deepEqual(record.end, { do: 'judge' });
        const pairs = countedPairs(record);
        assert.equal(pairs.length, declarations(record)[0]?.pairs);
        for (const { baseline, candidate } of pairs) {
          assert.equal(baseline.session, candidate.session);
          assert.equal(Math.abs(baseline.sequence - candidate.sequence), 1);
        }
        const later = runsOf(record).filter(({ session }) => session === 1);
        const isTimed = later.some(({ kind }) => kind === 'timed');
        assert.equal(later.filter(({ kind }) => kind === 'warmUp').length, isTimed ? 2 : 0);
      }),
    );
  });

  it('counts allocations once, or once a session where they cannot be counted, three times at most', () => {
    const why = { why: 'failed', detail: 'it told of none' } as const;
    const findings: Findings = {
      ...quiet,
      discount: ({ kind, arm }) => (kind === 'allocations' && arm === 'candidate' ? why : undefined),
    };
    const tries = ({ entries }: Pick<TestRecord, 'entries'>): string[] =>
      runsOf({ entries }).flatMap(({ kind, arm, session }) => (kind === 'allocations' ? [`${arm} ${session}`] : []));
    let record: TestRecord = runTest(testHead(), findings);
    assert.deepEqual(tries(record), ['baseline 0', 'candidate 0']);
    for (const session of [1, 2, 3]) {
      const step = nextStep(record, session);
      if (step.do === 'run') record = { ...record, entries: [...record.entries, runOf(step.run, findings)] };
      assert.deepEqual(nextStep(record, session), { do: 'judge' });
    }
    assert.deepEqual(tries(record), ['baseline 0', 'candidate 0', 'candidate 1', 'candidate 2']);
  });

  it('makes no pair of runs of different sessions', () => {
    const base = { kind: 'timed', pair: 0, attempt: 1 } as const;
    const runs = [
      runOf({ ...base, arm: 'baseline', position: 0, sequence: 2, session: 0 }, quiet),
      runOf({ ...base, arm: 'candidate', position: 1, sequence: 5, session: 1 }, quiet),
    ];
    assert.deepEqual(pairState(0, runs, 1), { state: 'open', attempt: 2 });
  });

  it('asks for the same step again from the record as it was written', () => {
    const record = runTest(testHead(), quiet);
    for (const length of [0, 1, 5, 26, 27, record.entries.length]) {
      const part = { head: record.head, entries: record.entries.slice(0, length) };
      const lines = [part.head, ...part.entries].map(formatEntry).join('');
      const kept = parseRecord(`${lines}{"type":"run"`, 'x');
      assert.ok(!isOfProfile(kept));
      assert.deepEqual(nextStep(kept, 0), nextStep(part, 0));
    }
  });

  it('has no runs in the record of a profile', () => {
    const claim = parseClaim(claimText({ ...NO_ARMS, profile: 'x.folded' }), 'x');
    const { head } = profileRecord(claim, { name: 'x.folded', file: 'x.folded.gz', sha256: 'c0ffee' });
    assert.deepEqual(parseRecord(formatEntry(head), 'x'), { head, entries: [] });
    const declared = formatEntry({ type: 'declaration', look: 0, pairs: 6 });
    assert.throws(() => parseRecord(`${formatEntry(head)}${declared}`, 'x'), {
      code: 'CLAIM_RECORD',
      message: /^line 2/,
    });
    assert.throws(() => parseRecord(`${formatEntry(testHead())}${formatEntry(head)}`, 'x'), /begins a second test/);
  });

  it('declares another batch by the noise, twice, and no more', () => {
    const record = runTest(testHead(), quiet);
    const first = nextDeclaration(record);
    assert.deepEqual([first?.look, first?.pairs], [1, 24]);
    const open = { head: record.head, entries: [...record.entries, first!] };
    const step = nextStep(open, 0);
    assert.equal(step.do === 'run' && brief(step.run), `timed ${armOrder(1, 12)[0]} 12.1.0`);
    assert.equal(nextDeclaration({ ...open, entries: [...open.entries, { ...first!, look: 2 }] }), undefined);
    assert.equal(nextDeclaration({ head: record.head, entries: [] }), undefined);
  });

  it('tells how far it is', () => {
    const record = runTest(testHead(), quiet);
    const until = (length: number) => progressOf({ head: record.head, entries: record.entries.slice(0, length) });
    assert.deepEqual(until(2), { pairsDone: 0 });
    assert.deepEqual(until(2 + 10), { pairsDone: 5 });
    assert.deepEqual(until(27), { pairsDone: 12, pairsDeclared: 12, remainingMs: 2000 });
    const more = { head: record.head, entries: [...record.entries, nextDeclaration(record)!] };
    assert.deepEqual(progressOf(more), { pairsDone: 12, pairsDeclared: 24, remainingMs: 24_000 });
  });
});

describe('the plan of the pairs', () => {
  const zone = zoneOf(5);

  it('grows with the noise, in blocks of two, and no further than a look can hold', () => {
    const pairs = [0, 0.02, 0.04, 0.06, 0.08, 0.2].map((noise) =>
      plannedPairs('wall', noise, zone, { look: 0, done: 12 }),
    );
    assert.deepEqual(
      pairs.map(({ pairs, isCapped }) => [pairs, isCapped]),
      [
        [12, false],
        [12, false],
        [18, false],
        [32, false],
        [50, false],
        [60, true],
      ],
    );
    assert.deepEqual(plannedPairs('cpu', 0.2, zone, { look: 0, done: 12 }), { pairs: 30, isCapped: true });
    assert.deepEqual(plannedPairs('cpu', 0.06, zone, { look: 1, done: 30 }), { pairs: 42, isCapped: false });
    assert.deepEqual(plannedPairs('cpu', 0.3, zone, { look: 2, done: 42 }), { pairs: 72, isCapped: true });
  });

  it('takes its noise from how pairs scatter, not from where they are', () => {
    const values = [0.01, -0.03, 0.02, 0.05, -0.01, 0];
    const noise = noiseOf(values);
    assert.ok(Math.abs(noise - noiseOf(values.map((value) => 0.7 - value))) < 1e-12);
    assert.ok(Math.abs(noise - 0.03 / 0.95388) < 1e-6, `${noise}`);
    assert.ok(Number.isNaN(noiseOf([1])));
  });
});

describe('the record of a test', () => {
  const lines = [
    testHead(),
    runOf({ kind: 'warmUp', arm: 'baseline', pair: 0, attempt: 1, position: 0, session: 0, sequence: 0 }, quiet),
  ].map(formatEntry);

  it('is read as it was written, without a line that was cut off', () => {
    const { head, entries } = parseRecord(`${lines.join('')}{"type":"ru`, 'F4.jsonl');
    assert.deepEqual([head, ...entries].map(formatEntry), lines);
  });

  it('that is damaged is refused by its line', () => {
    const wrong: [text: string, told: RegExp][] = [
      ['', /^line 1 of F4\.jsonl does not say which test/],
      [lines[1]!, /^line 1 of F4\.jsonl does not say which test/],
      [`${lines[0]!}no\n`, /^line 2 of F4\.jsonl is no JSON/],
      [`${lines[0]!}{"type":"walk"}\n`, /^line 2 of F4\.jsonl is no entry/],
      [`${lines[0]!}null\n`, /^line 2 of F4\.jsonl is no entry/],
      [`${lines[0]!}${lines[0]!}`, /^line 2 of F4\.jsonl begins a second test/],
      ['{"type":"test","schema":2}\n', /^line 1 of F4\.jsonl is of a newer version/],
    ];
    for (const [text, message] of wrong) {
      assert.throws(() => parseRecord(text, 'F4.jsonl'), { code: 'CLAIM_RECORD', message });
    }
  });
});
