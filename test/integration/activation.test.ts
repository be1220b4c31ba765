import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { activate, deactivate } from '../../src/extension.ts';
import { download, extension, useFolder } from './extension.ts';
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

  it('leaves nothing behind when it is undone', async () => {
    const watchers = watcherCount();
    const subscriptions: vscode.Disposable[] = [];
    const context = {
      extensionUri: extension().extensionUri,
      globalStorageUri: vscode.Uri.file(join(folder.path, 'storage')),
      // No job is created here, so no secret is kept.
      secrets: undefined,
      subscriptions,
    };
    const api = activate(context as unknown as vscode.ExtensionContext);
    assert.deepEqual(await api.listJobs(), []);
    assert.notDeepEqual(await handledCommands(), []);
    await deactivate();
    for (const subscription of subscriptions.reverse()) subscription.dispose();
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
