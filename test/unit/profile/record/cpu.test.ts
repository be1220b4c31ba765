import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import { ProfileError } from '../../../../src/profile/errors.ts';
import { readProfile } from '../../../../src/profile/formats/index.ts';
import { hotFrames } from '../../../../src/profile/hotFrames.ts';
import type { CallTree } from '../../../../src/profile/model.ts';
import { saveCpuProfile, startCpuProfile } from '../../../../src/profile/record/cpu.ts';
import { startTimeline } from '../../../../src/profile/record/timeline.ts';

/** Works until enough time has passed for a few samples. */
function hashForMs(ms: number): void {
  const end = performance.now() + ms;
  const block = Buffer.alloc(64 * 1024, 7);
  while (performance.now() < end) createHash('sha256').update(block).digest();
}

/** Whether a stack that ends at the node has that function in it. */
function isBelow({ frame, frames, parent }: CallTree, node: number, name: string): boolean {
  for (let at = node; at >= 0; at = parent[at] ?? -1) if (frames[frame[at] ?? 0]?.name === name) return true;
  return false;
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
    assert.deepEqual(await saveCpuProfile(path, recording), []);
    const profile = readProfile(await readFile(path), 'a.cpuprofile');
    assert.equal(profile.format, 'cpuprofile');
    assert.equal(profile.unit, 'microseconds');
    const { frames, categories, total } = hotFrames(profile);
    assert.ok(total >= 60_000, `${total} µs`);
    const work = frames.filter(({ category }) => category === 'crypto').reduce((sum, { self }) => sum + self, 0);
    assert.ok(work > total * 0.3, JSON.stringify(categories));
    assert.deepEqual(await readdir(folder), ['a.cpuprofile']);
  });

  it('agrees with the timeline on when something happened', async () => {
    const timeline = startTimeline();
    const recording = await startCpuProfile(500);
    await wait(40);
    const fromMs = performance.now() - timeline.startMs;
    hashForMs(60);
    const toMs = performance.now() - timeline.startMs;
    await wait(40);
    const path = join(folder, 'clock.cpuprofile');
    await saveCpuProfile(path, recording, { recorded: { timeline: timeline.stop(), startMs: timeline.startMs } });
    const profile = readProfile(await readFile(path), 'clock.cpuprofile');
    const [thread] = profile.threads;
    const { originUs = 0 } = profile.timeline ?? {};
    const { tree, times } = thread ?? {};
    assert.ok(tree && times && profile.startUs !== undefined);
    const offsetUs = profile.startUs - originUs;
    let [insideMs, outsideMs] = [0, 0];
    for (const [at, node] of times.node.entries()) {
      if (!isBelow(tree, node, 'update')) continue;
      const [startMs, endMs] = [times.startUs[at], times.endUs[at]].map((us = 0) => (us + offsetUs) / 1000) as [
        number,
        number,
      ];
      const bothMs = Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs));
      insideMs += bothMs;
      outsideMs += endMs - startMs - bothMs;
    }
    assert.ok(insideMs > 0.8 * (toMs - fromMs), `${insideMs} of ${toMs - fromMs} ms`);
    assert.ok(outsideMs < 5, `${outsideMs} ms outside`);
    await rm(path);
  });

  it('stops by itself before its file is larger than it may be, and says so in it', async () => {
    const sizeMaxBytes = 32 * 1024;
    const recording = await startCpuProfile(100, sizeMaxBytes);
    // Samples for three times as much.
    hashForMs(100);
    await wait(1);
    for (let at = 0; at < 10; at++) {
      hashForMs(40);
      await wait(1);
    }
    const path = join(folder, 'size.cpuprofile');
    const [lost = ''] = await saveCpuProfile(path, recording, { sizeMaxBytes });
    assert.match(lost, /^the recording stopped before the end, after \d\.\d s: more would be larger than 32 KiB$/);
    assert.ok((await stat(path)).size <= sizeMaxBytes);
    const profile = readProfile(await readFile(path), 'size.cpuprofile');
    assert.ok(profile.lost.includes(lost));
    assert.ok(hotFrames(profile).total < 400_000, 'it ended before the work did');
    await rm(path);
  });

  it('leaves out what does not fit at the end', async () => {
    const path = join(folder, 'cut.cpuprofile');
    const node = { id: 1, callFrame: { functionName: 'work', url: 'a.js', lineNumber: 1, columnNumber: 1 } };
    const count = 10_000;
    const lists = { samples: Array<number>(count).fill(1), timeDeltas: Array<number>(count).fill(500) };
    const profile = { nodes: [node], startTime: 7, endTime: 7 + count * 500, ...lists };
    const recording = { startMs: 0, stop: () => Promise.resolve({ profile, isFull: false }) };
    const sizeMaxBytes = 30_000;
    const [lost = ''] = await saveCpuProfile(path, recording, { sizeMaxBytes });
    assert.ok((await stat(path)).size <= sizeMaxBytes);
    const read = readProfile(await readFile(path), 'cut.cpuprofile');
    const samples = read.threads[0]?.samples ?? 0;
    assert.ok(samples > 4000 && samples < 5000, String(samples));
    assert.equal(
      lost,
      `the recording stopped before the end, after ${((samples * 500) / 1e6).toFixed(1)} s: more would be larger than 29 KiB`,
    );
    await rm(path);
  });

  it('records two at a time, each of its own length', async () => {
    const first = await startCpuProfile(1000);
    const second = await startCpuProfile(1000);
    hashForMs(20);
    const profiles = await Promise.all([first.stop(), second.stop()]);
    for (const { profile } of profiles) assert.ok(profile.nodes.length > 0);
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
      parentPort.postMessage(JSON.stringify((await recording.stop()).profile));`;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
    const [text] = (await once(worker, 'message')) as [string];
    await worker.terminate();
    assert.ok(hotFrames(readProfile(Buffer.from(text), 'w')).frames.some(({ name }) => name === 'busyInWorker'));
  });

  it('leaves nothing behind when a file cannot be written', async () => {
    for (const path of [join(folder, 'missing', 'a.cpuprofile'), folder])
      await assert.rejects(saveCpuProfile(path, await startCpuProfile(1000)), isCode('PROFILE_UNWRITABLE'));
    const left = await readdir(join(folder, '..'));
    assert.deepEqual(
      left.filter((name) => name.startsWith(`${folder.split('/').at(-1) ?? ''}.`)),
      [],
    );
  });
});
