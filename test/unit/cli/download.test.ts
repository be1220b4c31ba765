import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runDownload } from '../../../src/cli/download.ts';
import type { ErrorReport } from '../../../src/engine/errors.ts';
import type { Receipt } from '../../../src/engine/receipt.ts';
import { startLab, type Lab } from '../../origin/lab.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { Text } from './text.ts';

async function run(args: string[], env: NodeJS.ProcessEnv = {}) {
  const [stdout, stderr] = [new Text(), new Text()];
  const { signal } = new AbortController();
  const exitCode = await runDownload(args, { stdout, stderr, env, signal });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

const url = 'http://127.0.0.1:1/list.m3u8';

describe('hotframe download', () => {
  const wrong: [string, string[], RegExp][] = [
    ['without a URL', ['-o', 'x'], /^The URL of a playlist is missing\./],
    ['with two', [url, 'http://secret@h/', '-o', 'x'], /^One URL at a time: 1 more/],
    ['without an output', [url], /^The output is missing: -o <file>\./],
    ['with an unknown option', [url, '-o', 'x', '--nonsense=secret'], /^Unknown option '--nonsense'\./],
    [
      'with an option that lacks its value',
      [url, '-o'],
      /^Option '-o(, --output <value>)?' argument (missing|is ambiguous)\./,
    ],
    ['with a value for a switch', [url, '-o', 'x', '--resume=no'], /^Option '--resume' does not take an argument\./],
    ['with another version of HTTP', [url, '-o', 'x', '--http', '3'], /^--http is one of 1\.1, 2, auto, not "3"\./],
    [
      'with another profile',
      [url, '-o', 'x', '--profile', 'gpu'],
      /^--profile is one of none, cpu, native, heap, not "gpu"\./,
    ],
    ['with no requests at once', [url, '-o', 'x', '--concurrency', '0'], /^--concurrency takes a whole number from 1/],
    ['with part of a request', [url, '-o', 'x', '--concurrency', '1.5'], /^--concurrency takes a whole number/],
    ['with memory below nothing', [url, '-o', 'x', '--reorder-memory=-1'], /^--reorder-memory takes a number from 0/],
    ['with a limit of nothing', [url, '-o', 'x', '--stall-timeout', '0'], /^--stall-timeout takes a number from/],
    ['with no samples', [url, '-o', 'x', '--profile=cpu', '--profile-interval', '0'], /^--profile-interval takes/],
    ['with a header that is none', [url, '-o', 'x', '--header', 'secret'], /^Header 1 of --header is none\./],
    ['with headers that are not there', [url, '-o', 'x', '--headers-file', '/no/x'], /^The headers in \/no\/x cannot/],
    ['with certificates that are not there', [url, '-o', 'x', '--ca', '/no/x'], /^The certificates in \/no\/x cannot/],
  ];
  for (const [what, args, message] of wrong) {
    it(`refuses to be called ${what}, in words and as JSON`, async () => {
      const words = await run(args);
      assert.deepEqual([words.exitCode, words.stdout], [2, '']);
      assert.match(words.stderr, message);
      assert.doesNotMatch(words.stderr, /secret/);
      const json = await run([...args, '--json']);
      assert.equal(json.exitCode, 2);
      const { schema, error } = JSON.parse(json.stdout) as { schema: number; error: ErrorReport };
      assert.deepEqual([schema, error.code, Object.keys(error)], [1, 'HLS_OPTION', ['code', 'message', 'hint']]);
      assert.match(error.message, message);
    });
  }

  it('explains every option that it takes', async () => {
    const { exitCode, stdout } = await run(['--help']);
    assert.equal(exitCode, 0);
    const explained = [...stdout.matchAll(/^ {2}(?:-o, )?--([a-z\d-]+)/gm)].map(([, name]) => name);
    for (const name of explained) assert.doesNotMatch((await run([`--${name}`, '1'])).stderr, /Unknown option/);
    for (const name of ['resume', 'allow-gaps', 'allow-private-addresses', 'tries'])
      assert.ok(explained.includes(name));
    for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
  });

  describe('from the lab', () => {
    let lab: Lab;
    before(async () => (lab = await startLab()));
    after(() => lab.close());

    it('says what it wrote, and the same as JSON', async () => {
      await using folder = await temporaryFolder();
      const output = path.join(folder.path, 'out.ts');
      const { sha256 } = await lab.digest('small');
      const words = await run([lab.url('small'), '-o', output, '--sha256']);
      assert.equal(words.exitCode, 0, words.stderr);
      assert.match(words.stderr, /^24 fragments, 0:46 of media\n$/);
      assert.match(
        words.stdout,
        new RegExp(`^out\\.ts is whole: 24 fragments, .*\\n {2}limit: .*\\n {2}${output} {2}.* ${sha256}\\n$`),
      );
      const json = await run([lab.url('small'), '-o', output, '--json', '--no-resume']);
      assert.equal((JSON.parse(json.stdout) as Receipt).state, 'complete');
      assert.match(json.stderr, /out\.ts is whole/);
    });

    it('ends with 6 and counts the gaps that the playlist declares', async () => {
      await using folder = await temporaryFolder();
      const { exitCode, stdout } = await run([lab.url('gap'), '-o', path.join(folder.path, 'out.ts')]);
      assert.equal(exitCode, 6);
      assert.match(stdout, /^out\.ts is complete with 5 gaps: 19 fragments, /);
      assert.match(stdout, /^ {2}5 fragments are missing at the origin, as the playlist says$/m);
    });

    it('obeys a limit', async () => {
      await using folder = await temporaryFolder();
      const target = lab.url('small', { session: 'limit', faults: [{ kind: 'no-headers', resource: 'playlist' }] });
      const args = ['-o', path.join(folder.path, 'out.ts'), '--first-byte-timeout', '0.2', '--tries', '2'];
      const { exitCode, stderr } = await run([target, ...args]);
      assert.equal(exitCode, 3);
      assert.match(
        stderr,
        /The playlist: no answer within 0\.\d s; trying again in .*\n.*no answer within 0\.\d s \(2 tries\)\. /,
      );
      assert.equal((await lab.requests('limit')).length, 2);
      assert.deepEqual(await readdir(folder.path), []);
    });

    it('takes headers from the command line, a file and the environment, in this order', async () => {
      await using folder = await temporaryFolder();
      const file = path.join(folder.path, 'headers');
      await writeFile(file, 'X-File: a\n');
      const args = ['-o', path.join(folder.path, 'out.ts'), '--headers-file', file, '--header', 'X-Option: b'];
      const target = lab.url('small', { session: 'headers' });
      assert.equal((await run([target, ...args], { HOTFRAME_HEADERS: 'X-Environment: c' })).exitCode, 0);
      const [first] = await lab.requests('headers');
      for (const name of ['x-file', 'x-option', 'x-environment']) assert.ok(first?.headerNames.includes(name), name);
    });

    it('saves a profile where asked for', async () => {
      await using folder = await temporaryFolder();
      const output = path.join(folder.path, 'out.ts');
      assert.equal((await run([lab.url('small'), '-o', output, '--profile', 'cpu'])).exitCode, 0);
      assert.ok('nodes' in (JSON.parse(await readFile(`${output}.cpuprofile`, 'utf8')) as object));
    });
  });
});
