import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import { ProfileError } from '../../../../src/profile/errors.ts';
import { readProfile } from '../../../../src/profile/formats/index.ts';
import { hotFrames } from '../../../../src/profile/hotFrames.ts';
import { saveCpuProfile, startCpuProfile } from '../../../../src/profile/record/cpu.ts';

/** Works until enough time has passed for a few samples. */
function hashForMs(ms: number): void {
  const end = performance.now() + ms;
  const block = Buffer.alloc(64 * 1024, 7);
  while (performance.now() < end) createHash('sha256').update(block).digest();
}

function isCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof ProfileError && error.code === code && error.hint.length > 0;
}

describe('recording a CPU profile', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hotframe-cpu-'));
  });
  after(async () => rm(folder, { recursive: true }));

  it('records this thread, and what is saved can be read back', async () => {
    const recording = await startCpuProfile(500);
    hashForMs(80);
    const path = join(folder, 'a.cpuprofile');
    await saveCpuProfile(path, await recording.stop());
    const profile = readProfile(await readFile(path), 'a.cpuprofile');
    assert.equal(profile.format, 'cpuprofile');
    assert.equal(profile.unit, 'microseconds');
    const { frames, categories, total } = hotFrames(profile);
    assert.ok(total >= 60_000, `${total} µs`);
    const work = frames.filter(({ category }) => category === 'crypto').reduce((sum, { self }) => sum + self, 0);
    assert.ok(work > total * 0.3, JSON.stringify(categories));
    assert.deepEqual(await readdir(folder), ['a.cpuprofile']);
  });

  it('records two at a time, each of its own length', async () => {
    const first = await startCpuProfile(1000);
    const second = await startCpuProfile(1000);
    hashForMs(20);
    const profiles = await Promise.all([first.stop(), second.stop()]);
    for (const profile of profiles) assert.ok('nodes' in profile);
  });

  it('stops once', async () => {
    const recording = await startCpuProfile(1000);
    await recording.stop();
    await assert.rejects(recording.stop(), isCode('PROFILE_RECORDER'));
  });

  it('refuses an interval that is none', async () => {
    for (const interval of [0, -5, 1.5, Number.NaN])
      await assert.rejects(startCpuProfile(interval), isCode('PROFILE_RECORDER'));
  });

  it('records a worker’s own thread', async () => {
    const recorder = new URL('../../../../src/profile/record/cpu.ts', import.meta.url).href;
    const source = `
      import { parentPort } from 'node:worker_threads';
      import { startCpuProfile } from ${JSON.stringify(recorder)};
      const recording = await startCpuProfile(500);
      function busyInWorker() { let sum = 0; const end = performance.now() + 60; while (performance.now() < end) sum += Math.sqrt(sum); return sum; }
      busyInWorker();
      parentPort.postMessage(JSON.stringify(await recording.stop()));`;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
    const [text] = (await once(worker, 'message')) as [string];
    await worker.terminate();
    assert.ok(hotFrames(readProfile(Buffer.from(text), 'w')).frames.some(({ name }) => name === 'busyInWorker'));
  });

  it('leaves nothing behind when a file cannot be written', async () => {
    await assert.rejects(saveCpuProfile(join(folder, 'missing', 'a.cpuprofile'), {}), isCode('PROFILE_UNWRITABLE'));
    await assert.rejects(saveCpuProfile(folder, {}), isCode('PROFILE_UNWRITABLE'));
    const left = await readdir(join(folder, '..'));
    assert.deepEqual(
      left.filter((name) => name.startsWith(`${folder.split('/').at(-1) ?? ''}.`)),
      [],
    );
  });
});
