import assert from 'node:assert/strict';
import {
  decideHedge,
  defaultHedgeRules,
  isSlow,
  type Peers,
  type Runner,
  type Situation,
} from '../../../../src/engine/transport/hedgeRules.ts';

const megabyte = 1e6;

/** At a tenth of the pace of the others. */
const straggler: Runner = {
  kind: 'rest',
  hasAnswer: true,
  waitedMs: 300,
  deliveredBytes: 0.1 * megabyte,
  remainingBytes: megabyte,
  bytesPerSecond: megabyte,
  isPaused: false,
};
const silent: Runner = { ...straggler, kind: 'first', hasAnswer: false, deliveredBytes: 0, bytesPerSecond: undefined };
const peers: Peers = {
  paces: 15,
  answers: 15,
  firstByteMs: 40,
  bytesPerSecond: 10 * megabyte,
  bodyBytes: 1.1 * megabyte,
};
const situation: Situation = { hasIdleLanes: false, running: 16, hedges: 0, spareBytes: megabyte };

describe('engine/transport: whether to ask a second time', () => {
  const cases: [what: string, Partial<Runner>, Partial<Peers>, Partial<Situation>, outcome: string | number][] = [
    ['a tenth of the pace', {}, {}, {}, 96_384],
    ['the same pace', { bytesPerSecond: 10 * megabyte }, {}, {}, 'usual'],
    ['half the pace', { bytesPerSecond: 5 * megabyte }, {}, {}, 'usual'],
    ['a quarter of the pace', { bytesPerSecond: 2.5 * megabyte }, {}, {}, 'usual'],
    ['a quarter of it at the end', { bytesPerSecond: 2.5 * megabyte }, {}, { hasIdleLanes: true }, 216_384],
    ['that, and too dear', { bytesPerSecond: 2.5 * megabyte }, {}, { hasIdleLanes: true, spareBytes: 2e5 }, 'dear'],
    ['nearly there', { remainingBytes: 0.3 * megabyte }, {}, {}, 'usual'],
    ['nearly there at the end', { remainingBytes: 0.3 * megabyte }, {}, { hasIdleLanes: true }, 96_384],
    ['all are as slow', {}, { bytesPerSecond: megabyte }, {}, 'usual'],
    ['nothing known of others', {}, { paces: 2 }, {}, 'unknown'],
    ['its pace not known yet', { bytesPerSecond: undefined }, {}, {}, 'unknown'],
    ['paused by its reader', { isPaused: true }, {}, {}, 'paused'],
    ['four already', {}, {}, { hedges: 4 }, 'many'],
    ['the last of all, one already', {}, {}, { running: 2, hedges: 1 }, 'many'],
    ['nothing left to spend', {}, {}, { spareBytes: 0 }, 'dear'],
    ['a new connection takes as long', {}, { firstByteMs: 400 }, {}, 'usual'],
    ['without a validator', { kind: 'whole' }, {}, {}, 306_384],
    ['that, with most of it there', { kind: 'whole', deliveredBytes: 5 * megabyte }, {}, {}, 'usual'],
    ['that, and too dear', { kind: 'whole' }, {}, { spareBytes: 3e5 }, 'dear'],
    [
      'that, and too large for memory',
      { kind: 'whole', remainingBytes: 20 * megabyte },
      {},
      { spareBytes: 100 * megabyte },
      'dear',
    ],
  ];
  for (const [what, runner, others, rest, outcome] of cases) {
    it(`${what}: ${typeof outcome === 'number' ? `yes, for ${outcome} bytes` : outcome}`, () => {
      const decision = decideHedge(
        { ...straggler, ...runner },
        { ...peers, ...others },
        { ...situation, ...rest },
        defaultHedgeRules,
      );
      const expected =
        typeof outcome === 'number' ? { action: 'hedge', extraBytes: outcome } : { action: 'wait', why: outcome };
      assert.deepEqual(decision, expected);
    });
  }

  const silences: [what: string, Partial<Runner>, Partial<Peers>, outcome: string | number][] = [
    ['seven times as long as others', {}, {}, 65_536],
    ['not yet so long', { waitedMs: 240 }, { firstByteMs: 1 }, 'usual'],
    ['long, as for others', {}, { firstByteMs: 150 }, 'usual'],
    ['nobody has an answer', {}, { answers: 0 }, 'unknown'],
    ['small bodies', {}, { bodyBytes: 1000 }, 1000],
    ['the rest of a body, not answered', { kind: 'rest', deliveredBytes: 5000 }, {}, 16_384],
  ];
  for (const [what, runner, others, outcome] of silences) {
    it(`no answer, ${what}: ${typeof outcome === 'number' ? `yes, for ${outcome} bytes` : outcome}`, () => {
      const decision = decideHedge({ ...silent, ...runner }, { ...peers, ...others }, situation, defaultHedgeRules);
      const expected =
        typeof outcome === 'number' ? { action: 'hedge', extraBytes: outcome } : { action: 'wait', why: outcome };
      assert.deepEqual(decision, expected);
    });
  }

  it('calls a connection slow by its pace alone', () => {
    assert.ok(isSlow(straggler, peers, defaultHedgeRules));
    assert.ok(isSlow({ ...straggler, remainingBytes: 1 }, peers, defaultHedgeRules));
    assert.ok(!isSlow({ ...straggler, bytesPerSecond: 4 * megabyte }, peers, defaultHedgeRules));
    assert.ok(!isSlow({ ...straggler, isPaused: true }, peers, defaultHedgeRules));
    assert.ok(!isSlow(straggler, { ...peers, paces: 2 }, defaultHedgeRules));
    assert.ok(!isSlow(silent, peers, defaultHedgeRules));
  });
});
