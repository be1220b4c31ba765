import assert from 'node:assert/strict';
import { access, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { runProfile } from '../../../src/cli/profile.ts';
import type { Receipt } from '../../../src/engine/receipt.ts';
import type { ProfileSummary } from '../../../src/profile/summary.ts';
import { startLab, type Lab } from '../../origin/lab.ts';
import { needKernelStacks, findSamplers, samplersGone } from '../profile/record/perfHere.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { startCli } from './process.ts';
import { Text } from './text.ts';

async function summaryOf(file: string): Promise<ProfileSummary> {
  const [stdout, stderr] = [new Text(), new Text()];
  assert.equal(await runProfile([file, '--json', '--top', '1000'], { stdout, stderr }), 0, stderr.text);
  return JSON.parse(stdout.text) as ProfileSummary;
}

describe('hotframe download --profile native', () => {
  let lab: Lab;
  before(async function () {
    await needKernelStacks(this);
    lab = await startLab();
  });
  // Without perf there is no lab either.
  after(() => (lab as Lab | undefined)?.close());

  it('shows the engine over libuv over the kernel, and the gate in both readings', async () => {
    await using folder = await temporaryFolder();
    const output = path.join(folder.path, 'out.ts');
    const url = lab.url('4k', { fragments: 60 });
    await using running = startCli(
      'download',
      url,
      '-o',
      output,
      '--profile=native',
      '--profile-interval=500',
      '--json',
    );
    const { exitCode, stdout, stderr } = await running.ended;
    assert.equal(exitCode, 0, stderr);
    const profile = `${output}.folded`;
    assert.deepEqual((JSON.parse(stdout) as Receipt).profiles, [{ kind: 'native', path: profile }]);
    assert.deepEqual((await readdir(folder.path)).sort(), ['out.ts', 'out.ts.folded']);
    await assert.rejects(access(`/tmp/perf-${String(running.child.pid)}.map`), { code: 'ENOENT' });
    assert.deepEqual(
      (await readdir('.')).filter((name) => name.endsWith('-v8.log')),
      [],
    );

    const { hotFrames, gate, unit } = await summaryOf(profile);
    assert.equal(unit, 'samples');
    assert.ok(hotFrames.some(({ file, category }) => file === '[kernel.kallsyms]' && category === 'network'));
    assert.ok(gate.owned.hit && gate.owned.categories.includes('network'), JSON.stringify(gate));
    assert.equal(typeof gate.literal.hit, 'boolean');
    const stacks = (await readFile(profile, 'utf8')).split('\n');
    // Reads come from libuv, writes from the engine's own functions: both end in the kernel.
    const read = stacks.find((stack) => /;uv_run;uv__io_poll;.*(?:entry_SYSCALL_64|el0_svc)\w*_\[k\];/.test(stack));
    const written = stacks.find((stack) =>
      /;uv__io_poll;.*#?\w+ file:\S*\/src\/engine\/output\/\S+:\d+:\d+;.*(?:entry_SYSCALL_64|el0_svc)\w*_\[k\];/.test(
        stack,
      ),
    );
    assert.ok(read !== undefined && written !== undefined, stacks.slice(0, 20).join('\n'));
    const named = stacks.filter((stack) => stack.includes('/src/engine/')).length;
    const unnamed = stacks.filter((stack) => stack.includes('[unknown]_[j]'));
    assert.ok(
      unnamed.length < named / 10,
      `${unnamed.length} stacks with functions that have no name, ${named} with the engine's`,
    );
  });

  /** Slow enough to be in the middle of it when told. */
  const slow = { fragments: 60, fragmentBytes: 100_000, bytesPerSecond: 200_000 };

  it('ends the recording when it is interrupted, and keeps what it saw', async () => {
    await using folder = await temporaryFolder();
    const output = path.join(folder.path, 'out.ts');
    await using running = startCli('download', lab.url('small', slow), '-o', output, '--profile=native', '--no-resume');
    await running.said(/60 fragments/);
    const pid = running.child.pid ?? 0;
    assert.equal((await findSamplers(pid)).length, 1);
    running.child.kill('SIGINT');
    assert.equal((await running.ended).exitCode, 130);
    assert.deepEqual(await findSamplers(pid), []);
    assert.deepEqual(await readdir(folder.path), ['out.ts.folded']);
  });

  it('leaves no perf and no map when it is killed', async () => {
    await using folder = await temporaryFolder();
    const output = path.join(folder.path, 'out.ts');
    await using running = startCli('download', lab.url('small', slow), '-o', output, '--profile=native', '--no-resume');
    await running.said(/60 fragments/);
    const pid = running.child.pid ?? 0;
    running.child.kill('SIGKILL');
    await running.ended;
    await samplersGone(pid);
    await assert.rejects(access(`/tmp/perf-${pid}.map`), { code: 'ENOENT' });
    assert.ok(!(await readdir(folder.path)).some((name) => name.includes('folded')));
  });
});
