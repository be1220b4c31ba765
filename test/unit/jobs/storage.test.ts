import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measureJobs, planRemovals, removable, totalBytes, type JobStorage } from '../../../src/jobs/storage.ts';
import { JobStore } from '../../../src/jobs/store.ts';
import { sampleProfile, sampleRequest } from './samples.ts';
import { useTemporaryFolder } from './temporaryFolder.ts';

function job(
  id: string,
  day: number,
  state: JobStorage['state'],
  restBytes: number,
  ...profiles: number[]
): JobStorage {
  return {
    id,
    title: id,
    createdAt: `2026-01-0${day}T00:00:00.000Z`,
    state,
    restBytes,
    profiles: profiles.map((bytes, index) => ({ file: `${index}.cpuprofile`, name: `${index}`, bytes })),
  };
}

const namesOf = (removals: ReturnType<typeof removable>): string[] =>
  removals.map(({ id, profile }) => (profile === undefined ? id : `${id}/${profile.name}`));

describe('storage of jobs', () => {
  const jobs = [
    job('new', 5, 'over', 10, 100, 50),
    job('runs', 4, 'running', 10, 100),
    job('failed', 3, 'resumable', 10, 100),
    job('broken', 2, 'unreadable', 10, 100),
    job('old', 1, 'over', 10, 100),
  ];

  it('is made free oldest first, profiles before jobs, and never of what runs or cannot be read', () => {
    assert.deepEqual(namesOf(removable(jobs)), ['old/0', 'failed/0', 'new/0', 'new/1', 'old', 'new']);
  });

  it('is planned for no more than the quota asks', () => {
    const total = 500 + 100;
    assert.equal(totalBytes(jobs), total);
    assert.deepEqual(planRemovals(jobs, total), []);
    assert.deepEqual(namesOf(planRemovals(jobs, total - 1)), ['old/0']);
    assert.deepEqual(namesOf(planRemovals(jobs, total - 100)), ['old/0']);
    assert.deepEqual(namesOf(planRemovals(jobs, total - 101)), ['old/0', 'failed/0']);
    assert.deepEqual(namesOf(planRemovals(jobs, 0)), ['old/0', 'failed/0', 'new/0', 'new/1', 'old', 'new']);
    assert.deepEqual(planRemovals(jobs, Infinity), []);
  });

  describe('on disk', () => {
    const folder = useTemporaryFolder();

    it('is measured by job and profile, and goes profile by profile', async () => {
      const store = new JobStore(join(folder.path, 'jobs'));
      const running = await store.create(sampleRequest(join(folder.path, 'x.ts')), 'x');
      await store.addProfile(running.id, sampleProfile(), Buffer.alloc(1000));
      await writeFile(join(running.folder, 'receipt.jsonl'), 'x'.repeat(500));
      await running.end('complete');
      await mkdir(join(store.folder, '20200101-000000-000-00000a'));
      await writeFile(join(store.folder, '20200101-000000-000-00000a', 'job.json'), '{');
      const [measured, broken] = await measureJobs(await store.list());
      assert.deepEqual([measured?.state, broken?.state], ['over', 'unreadable']);
      assert.deepEqual(measured?.profiles, [{ file: 'native.folded', name: 'native.folded', bytes: 1000 }]);
      assert.ok(measured.restBytes > 500 && measured.restBytes < 5000, `${measured.restBytes}`);
      await store.removeProfile(running.id, 'native.folded');
      const [after] = await measureJobs(await store.list());
      assert.deepEqual(after?.profiles, []);
      assert.ok(after.restBytes <= measured.restBytes);
    });
  });
});
