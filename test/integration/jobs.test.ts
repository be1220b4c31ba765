import assert from 'node:assert/strict';
import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { JobProfile, JobRecord } from '../../src/jobs/record.ts';
import { api, download, readRecord, useFolder, waitFor } from './extension.ts';
import { labUrl } from './lab.ts';

describe('jobs', () => {
  const folder = useFolder();
  let output: string;
  let id: string;
  let jobFolder: string;

  beforeEach(async () => {
    output = join(folder.path, 'lab.ts');
    const result = await download({ url: labUrl('tiny', { fragments: 3, token: 'S3CRET' }), output });
    assert.equal(result.record.state, 'complete', result.record.error?.message);
    ({ id, folder: jobFolder } = result);
  });

  async function attach(name: string, text: string): Promise<JobProfile | undefined> {
    const path = join(folder.path, name);
    await writeFile(path, text);
    return vscode.commands.executeCommand('hotframe.attachProfile', id, vscode.Uri.file(path));
  }

  it('take folded stacks from elsewhere', async () => {
    const profile = await attach('native.folded', 'main;read;copy_to_iter 30\nmain;malloc 10\n');
    assert.deepEqual([profile?.format, profile?.total, profile?.topFrame?.name], ['folded', 40, 'copy_to_iter']);
    const record = await readRecord(id);
    assert.deepEqual(
      record?.profiles.map((one) => one.file),
      ['engine.cpuprofile', 'native.folded'],
    );
    await access(join(jobFolder, 'profiles', 'native.folded'));
  });

  it('refuse a broken profile and stay as they are', async () => {
    const before = await readFile(join(jobFolder, 'job.json'), 'utf8');
    assert.equal(await attach('broken.cpuprofile', '{"nodes": ['), undefined);
    assert.equal(await attach('text.folded', 'no stacks in here'), undefined);
    assert.equal(await readFile(join(jobFolder, 'job.json'), 'utf8'), before);
    assert.deepEqual(await readdir(join(jobFolder, 'profiles')), ['engine.cpuprofile']);
  });

  it('go without their media file', async () => {
    assert.equal(await vscode.commands.executeCommand('hotframe.deleteJob', id, { media: false }), true);
    assert.equal(await readRecord(id), undefined);
    await assert.rejects(access(jobFolder));
    await access(output);
  });

  it('go with their media file', async () => {
    assert.equal(await vscode.commands.executeCommand('hotframe.deleteJob', id, { media: true }), true);
    await assert.rejects(access(jobFolder));
    await assert.rejects(access(output));
  });

  it('do not take a file that is no longer theirs', async () => {
    await writeFile(output, 'somebody else wrote this');
    await vscode.commands.executeCommand('hotframe.deleteJob', id, { media: true });
    await access(output);
  });

  it('show their receipt as a text that cannot be edited', async () => {
    await vscode.commands.executeCommand('hotframe.openReceipt', id);
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'hotframe-receipt');
    assert.equal(document.getText().match(/^main /gm)?.length, 3);
    assert.ok(!document.getText().includes('S3CRET'));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('open their flamegraph', async () => {
    await vscode.commands.executeCommand('hotframe.openFlamegraph', id);
    const input = await waitFor(() => Promise.resolve(vscode.window.tabGroups.activeTabGroup.activeTab?.input));
    assert.ok(input instanceof vscode.TabInputCustom);
    assert.equal(input.viewType, 'hotframe.flamegraph');
    assert.equal(input.uri.fsPath, join(jobFolder, 'profiles', 'engine.cpuprofile'));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('read as interrupted when their window died', async () => {
    const record = JSON.parse(await readFile(join(jobFolder, 'job.json'), 'utf8')) as JobRecord;
    const other = '20200101-000000-000-00000a';
    const { jobsFolder } = await api();
    await mkdir(join(jobsFolder, other));
    await writeFile(join(jobsFolder, other, 'job.json'), JSON.stringify({ ...record, id: other, state: 'running' }));
    assert.equal((await readRecord(other))?.state, 'interrupted');
    await rm(join(jobsFolder, other), { recursive: true });
  });
});
