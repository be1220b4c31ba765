import assert from 'node:assert/strict';
import { access, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { api, download, listJobs, readRecord, useFolder, waitFor } from './extension.ts';
import { labUrl } from './lab.ts';

const MIB = 2 ** 20;

describe('what is kept', () => {
  const folder = useFolder();

  async function downloadTo(name: string): Promise<{ id: string; output: string }> {
    const output = join(folder.path, name);
    const { id, record } = await download({ url: labUrl('tiny', { fragments: 2 }), output, profile: 'none' });
    assert.equal(record.state, 'complete', record.error?.message);
    return { id, output };
  }

  it('is held to the quota: the oldest profiles go, and no file that was downloaded', async () => {
    const settings = vscode.workspace.getConfiguration('hotframe');
    await vscode.commands.executeCommand('hotframe.deleteAllData', { isSure: true });
    const { attachProfile } = await api();
    const [first, second] = [await downloadTo('first.ts'), await downloadTo('second.ts')];
    const bytes = Buffer.from(`${'a;b;c 1\n'.repeat(100)}${' '.repeat(MIB)}\n`);
    for (const { id } of [first, second]) await attachProfile(id, { name: 'large.folded', bytes });
    await settings.update('storageQuotaMiB', 1.5, vscode.ConfigurationTarget.Global);
    try {
      const freed = await vscode.commands.executeCommand<number>('hotframe.freeStorage', { isSure: true });
      assert.equal(freed, bytes.length);
      assert.deepEqual((await readRecord(first.id))?.profiles, []);
      assert.equal((await readRecord(second.id))?.profiles.length, 1);
      await access(first.output);
      assert.equal(await vscode.commands.executeCommand('hotframe.freeStorage', { isSure: true }), 0);
    } finally {
      await settings.update('storageQuotaMiB', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('goes as a whole, but for the files that were downloaded; and not while anything runs', async () => {
    const { jobsFolder } = await api();
    const { output } = await downloadTo('kept.ts');
    const slow = join(folder.path, 'slow.ts');
    const running = download({ url: labUrl('4k', { fragments: 50, bytesPerSecond: 100_000 }), output: slow });
    const id = await waitFor(async () => {
      const found = (await listJobs()).find((entry) => entry.kind === 'job' && entry.record.request.output === slow);
      return found?.kind === 'job' ? found.record.id : undefined;
    });
    assert.equal(await vscode.commands.executeCommand('hotframe.deleteAllData', { isSure: true }), false);
    assert.ok((await listJobs()).length > 1);
    await vscode.commands.executeCommand('hotframe.cancel', id);
    await running;

    const failing = await download({
      url: labUrl('4k', { fragments: 20, fragmentBytes: 50_000, fault: 'status@19;status=404' }),
      output: join(folder.path, 'half.ts'),
    });
    assert.equal(failing.record.state, 'failed');
    assert.ok(
      (await readdir(folder.path)).some((name) => name.startsWith('.hotframe-')),
      'something is kept',
    );
    assert.equal(await vscode.commands.executeCommand('hotframe.deleteAllData', { isSure: true }), true);
    assert.deepEqual(await listJobs(), []);
    assert.deepEqual(
      (await readdir(jobsFolder)).filter((name) => name !== 'changed'),
      [],
    );
    assert.deepEqual(await readdir(join(dirname(jobsFolder), 'locks')), []);
    assert.deepEqual(await readdir(folder.path), ['kept.ts']);
    await access(output);
  });
});
