import assert from 'node:assert/strict';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { api, extension, hashOf, useFolder } from './extension.ts';
import { labDigest, labUrl } from './lab.ts';

const SIZE = { fragments: 4, fragmentBytes: 50_000 };

describe('the API for other extensions', () => {
  const folder = useFolder();

  it('is there in version 1 and in no other', async () => {
    const { getApi } = await extension().activate();
    assert.equal(getApi(1).version, 1);
    assert.equal(extension().exports.getApi(1), getApi(1));
    assert.throws(() => getApi(2 as 1), /version 1 of its API, not 2/);
  });

  it('downloads, lists the job, and takes a profile for it', async () => {
    const { download, listJobs, attachProfile } = await api();
    const output = join(folder.path, 'other.ts');
    const url = labUrl('4k', { ...SIZE, token: 'S3CRET' });
    const { id, ended } = await download({ url, output, profile: 'none', headers: { 'X-Key': 'S3CRET' } });
    const { job, exitCode } = await ended;
    assert.deepEqual([job.id, job.state, exitCode], [id, 'complete', 0]);
    assert.equal(await hashOf(output), (await labDigest('4k', SIZE)).sha256);
    assert.deepEqual([job.output, job.bytes], [output, (await readFile(output)).length]);
    assert.deepEqual(job.fragments, { done: 4, total: 4, gaps: 0 });
    const [listed] = await listJobs();
    assert.deepEqual(listed, job);
    assert.ok(!JSON.stringify(listed).includes('S3CRET'));

    const bytes = new TextEncoder().encode('main;read;copy_to_iter 30\nmain;malloc 10\n');
    const profile = await attachProfile(id, { name: 'native.folded', bytes });
    assert.deepEqual([profile.kind, profile.format, profile.topFrame?.name], ['attached', 'folded', 'copy_to_iter']);
    assert.deepEqual(await readFile(profile.path), Buffer.from(bytes));
    const file = join(folder.path, 'again.folded');
    await writeFile(file, bytes);
    await attachProfile(id, vscode.Uri.file(file));
    assert.deepEqual(
      (await listJobs())[0]?.profiles.map(({ name }) => name),
      ['native.folded', 'again.folded'],
    );
  });

  it('cancels', async () => {
    const { download } = await api();
    const output = join(folder.path, 'slow.ts');
    const { ended, cancel } = await download({ url: labUrl('4k', { fragments: 50, bytesPerSecond: 100_000 }), output });
    cancel();
    const { job, exitCode } = await ended;
    assert.deepEqual([job.state, exitCode], ['cancelled', 130]);
    await assert.rejects(access(output));
  });

  it('tells in an error what cannot be', async () => {
    const { download, resume, attachProfile, listJobs } = await api();
    const output = join(folder.path, 'x.ts');
    const { length } = await listJobs();
    await assert.rejects(download({ url: 'ftp://a.example/x.m3u8', output }), /http/);
    await assert.rejects(download({ url: labUrl('tiny'), output: 'x.ts' }), /absolute/);
    await assert.rejects(download({ url: labUrl('tiny'), output, duration: -1 }), /"duration"/);
    assert.equal((await listJobs()).length, length);
    await assert.rejects(resume('20200101-000000-000-00000a'), /not there any more/);
    const bytes = new TextEncoder().encode('no stacks in here');
    await assert.rejects(
      attachProfile('20200101-000000-000-00000a', { name: 'x.folded', bytes }),
      /not there any more/,
    );
    const { id, ended } = await download({ url: labUrl('tiny'), output, profile: 'none' });
    await ended;
    await assert.rejects(attachProfile(id, { name: 'x.folded', bytes }), { name: 'ProfileError' });
    await assert.rejects(resume(id), { name: 'JobOverError' });
    assert.deepEqual((await listJobs())[0]?.profiles, []);
  });
});
