import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { readProfile } from '../../src/profile/formats/index.ts';
import { download, extension, readRecord, useFolder, waitFor } from './extension.ts';
import { lab, labDigest, labUrl } from './lab.ts';

const SIZE = { fragments: 12, fragmentBytes: 200_000 };

describe('download command', () => {
  const folder = useFolder();

  it('writes the right bytes and keeps a job with its receipt and profile', async () => {
    const output = join(folder.path, 'lab.ts');
    const { id, folder: jobFolder, exitCode } = await download({ url: labUrl('4k', SIZE), output });
    assert.equal(exitCode, 0);
    const sha256 = createHash('sha256')
      .update(await readFile(output))
      .digest('hex');
    assert.equal(sha256, (await labDigest('4k', SIZE)).sha256);
    assert.deepEqual(await readdir(folder.path), ['lab.ts'], 'nothing else is left beside the file');

    const record = await readRecord(id);
    assert.equal(record?.state, 'complete');
    assert.equal(record.receipt?.fragments.fetched, SIZE.fragments);
    const lines = (await readFile(join(jobFolder, 'receipt.jsonl'), 'utf8')).trimEnd().split('\n');
    assert.equal(lines.length, SIZE.fragments);
    const [profile] = record.profiles;
    assert.equal(profile?.kind, 'cpu');
    const { format, unit } = readProfile(await readFile(join(jobFolder, 'profiles', profile.file)), profile.file);
    assert.deepEqual([format, unit], ['cpuprofile', 'microseconds']);
  });

  it('takes the variant that was asked for, and records no profile when none is wanted', async () => {
    const options = { fragments: 3 };
    const { record } = await download({
      url: labUrl('multivariant', options),
      output: join(folder.path, 'small.ts'),
      variant: 'worst',
      audio: 'none',
      profile: 'none',
    });
    assert.equal(record.state, 'complete', record.error?.message);
    assert.ok((record.variant?.height ?? Infinity) < 1080);
    assert.deepEqual(record.profiles, []);
  });

  it('trusts the certificates that are given, and no others', async () => {
    const url = labUrl('4k', SIZE).replace(lab().http, lab().https);
    const output = join(folder.path, 'secure.ts');
    const refused = await download({ url, output });
    assert.equal(refused.record.error?.code, 'HLS_PLAYLIST_TLS');
    const ca = await readFile(lab().caPath, 'utf8');
    const { record } = await download({ url, output, ca, http: '2', write: 'buffered', concurrency: 2 });
    assert.equal(record.state, 'complete', record.error?.message);
    assert.deepEqual(record.receipt?.settings.write, 'buffered');
  });

  it('keeps the query out of everything on disk', async () => {
    const output = join(folder.path, 'lab.ts');
    const { folder: jobFolder } = await download({ url: labUrl('tiny', { fragments: 4, token: 'S3CRET' }), output });
    const files = await readdir(jobFolder, { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => readFile(join(file.parentPath, file.name), 'latin1'));
    for (const text of await Promise.all(texts)) assert.ok(!text.includes('S3CRET'));
  });

  it('can be cancelled, and leaves nothing under the final name', async () => {
    const output = join(folder.path, 'slow.ts');
    const { jobsFolder } = await extension().activate();
    const before = new Set(await readdir(jobsFolder));
    const ended = download({ url: labUrl('4k', { fragments: 50, bytesPerSecond: 100_000 }), output });
    const id = await waitFor(async () =>
      (await readdir(jobsFolder)).find((name) => /^\d/.test(name) && !before.has(name)),
    );
    await waitFor(async () => ((await readRecord(id))?.progress === undefined ? undefined : true));
    await vscode.commands.executeCommand('hotframe.cancel', id);
    const { record, exitCode } = await ended;
    assert.deepEqual([record.state, exitCode], ['cancelled', 130]);
    assert.deepEqual(await readdir(folder.path), []);
  });

  it('refuses a second download to the same file while the first one runs', async () => {
    const output = join(folder.path, 'same.ts');
    const first = download({ url: labUrl('4k', { fragments: 4, fragmentBytes: 200_000, latencyMs: 300 }), output });
    await waitFor(async () => {
      const jobs = await (await extension().activate()).listJobs();
      const isRunning = jobs.some(
        (job) => job.kind === 'job' && job.record.state === 'running' && job.record.request.output === output,
      );
      return isRunning ? true : undefined;
    });
    const second = await vscode.commands.executeCommand('hotframe.download', { url: labUrl('tiny'), output });
    assert.equal(second, undefined);
    assert.equal((await first).record.state, 'complete');
  });

  it('rejects what is no URL or no absolute path before anything is created', async () => {
    const { listJobs } = await extension().activate();
    const { length } = await listJobs();
    await assert.rejects(download({ url: 'sintel', output: join(folder.path, 'x.ts') }), /not a URL/);
    await assert.rejects(download({ url: 'ftp://a.example/x.m3u8', output: join(folder.path, 'x.ts') }), /http/);
    await assert.rejects(download({ url: labUrl('tiny'), output: 'x.ts' }), /absolute/);
    assert.equal((await listJobs()).length, length);
  });
});
