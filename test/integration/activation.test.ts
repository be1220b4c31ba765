import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import * as vscode from 'vscode';
import type { HotframeApi } from '../../src/api.ts';
import { activate, deactivate } from '../../src/extension.ts';
import { JobStore } from '../../src/jobs/store.ts';
import { download, extension, hashOf, useFolder, waitFor } from './extension.ts';
import { labDigest, labUrl, servedFragments } from './lab.ts';

interface Manifest {
  contributes: { commands: { command: string }[] };
}

/** Our commands that somebody handles; the workbench adds some for the view (`hotframe.jobs.focus`, …). */
async function handledCommands(): Promise<string[]> {
  const all = await vscode.commands.getCommands(true);
  return all.filter((id) => id.startsWith('hotframe.') && !/^hotframe\.(jobs|claims)\./.test(id)).sort();
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

  const values = new Map<string, string>();

  /** A second copy of the extension, with a storage of its own. */
  function activateCopy(): { api: HotframeApi; subscriptions: vscode.Disposable[] } {
    const subscriptions: vscode.Disposable[] = [];
    const context = {
      extensionUri: extension().extensionUri,
      globalStorageUri: vscode.Uri.file(join(folder.path, 'storage')),
      secrets: {
        get: (key: string) => Promise.resolve(values.get(key)),
        store: (key: string, value: string) => Promise.resolve(void values.set(key, value)),
        delete: (key: string) => Promise.resolve(void values.delete(key)),
        keys: () => Promise.resolve([...values.keys()]),
      },
      subscriptions,
    };
    return { api: activate(context as unknown as vscode.ExtensionContext).getApi(1), subscriptions };
  }

  /** Undoes an activation as the workbench does. */
  async function undo(subscriptions: vscode.Disposable[]): Promise<void> {
    await deactivate();
    for (const subscription of subscriptions.reverse()) subscription.dispose();
  }

  it('leaves nothing behind when it is undone, interrupts what runs, and lets it go on afterwards', async () => {
    const watchers = watcherCount();
    const { api, subscriptions } = activateCopy();
    assert.deepEqual(await api.listJobs(), []);
    assert.notDeepEqual(await handledCommands(), []);
    const shape = { fragments: 30, fragmentBytes: 100_000, session: 'undone' };
    const url = labUrl('4k', { ...shape, latencyMs: 50 });
    const output = join(folder.path, 'slow.ts');
    // Not by the command: that would activate the extension itself.
    const { ended } = await api.download({ url, output, concurrency: 2 });
    await waitFor(async () => ((await servedFragments('undone')).length > 8 ? true : undefined));
    await undo(subscriptions);

    assert.equal((await ended).job.state, 'interrupted');
    const [job] = await api.listJobs();
    assert.ok(job?.state === 'interrupted');
    const [entry] = await new JobStore(api.jobsFolder).list();
    assert.ok(entry?.kind === 'job');
    const kept = entry.record.receipt?.kept?.fragments ?? 0;
    assert.ok(kept > 0 && kept < shape.fragments);
    const names = await readdir(folder.path);
    assert.equal(names.filter((name) => !name.startsWith('.hotframe-')).join(), 'storage');
    assert.deepEqual(await readdir(join(folder.path, 'storage', 'locks')), []);
    assert.deepEqual(await handledCommands(), []);
    assert.equal(watcherCount(), watchers);

    const served = (await servedFragments('undone')).length;
    const later = activateCopy();
    const resumed = await later.api.resume(job.id);
    assert.deepEqual([resumed.id, (await resumed.ended).job.state], [job.id, 'complete']);
    assert.equal(await hashOf(output), (await labDigest('4k', shape)).sha256);
    assert.equal((await servedFragments('undone')).length - served, shape.fragments - kept, 'only the rest is fetched');
    await undo(later.subscriptions);
    assert.deepEqual((await readdir(folder.path)).toSorted(), ['slow.ts', 'storage']);
  });

  it('handles every command of the manifest, and no other', async () => {
    await extension().activate();
    const text = await readFile(join(extension().extensionPath, 'package.json'), 'utf8');
    const { contributes } = JSON.parse(text) as Manifest;
    assert.deepEqual(await handledCommands(), contributes.commands.map(({ command }) => command).sort());
  });

  it('loads nothing before it is used', async () => {
    await extension().activate();
    const dist = join(extension().extensionPath, 'dist', '/');
    // Mocha and what it needs are loaded from `node_modules`, of which nothing is in the package.
    const loaded = Object.keys(createRequire(dist).cache).filter((path) => path.startsWith(dist));
    assert.deepEqual(
      loaded.map((path) => relative(dist, path)),
      ['integration.cjs', 'extension.cjs'],
    );
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
