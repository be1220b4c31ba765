import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readProfile } from '../../../../src/profile/formats/index.ts';
import { hotFrames } from '../../../../src/profile/hotFrames.ts';
import { startHeapProfile } from '../../../../src/profile/record/heap.ts';
import { startTimeline } from '../../../../src/profile/record/timeline.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

function makeGarbage(count: number): number {
  let length = 0;
  for (let at = 0; at < count; at++) length += [`${at} of many`, { at }, [at, at + 1]].length;
  return length;
}

describe('recording a heap profile', () => {
  it('sees what died young, and keeps the timeline with the memory that it does not see', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'a.heapprofile');
    const recording = await startHeapProfile();
    const timeline = startTimeline();
    assert.ok(makeGarbage(300_000) > 0);
    const buffer = Buffer.allocUnsafeSlow(50 * 2 ** 20).fill(1);
    const recorded = { timeline: timeline.stop(), startMs: timeline.startMs };
    assert.deepEqual(await recording.save(path, recorded), []);
    const profile = readProfile(await readFile(path), 'a.heapprofile');
    assert.deepEqual([profile.format, profile.unit], ['heapprofile', 'bytes']);
    const { frames, total } = hotFrames(profile);
    const garbage = frames.find(({ name }) => name === 'makeGarbage');
    assert.ok((garbage?.self ?? 0) > 5 * 2 ** 20, JSON.stringify(frames.slice(0, 3)));
    assert.ok(total < buffer.length * 2);
    const peak = Math.max(...(profile.timeline?.slots ?? []).map(({ peaks }) => peaks.arrayBuffersBytes));
    assert.ok(peak >= buffer.length);
  });

  it('leaves nothing of itself: the next one starts empty', async () => {
    await using folder = await temporaryFolder();
    const [first, second] = [join(folder.path, 'a.heapprofile'), join(folder.path, 'b.heapprofile')];
    const recording = await startHeapProfile();
    makeGarbage(200_000);
    await recording.save(first);
    await (await startHeapProfile()).save(second);
    const sizeOf = async (path: string) => (JSON.parse(await readFile(path, 'utf8')) as { samples: [] }).samples.length;
    assert.ok((await sizeOf(second)) * 10 < (await sizeOf(first)));
  });

  it('writes no more than it may: samples of one place as one', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'a.heapprofile');
    const recording = await startHeapProfile(10_000);
    makeGarbage(1_000_000);
    await recording.save(path);
    const text = await readFile(path, 'utf8');
    const { samples } = JSON.parse(text) as { samples: { nodeId: number }[] };
    assert.equal(new Set(samples.map(({ nodeId }) => nodeId)).size, samples.length);
    assert.ok(readProfile(Buffer.from(text), 'a.heapprofile').threads[0]?.samples);
  });
});
