import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProfile } from '../../../src/cli/profile.ts';
import type { ProfileSummary } from '../../../src/profile/summary.ts';
import { toSpeedscope } from '../../../src/profile/export.ts';
import type { DiffSummary } from '../../../src/profile/diffTable.ts';
import { profileOf } from '../profile/trees.ts';
import { Text } from './text.ts';

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const stdout = new Text();
  const stderr = new Text();
  const code = await runProfile(args, { stdout, stderr });
  return { code, out: stdout.text, err: stderr.text };
}

describe('hotframe profile', () => {
  let folder: string;
  let file: string;
  /** The same program later. */
  let later: string;
  let bytes: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hotframe-profile-'));
    file = join(folder, 'stacks.folded');
    await writeFile(file, '_start;main;work 60\n_start;main;malloc 40\n_start;main;evil\u001b[2J 1\n');
    later = join(folder, 'later.folded');
    await writeFile(later, '_start;main;work 70\n_start;main;malloc 10\n_start;main;fresh\u001b[2J 20\n');
    bytes = join(folder, 'bytes.speedscope.json');
    await writeFile(
      bytes,
      JSON.stringify(toSpeedscope({ ...profileOf([[['_start', 'main'], 1]]), unit: 'bytes' }, 'b')),
    );
  });
  after(async () => rm(folder, { recursive: true }));

  it('prints a table for people, without control characters of the profile', async () => {
    const { code, out, err } = await run(file);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /39\.6 % +39\.6 % +allocator +malloc/);
    assert.match(out, /Gate, literal: yes/);
    assert.match(out, /Gate, owned: yes/);
    assert.ok(!out.includes('\u001b') && out.endsWith('.\n'));
  });

  it('prints one JSON object', async () => {
    const { code, out } = await run(file, '--json', '--top', '1');
    assert.equal(code, 0);
    const summary = JSON.parse(out) as ProfileSummary;
    assert.equal(summary.schema, 1);
    assert.deepEqual(
      summary.hotFrames.map(({ name }) => name),
      ['work'],
    );
    assert.equal(summary.gate.literal.hit, false);
  });

  for (const format of ['folded', 'cpuprofile', 'speedscope', 'svg']) {
    it(`exports as ${format}`, async () => {
      const output = join(folder, `out.${format}`);
      const { code, out } = await run(file, '--export', format, '-o', output, '--json');
      assert.equal(code, 0);
      assert.deepEqual(JSON.parse(out), { schema: 1, format, output: { path: output } });
      assert.ok((await readFile(output, 'utf8')).includes('malloc'));
      if (format !== 'svg') assert.equal((await run(output)).code, 0);
    });
  }

  const refused: [what: string, args: () => string[], code: number, errorCode: string][] = [
    ['no file', () => [], 2, 'PROFILE_OPTION'],
    ['a third file', () => [file, file, file], 2, 'PROFILE_OPTION'],
    ['a comparison with nothing', () => [file, '--absolute'], 2, 'PROFILE_OPTION'],
    [
      'a difference as a profile',
      () => [file, file, '--export', 'cpuprofile', '-o', join(folder, 'x')],
      2,
      'PROFILE_OPTION',
    ],
    ['profiles that count different things', () => [file, bytes], 2, 'PROFILE_MISMATCH'],
    ['an unknown option', () => [file, '--nonsense'], 2, 'PROFILE_OPTION'],
    ['a top that is none', () => [file, '--top', '0'], 2, 'PROFILE_OPTION'],
    ['an unknown export', () => [file, '--export', 'pdf', '-o', join(folder, 'x.pdf')], 2, 'PROFILE_OPTION'],
    ['an export to nowhere', () => [file, '--export', 'folded'], 2, 'PROFILE_OPTION'],
    ['an output without a format', () => [file, '-o', join(folder, 'x')], 2, 'PROFILE_OPTION'],
    ['a file that is not there', () => [join(folder, 'missing')], 2, 'PROFILE_UNREADABLE'],
    ['a folder', () => [folder], 2, 'PROFILE_UNREADABLE'],
    [
      'an output that cannot be written',
      () => [file, '--export', 'folded', '-o', join(folder, 'no', 'x')],
      5,
      'PROFILE_UNWRITABLE',
    ],
  ];
  for (const [what, args, code, errorCode] of refused) {
    it(`refuses ${what}, in words and as JSON`, async () => {
      const words = await run(...args());
      assert.deepEqual([words.code, words.out], [code, '']);
      assert.match(words.err, new RegExp(`^hotframe: .*\\(${errorCode}\\)\n.+\n$`));
      const json = await run(...args(), '--json');
      assert.equal(json.code, code);
      const { schema, error } = JSON.parse(json.out) as {
        schema: number;
        error: { code: string; message: string; hint: string };
      };
      assert.deepEqual([schema, error.code, Object.keys(error)], [1, errorCode, ['code', 'message', 'hint']]);
    });
  }

  it('says what a broken profile is', async () => {
    const broken = join(folder, 'b.cpuprofile');
    await writeFile(broken, '{"nodes":[');
    assert.match((await run(broken)).err, /b\.cpuprofile is not whole.*PROFILE_BROKEN/);
  });

  it('takes rules, from the line or a file, and refuses wrong ones', async () => {
    const rules = '[{"pattern": "^work$", "category": "crypto"}]';
    const path = join(folder, 'rules.json');
    await writeFile(path, rules);
    for (const source of [rules, path]) assert.match((await run(file, '--rules', source)).out, /crypto +work/);
    assert.match((await run(file, '--rules', '[{"pattern": "(", "category": "crypto"}]')).err, /rule 1 .*PROFILE_RULE/);
    assert.match((await run(file, '--rules', '[')).err, /PROFILE_OPTION/);
    assert.match((await run(file, '--rules', join(folder, 'none.json'))).err, /cannot be read.*PROFILE_OPTION/);
  });

  it('judges by the suspects and the metric that it is told', async () => {
    const { out } = await run(file, '--suspects', 'user', '--metric', 'total', '--json');
    const { gate } = JSON.parse(out) as ProfileSummary;
    assert.deepEqual([gate.metric, gate.literal.suspects, gate.owned.categories], ['total', ['user'], ['user']]);
    assert.match((await run(file, '--suspects', 'allocator,moon')).err, /--suspects is one of .*PROFILE_OPTION/);
    assert.match((await run(file, '--metric', 'moon')).err, /--metric is one of self, total.*PROFILE_OPTION/);
  });

  it('tells what changed between two files, without control characters', async () => {
    const { code, out, err } = await run(file, later);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^ *1 +−29\.6 % +39\.6 % +10\.0 % +−29\.6 % +allocator +malloc$/m);
    assert.match(out, /\+20\.0 % +0\.0 % +20\.0 % +\+20\.0 % +unknown +fresh.* \(new\)$/m);
    assert.match(out, /^By category: .*allocator −29\.6 %/m);
    assert.match(out, /^later\.folded: Gate, literal: yes/m);
    assert.ok(!out.includes('\u001b'));
    assert.match((await run(file, later, '--absolute')).out, /^ *1 +−30 samples +40 samples +10 samples/m);
  });

  it('tells it as one JSON object', async () => {
    const { out } = await run(file, later, '--json', '--top', '2');
    const { schema, before, after, frames } = JSON.parse(out) as DiffSummary;
    assert.deepEqual([schema, before.name, after.name, before.total], [1, 'stacks.folded', 'later.folded', 101]);
    assert.deepEqual(
      frames.map(({ name, self, onlyIn }) => [name, self, onlyIn]),
      [
        ['malloc', { before: 40, after: 10 }, undefined],
        ['fresh\u001b[2J', { before: 0, after: 20 }, 'after'],
      ],
    );
  });

  it('exports the difference', async () => {
    const output = join(folder, 'out.diff');
    const { out } = await run(file, later, '--export', 'folded', '-o', output);
    assert.equal(out, `${output} holds the difference as folded.\n`);
    assert.match(await readFile(output, 'utf8'), /^_start;main;malloc 40 10$/m);
    assert.equal((await run(file, later, '--export', 'svg', '-o', output)).code, 0);
    assert.match(await readFile(output, 'utf8'), /<title>malloc: 39\.60 % → 10\.00 % \(−29\.60 %\)<\/title>/);
  });

  it('explains itself', async () => {
    const { code, out } = await run('--help');
    assert.equal(code, 0);
    assert.match(out, /^Usage: hotframe profile/);
  });

  it('leaves no temporary file', async () => {
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.endsWith('.part')),
      [],
    );
  });
});
