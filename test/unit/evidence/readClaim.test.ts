import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasProfile, isProfilable, isTestable } from '../../../src/evidence/claim.ts';
import { EvidenceError } from '../../../src/evidence/errors.ts';
import { parseClaim, readClaim } from '../../../src/evidence/readClaim.ts';
import { claimText } from './samples.ts';

function refusal(changed: Record<string, unknown>): EvidenceError {
  try {
    parseClaim(claimText(changed), 'F4.claim.json');
  } catch (error) {
    assert.ok(error instanceof EvidenceError);
    return error;
  }
  assert.fail('it was taken');
}

describe('a claim', () => {
  it('is read with its defaults', () => {
    const claim = parseClaim(claimText({ $schema: './claim.schema.json' }), 'F4.claim.json');
    assert.deepEqual(claim, {
      id: 'F4',
      title: 'Streaming fragment writes',
      source: 'audit of 2026-05-04, finding F4',
      statement: 'Streaming fragment writes end to end saves 5–15 % of wall-clock time.',
      claimed: { metric: 'wall', change: 'decrease', percent: [5, 15] },
      baseline: { name: 'buffered', engine: { write: 'buffered' } },
      candidate: { name: 'streaming', engine: { write: 'streaming' } },
      workload: {
        kind: 'lab',
        fragments: 60,
        fragmentBytes: 5_400_000,
        encryption: 'none',
        http: '1.1',
        latencyMs: 0,
      },
      gate: { suspects: ['allocator', 'syscall'], top: 10, ownedPercent: 10, reading: 'owned' },
      smallestEffectPercent: 5,
    });
    assert.ok(isTestable(claim));
  });

  it('may have commands for arms, a recorded job for a workload and a gate of its own', () => {
    const changed = {
      baseline: { name: 'old', command: ['./old', '{url}', '--out={out}'] },
      candidate: { name: 'new', command: ['./new', '{url}', '{out}'] },
      workload: { kind: 'job', job: '../jobs/7' },
      gate: { suspects: ['syscall', 'gc'], top: 5, ownedPercent: 0, reading: 'literal' },
      smallestEffectPercent: 2.5,
    };
    const { baseline, candidate, workload, gate, smallestEffectPercent } = parseClaim(claimText(changed), 'x');
    assert.deepEqual({ baseline, candidate, workload, gate, smallestEffectPercent }, changed);
  });

  it('takes every option of the engine', () => {
    const engine = { write: 'buffered', http: '2', concurrency: 'auto', reads: 'plain' };
    const claim = parseClaim(claimText({ baseline: { name: 'all', engine, runsIn: 'extensionHost' } }), 'x');
    assert.deepEqual(claim.baseline, { name: 'all', engine, runsIn: 'extensionHost' });
  });

  it('without arms is about the engine as it is, or about one arm', () => {
    const bare = parseClaim(claimText({ baseline: undefined, candidate: undefined }), 'x');
    assert.deepEqual(bare.baseline, { name: 'the engine as it is', engine: {} });
    const one = parseClaim(claimText({ baseline: undefined }), 'x');
    assert.deepEqual([one.baseline, one.candidate?.name], [undefined, 'streaming']);
    for (const claim of [bare, one]) assert.deepEqual([isTestable(claim), isProfilable(claim)], [false, true]);
  });

  it('may name the profile that decides it, and then has no arm', () => {
    const without = { baseline: undefined, candidate: undefined, workload: undefined };
    const claim = parseClaim(claimText({ ...without, profile: 'cargo-flamegraph.svg' }), 'x');
    assert.deepEqual([claim.profile, claim.baseline], ['cargo-flamegraph.svg', undefined]);
    assert.ok(hasProfile(claim) && !isProfilable(claim));
    const neither = parseClaim(claimText(without), 'x');
    assert.ok(!hasProfile(neither) && !isProfilable(neither) && neither.baseline === undefined);
  });

  const wrong: [what: string, changed: Record<string, unknown>, told: RegExp][] = [
    ['no id', { id: undefined }, /"id" is missing/],
    ['an id with blanks', { id: 'F 4' }, /"id" takes letters/],
    ['an empty title', { title: ' ' }, /"title" is no text/],
    ['a misspelt field', { basline: {} }, /"basline" is unknown; there are \$schema, id,/],
    ['a metric that nobody knows', claimed({ metric: 'speed' }), /"claimed.metric" is none of wall, cpu/],
    ['no change', claimed({ change: undefined }), /"claimed.change" is missing; it is one of decrease, increase$/],
    ['a range the wrong way round', claimed({ percent: [15, 5] }), /"claimed.percent" is no array of two, the smaller/],
    ['more than all saved', claimed({ percent: [50, 100] }), /"claimed.percent" decreases by less than 100/],
    ['an arm of both kinds', arm({ engine: {}, command: ['{url}{out}'] }), /"candidate" has either "engine"/],
    ['an arm of no kind', arm({}), /"candidate" has either "engine"/],
    ['a command as one text', arm({ command: 'x {url}' }), /"candidate.command" is no array of texts/],
    ['a command without a place for the file', arm({ command: ['x', '{url}'] }), /"candidate.command" lacks \{out\}/],
    ['a command in the host', arm({ command: ['{url}{out}'], runsIn: 'process' }), /"candidate.runsIn" is for arms of/],
    ['an option of no engine', arm({ engine: { writes: 1 } }), /"candidate.engine.writes" is unknown/],
    ['no number of requests', arm({ engine: { concurrency: 0 } }), /"candidate.engine.concurrency" is no whole number/],
    ['arms of one name', { candidate: { name: 'buffered', engine: {} } }, /"candidate.name" is the baseline's/],
    ['no kind of workload', { workload: { kind: 'internet' } }, /"workload.kind" is none of lab, job$/],
    ['a workload of nothing', { workload: { kind: 'lab', fragmentBytes: 1e6 } }, /"workload.fragments" is missing/],
    ['a suspect that is none', { gate: { suspects: ['heap'] } }, /"gate.suspects" has "heap", which is none of alloc/],
    ['an effect of nothing', { smallestEffectPercent: 0 }, /"smallestEffectPercent" is no number from 0.1 to 50/],
    ['a profile beside a workload', { profile: 'x.svg' }, /"profile" takes the place of "baseline", "candidate" and/],
    ['a profile without a path', { profile: '' }, /"profile" is no text/],
    ['a text for an object', { gate: 'all' }, /"gate" is no object/],
  ];
  for (const [what, changed, told] of wrong) {
    it(`with ${what} is refused in words`, () => {
      const { code, message } = refusal(changed);
      assert.equal(code, 'CLAIM_INVALID');
      assert.match(message, /^F4\.claim\.json is no claim that can be used: /);
      assert.match(message, told);
    });
  }

  it('tells all that is wrong at once', () => {
    const { message } = refusal({ id: undefined, source: 4, gate: { top: 1.5 } });
    assert.match(message, /"id" is missing; "source" is no text; "gate.top" is no whole number from 1 to 1000$/);
  });

  it('that is no object, or no JSON, is refused', () => {
    assert.throws(() => parseClaim('[]', 'x'), { code: 'CLAIM_INVALID', message: /it is no object/ });
    assert.throws(() => parseClaim('{"id": }', 'x.claim.json'), {
      code: 'CLAIM_SYNTAX',
      message: /^x\.claim\.json is/,
    });
  });

  it('is read from its file, with or without a byte order mark', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'claim-'));
    try {
      const path = join(folder, 'F4.claim.json');
      await writeFile(path, `\uFEFF${claimText()}`);
      assert.equal((await readClaim(path)).id, 'F4');
      await assert.rejects(readClaim(join(folder, 'F5.claim.json')), {
        code: 'CLAIM_UNREADABLE',
        message: /F5\.claim\.json does not exist/,
      });
      await assert.rejects(readClaim(folder), { code: 'CLAIM_UNREADABLE', message: /cannot be read/ });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

function claimed(changed: Record<string, unknown>): Record<string, unknown> {
  return { claimed: { metric: 'wall', change: 'decrease', percent: [5, 15], ...changed } };
}

function arm(fields: Record<string, unknown>): Record<string, unknown> {
  return { candidate: { name: 'new', ...fields } };
}
