import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure, parseTime } from '../../bench/usage.ts';

describe('bench usage', () => {
  it('reads the figures of GNU time', () => {
    const usage = parseTime('1.25 0.50 204800 2048 0\n');
    assert.deepEqual(usage, { cpuS: 1.75, maxRssBytes: 209_715_200, writtenBytes: 1_048_576, exitCode: 0 });
  });

  it('reads them after the words about a bad ending', () => {
    assert.equal(parseTime('Command exited with non-zero status 3\n0.00 0.01 2048 0 3\n').exitCode, 3);
    assert.equal(parseTime('Command terminated by signal 9\n0.10 0.01 2048 0 0\n').cpuS.toFixed(2), '0.11');
  });

  for (const text of ['', 'time: cannot run nothing', '1,25 0,50 204800 2048 0']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseTime(text), /no figures/);
    });
  }

  describe('of a process', function () {
    let folder = '';
    before(async function () {
      if (!existsSync('/usr/bin/time')) this.skip();
      folder = await mkdtemp(join(tmpdir(), 'hotframe-usage-'));
    });
    after(() => rm(folder, { recursive: true, force: true }));

    const run = (command: readonly string[], timeoutMs = 10_000) =>
      measure(command, { cwd: folder, timeFile: join(folder, 'time.txt'), timeoutMs });

    it('counts the CPU time and memory of children', async () => {
      const burn =
        'const end = process.cpuUsage().user + 2e5; Buffer.alloc(6e7, 1); while (process.cpuUsage().user < end);';
      const usage = await run(['sh', '-c', '"$0" -e "$1"; exit 7', process.execPath, burn]);
      assert.equal(usage.exitCode, 7);
      assert.ok(usage.cpuS >= 0.2, `${usage.cpuS} s`);
      assert.ok(usage.maxRssBytes > 6e7, `${usage.maxRssBytes} bytes`);
      assert.ok(usage.wallS > 0.2);
    });

    it('keeps the settings of the person who runs it out', async () => {
      process.env['HOTFRAME_BENCH_PROBE'] = 'seen';
      try {
        const { stdout } = await run(['sh', '-c', 'echo "$HOME|$HOTFRAME_BENCH_PROBE|$http_proxy"']);
        assert.equal(stdout, `${folder}||\n`);
      } finally {
        delete process.env['HOTFRAME_BENCH_PROBE'];
      }
    });

    it('ends a program that takes too long, and its children', async () => {
      // The child holds the pipe of standard output: were it alive, the run would not be over.
      const usage = await run(['sh', '-c', 'sleep 60 & wait'], 300);
      assert.equal(usage.timedOut, true);
      assert.ok(usage.wallS >= 0.3 && usage.wallS < 10, `${usage.wallS} s`);
    });

    it('says where a program cannot be started', async () => {
      const { exitCode, stderr } = await run(['/no/such/program']);
      assert.equal(exitCode, 127);
      assert.match(stderr, /no\/such\/program/);
    });
  });
});
