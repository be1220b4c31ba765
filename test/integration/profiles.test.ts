import assert from 'node:assert/strict';
import { access, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { JobProfile } from '../../src/jobs/record.ts';
import { download, readRecord, useFolder } from './extension.ts';
import { labUrl } from './lab.ts';

/** What a line of the tree hands to its commands. */
interface ProfileLine {
  kind: 'profile';
  id: string;
  path: string;
  profile: JobProfile;
  label: string;
}

describe('profiles of a job', () => {
  const folder = useFolder();
  let id: string;
  let profilesFolder: string;

  beforeEach(async () => {
    const result = await download({ url: labUrl('tiny', { fragments: 3 }), output: join(folder.path, 'lab.ts') });
    id = result.id;
    profilesFolder = join(result.folder, 'profiles');
  });

  async function attach(...files: [name: string, text: string][]): Promise<void> {
    const uris = files.map(([name]) => vscode.Uri.file(join(folder.path, name)));
    for (const [name, text] of files) await writeFile(join(folder.path, name), text);
    await vscode.commands.executeCommand('hotframe.attachProfile', id, uris);
  }

  async function profiles(): Promise<JobProfile[]> {
    return (await readRecord(id))?.profiles ?? [];
  }

  async function lineOf(name: string): Promise<ProfileLine> {
    const profile = (await profiles()).find((one) => one.name === name);
    assert.ok(profile, `there is no profile ${name}`);
    return { kind: 'profile', id, path: join(profilesFolder, profile.file), profile, label: name };
  }

  it('are attached several at once, without those that are none', async () => {
    await attach(['a.folded', 'main;malloc 3\n'], ['notes.txt', 'no stacks in here'], ['b.folded', 'main;work 2\n']);
    assert.deepEqual(
      (await profiles()).map(({ name, total }) => [name, name.endsWith('.folded') ? total : '']),
      [
        ['engine.cpuprofile', ''],
        ['a.folded', 3],
        ['b.folded', 2],
      ],
    );
    assert.deepEqual((await readdir(profilesFolder)).sort(), ['a.folded', 'b.folded', 'engine.cpuprofile']);
  });

  it('are renamed without their file, and get their own name back', async () => {
    await vscode.commands.executeCommand('hotframe.renameProfile', await lineOf('engine.cpuprofile'), 'before');
    const line = await lineOf('before');
    assert.equal(line.profile.file, 'engine.cpuprofile');
    await vscode.commands.executeCommand('hotframe.renameProfile', line, ' ');
    await lineOf('engine.cpuprofile');
  });

  it('are detached with the job’s copy, while the file that they came from stays', async () => {
    await attach(['a.folded', 'main;malloc 3\n']);
    const line = await lineOf('a.folded');
    await vscode.commands.executeCommand('hotframe.detachProfile', line, undefined, { isSure: true });
    assert.deepEqual(
      (await profiles()).map(({ name }) => name),
      ['engine.cpuprofile'],
    );
    await assert.rejects(access(line.path));
    await access(join(folder.path, 'a.folded'));
  });

  it('are judged as the settings say', async () => {
    const settings = vscode.workspace.getConfiguration('hotframe');
    const rules = [{ pattern: '^my_pool_', category: 'allocator' }];
    try {
      await settings.update('categoryRules', rules, vscode.ConfigurationTarget.Global);
      await attach(['a.folded', '_start;main;my_pool_take 3\n']);
      const { profile } = await lineOf('a.folded');
      assert.deepEqual([profile.gate.literal, profile.judgedBy?.length], [['allocator'], 16]);
    } finally {
      await settings.update('categoryRules', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('are attached in spite of rules that cannot be used', async () => {
    const settings = vscode.workspace.getConfiguration('hotframe');
    try {
      await settings.update('categoryRules', [{ pattern: '(', category: 'gc' }], vscode.ConfigurationTarget.Global);
      await attach(['a.folded', '_start;main;malloc 3\n']);
      assert.deepEqual((await lineOf('a.folded')).profile.gate.literal, ['allocator']);
    } finally {
      await settings.update('categoryRules', undefined, vscode.ConfigurationTarget.Global);
      await vscode.commands.executeCommand('notifications.clearAll');
    }
  });
});
