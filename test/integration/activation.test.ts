import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { activate, deactivate, type HotframeApi } from '../../src/extension.ts';
import { download, extension, useFolder, waitFor } from './extension.ts';
import { labUrl } from './lab.ts';

interface Manifest {
  contributes: { commands: { command: string }[] };
}

/** Our commands that somebody handles; the workbench adds some for the view (`hotframe.jobs.focus`, …). */
async function handledCommands(): Promise<string[]> {
  const all = await vscode.commands.getCommands(true);
  return all.filter((id) => id.startsWith('hotframe.') && !id.startsWith('hotframe.jobs.')).sort();
}

function watcherCount(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'FSEventWrap').length;
}

/** What undici keeps for a whole process, the host's own `fetch` included. */
function globalDispatchers(): unknown[] {
  const host = globalThis as unknown as Record<symbol, unknown>;
  return ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'].map((name) => host[Symbol.for(name)]);
}

describe('activation', () => {
  // The host has some of its own; they must stay the very same.
  const dispatchers = globalDispatchers();
  const folder = useFolder();

  it('waits until it is needed', () => {
    assert.equal(extension().isActive, false);
  });

  /** A second copy of the extension, with a storage of its own. */
  function activateCopy(): { api: HotframeApi; subscriptions: vscode.Disposable[] } {
    const subscriptions: vscode.Disposable[] = [];
    const values = new Map<string, string>();
    const context = {
      extensionUri: extension().extensionUri,
      globalStorageUri: vscode.Uri.file(join(folder.path, 'storage')),
      secrets: {
        get: (key: string) => Promise.resolve(values.get(key)),
        store: (key: string, value: string) => Promise.resolve(void values.set(key, value)),
        delete: (key: string) => Promise.resolve(void values.delete(key)),
      },
      subscriptions,
    };
    return { api: activate(context as unknown as vscode.ExtensionContext), subscriptions };
  }

  it('leaves nothing behind when it is undone, and interrupts what runs', async () => {
    const watchers = watcherCount();
    const { api, subscriptions } = activateCopy();
    assert.deepEqual(await api.listJobs(), []);
    assert.notDeepEqual(await handledCommands(), []);
    const url = labUrl('4k', { fragments: 50, bytesPerSecond: 100_000 });
    // Not by the command: that would activate the extension itself.
    const ended = api.download({ url, output: join(folder.path, 'slow.ts') });
    await waitFor(async () => ((await api.listJobs()).length === 1 ? true : undefined));
    await deactivate();
    for (const subscription of subscriptions.reverse()) subscription.dispose();

    assert.equal((await ended)?.record.state, 'interrupted');
    const [job] = await api.listJobs();
    assert.ok(job?.kind === 'job' && job.record.state === 'interrupted');
    assert.deepEqual(await readdir(folder.path), ['storage']);
    assert.deepEqual(await readdir(join(folder.path, 'storage', 'locks')), []);
    assert.deepEqual(await handledCommands(), []);
    assert.equal(watcherCount(), watchers);
  });

  it('handles every command of the manifest, and no other', async () => {
    await extension().activate();
    const text = await readFile(join(extension().extensionPath, 'package.json'), 'utf8');
    const { contributes } = JSON.parse(text) as Manifest;
    assert.deepEqual(await handledCommands(), contributes.commands.map(({ command }) => command).sort());
  });

  it("leaves the process's dispatchers alone, and so does a download", async () => {
    const { record } = await download({ url: labUrl('tiny', { fragments: 2 }), output: join(folder.path, 'x.ts') });
    assert.equal(record.state, 'complete');
    // Where the host has set them already, undici would not set them again: then the bundle tells.
    const bundle = await readFile(join(extension().extensionPath, 'dist', 'extension.cjs'), 'utf8');
    assert.ok(!bundle.includes('undici.globalDispatcher'));
    for (const [index, dispatcher] of globalDispatchers().entries()) assert.equal(dispatcher, dispatchers[index]);
  });
});
