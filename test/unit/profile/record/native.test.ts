import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { ProfileError } from '../../../../src/profile/errors.ts';
import { readProfile } from '../../../../src/profile/formats/index.ts';
import { startNativeProfile } from '../../../../src/profile/record/native.ts';
import { readLevel } from '../../../../src/profile/record/perf.ts';
import { findSamplers, needKernelStacks, samplersGone } from './perfHere.ts';

const NATIVE = new URL('../../../../src/profile/record/native.ts', import.meta.url).href;

/** Asks the kernel for much, again and again. */
async function readForMs(ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) await readFile(process.execPath);
}

function isCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof ProfileError && error.code === code && error.hint.length > 0;
}

/** Runs a module in another process, and resolves to what it prints. */
async function runModule(
  text: string,
  options: { uid?: number; gid?: number; env?: NodeJS.ProcessEnv },
): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', text], options);
  return stdout.trim();
}

const MIB = 2 ** 20;

describe('recording a native profile', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hotframe-native-'));
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  it('says which package to install where there is no perf', async () => {
    const text = `import { startNativeProfile } from ${JSON.stringify(NATIVE)};
      await startNativeProfile({ path: '/tmp/x', intervalUs: 1000, sizeMaxBytes: ${MIB} }).catch((error) => console.log(JSON.stringify(error)));`;
    const { code, hint } = JSON.parse(await runModule(text, { env: { PATH: '' } })) as Record<string, string>;
    assert.equal(code, 'PROFILE_RECORDER');
    if (process.platform === 'linux') assert.match(hint ?? '', /linux-perf/);
    assert.match(hint ?? '', /--profile cpu/);
  });

  it('falls back to user space where no more is allowed, and says so in the file', async function () {
    await needKernelStacks(this);
    const nobody = 65534;
    if (process.getuid?.() !== 0 || (await readLevel()) !== '2') {
      console.log('      skipped: it takes root, and kernel.perf_event_paranoid at 2, to be refused the kernel only');
      this.skip();
    }
    const text = `import { startNativeProfile } from ${JSON.stringify(NATIVE)};
      import { mkdtemp, readFile, rm } from 'node:fs/promises';
      const folder = await mkdtemp('/tmp/hotframe-nobody-');
      const recording = await startNativeProfile({ path: folder + '/a.folded', intervalUs: 500, sizeMaxBytes: ${MIB} });
      for (const end = performance.now() + 200; performance.now() < end;) JSON.stringify([...Array(1000).keys()]);
      const lost = await recording.save();
      console.log(JSON.stringify({ lost, text: await readFile(folder + '/a.folded', 'utf8') }));
      await rm(folder, { recursive: true });`;
    const told = await runModule(text, { uid: nobody, gid: nobody }).catch((error: unknown) => {
      if (/EACCES|MODULE_NOT_FOUND/.test(String(error))) return undefined;
      throw error;
    });
    if (told === undefined) {
      console.log('      skipped: another user cannot read the sources');
      this.skip();
    }
    const { lost, text: folded } = JSON.parse(told) as { lost: string[]; text: string };
    assert.match(lost[0] ?? '', /^user space only: no system call and no page fault is in it/);
    assert.ok(!folded.includes('_[k]'));
    const profile = readProfile(Buffer.from(folded), 'a.folded');
    assert.ok(profile.lost.some((words) => words.startsWith('user space only')));
  });

  describe('with perf', () => {
    before(function () {
      return needKernelStacks(this);
    });
    // What a failed test left must not sample on.
    afterEach(() => samplersGone(process.pid));

    it('sees the kernel under the runtime, and leaves the profile only', async () => {
      const path = join(folder, 'a.folded');
      const recording = await startNativeProfile({ path, intervalUs: 500, sizeMaxBytes: MIB });
      assert.equal((await findSamplers(process.pid)).length, 1);
      assert.deepEqual(await readdir(folder), []);
      await readForMs(200);
      await recording.save();
      assert.deepEqual(await readdir(folder), ['a.folded']);
      const text = await readFile(path, 'utf8');
      assert.match(text, /^# Recorded with perf every 500 µs of processor time; kernel and user stacks; Node v/);
      assert.match(text, /uv\w*;.*entry_SYSCALL_64\w*_\[k\];|uv\w*;.*el0_svc\w*_\[k\];/);
      assert.equal(readProfile(Buffer.from(text), 'a.folded').unit, 'samples');
    });

    it('stops before its data gets larger than it may, and says so in the file', async () => {
      const path = join(folder, 'size.folded');
      const recording = await startNativeProfile({ path, intervalUs: 100, sizeMaxBytes: 32 * 1024 });
      while ((await findSamplers(process.pid)).length > 0) await readForMs(20);
      const lost = await recording.save();
      assert.ok(lost.includes('the recording stopped before the end, at 32 KiB of samples'), lost.join('\n'));
      const profile = readProfile(await readFile(path), 'size.folded');
      assert.ok(profile.lost.includes('the recording stopped before the end, at 32 KiB of samples'));
    });

    it('is used as far as it came when perf ends before', async () => {
      const path = join(folder, 'early.folded');
      const recording = await startNativeProfile({ path, intervalUs: 500, sizeMaxBytes: MIB });
      await readForMs(100);
      for (const pid of await findSamplers(process.pid)) process.kill(pid, 'SIGINT');
      await samplersGone(process.pid);
      assert.ok((await recording.save()).includes('perf ended before the download did'));
      await access(path, constants.R_OK);
    });

    it('writes nothing when saving is given up', async () => {
      const path = join(folder, 'no.folded');
      const recording = await startNativeProfile({ path, intervalUs: 1000, sizeMaxBytes: MIB });
      await readForMs(50);
      await assert.rejects(recording.save(undefined, AbortSignal.abort()), { name: 'AbortError' });
      await assert.rejects(access(path), { code: 'ENOENT' });
    });

    it('refuses a folder that is not there, and leaves nothing running', async () => {
      const path = join(folder, 'none', 'x.folded');
      await assert.rejects(
        startNativeProfile({ path, intervalUs: 1000, sizeMaxBytes: MIB }),
        isCode('PROFILE_UNWRITABLE'),
      );
      assert.deepEqual(await findSamplers(process.pid), []);
    });

    it('ends with the thread that recorded', async () => {
      const text = `import { startNativeProfile } from ${JSON.stringify(NATIVE)};
        import { parentPort } from 'node:worker_threads';
        await startNativeProfile({ path: ${JSON.stringify(join(folder, 'gone.folded'))}, intervalUs: 1000, sizeMaxBytes: ${MIB} });
        parentPort.postMessage('recording');
        setInterval(() => undefined, 1000);`;
      const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(text)}`));
      await once(worker, 'message');
      assert.equal((await findSamplers(process.pid)).length, 1);
      await worker.terminate();
      await samplersGone(process.pid);
      await assert.rejects(access(join(folder, 'gone.folded')), { code: 'ENOENT' });
      assert.deepEqual(
        (await readdir(folder)).filter((name) => name.endsWith('.part')),
        [],
      );
    });
  });
});
