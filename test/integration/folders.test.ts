import assert from 'node:assert/strict';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { homeFolder } from '../../src/shell/diskFolders.ts';
import { FLAMEGRAPH_VIEW_TYPE } from '../../src/shell/flamegraphEditor.ts';
import { findDownloadFolder } from '../../src/shell/settings.ts';
import { download, extension, readRecord, useFolder, waitFor } from './extension.ts';
import { labUrl } from './lab.ts';
import { MEMORY, MemoryFiles } from './memoryFiles.ts';

const SIZE = { fragments: 2, fragmentBytes: 20_000 };

/** Puts a task into a folder's tasks.json, runs it, and answers its exit code. */
async function runTask(tasksJson: vscode.Uri, label: string, output: string): Promise<number | undefined> {
  const task = { label, type: 'hotframe', url: labUrl('4k', SIZE), output, profile: 'none' };
  const text = JSON.stringify({ version: '2.0.0', tasks: [task] });
  await vscode.workspace.fs.writeFile(tasksJson, new TextEncoder().encode(text));
  const resolved = await waitFor(async () => (await vscode.tasks.fetchTasks()).find(({ name }) => name === label));
  const ended = new Promise<number | undefined>((resolve) => {
    const listener = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.name !== label) return;
      listener.dispose();
      resolve(exitCode);
    });
  });
  await vscode.tasks.executeTask(resolved);
  return ended;
}

describe('a workspace of several folders', () => {
  let first: vscode.Uri;
  let second: vscode.Uri;
  let playlist: vscode.Uri;

  before(async () => {
    const folders = vscode.workspace.workspaceFolders ?? [];
    assert.equal(folders.length, 2);
    [first, second] = folders.map(({ uri }) => uri) as [vscode.Uri, vscode.Uri];
    playlist = vscode.Uri.joinPath(second, 'list.m3u8');
    await mkdir(join(second.fsPath, '.vscode'));
    await writeFile(playlist.fsPath, '#EXTM3U\n');
    await extension().activate();
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const name of ['.vscode', 'list.m3u8']) await rm(join(second.fsPath, name), { recursive: true });
  });

  it('saves beside the file that was clicked, else beside the one that is open, else in the first folder', async () => {
    assert.equal((await findDownloadFolder()).toString(), first.toString());
    assert.equal((await findDownloadFolder(playlist)).toString(), second.toString());
    await vscode.window.showTextDocument(playlist);
    assert.equal((await findDownloadFolder()).toString(), second.toString());
    assert.equal((await findDownloadFolder(vscode.Uri.joinPath(first, 'x.m3u8'))).toString(), first.toString());
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it("asks the folder's own settings where that is", async () => {
    const settings = vscode.workspace.getConfiguration('hotframe', second);
    await settings.update('downloadFolder', 'media', vscode.ConfigurationTarget.WorkspaceFolder);
    assert.equal((await findDownloadFolder(playlist)).path, `${second.path}/media`);
    assert.equal((await findDownloadFolder()).toString(), first.toString());
    await settings.update('downloadFolder', undefined, vscode.ConfigurationTarget.WorkspaceFolder);
  });

  it('runs a task in the folder that has it', async () => {
    const tasks = vscode.Uri.joinPath(second, '.vscode', 'tasks.json');
    assert.equal(await runTask(tasks, 'in the second', 'beside.ts'), 0);
    await rm(join(second.fsPath, 'beside.ts'));
  });
});

describe('a virtual folder', () => {
  const folder = useFolder();
  const files = new MemoryFiles();
  let provider: vscode.Disposable;

  before(async () => {
    await extension().activate();
    provider = vscode.workspace.registerFileSystemProvider(MEMORY, files);
    assert.ok(vscode.workspace.updateWorkspaceFolders(2, 0, { uri: files.root }));
    await waitFor(() => Promise.resolve(vscode.workspace.workspaceFolders?.[2]));
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    vscode.workspace.updateWorkspaceFolders(2, 1);
    await waitFor(() => Promise.resolve(vscode.workspace.workspaceFolders?.length === 2 ? true : undefined));
    provider.dispose();
  });

  it('is no place for a download: the dialog starts on a disk', async () => {
    const playlist = files.put('list.m3u8', '#EXTM3U\n');
    assert.equal(homeFolder(playlist)?.index, 0);
    assert.equal((await findDownloadFolder(playlist)).scheme, 'file');
    await vscode.window.showTextDocument(playlist);
    assert.equal((await findDownloadFolder()).scheme, 'file');
  });

  it('holds playlists that are downloaded to a disk', async () => {
    const url = labUrl('4k', SIZE);
    const playlist = files.put('links.m3u8', `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${url}\n`);
    const output = join(folder.path, 'out.ts');
    const { record } = await download({ url, output, profile: 'none', document: playlist });
    assert.equal(record.state, 'complete');
    await access(output);
  });

  it('holds profiles that are shown and attached', async () => {
    const profile = files.put('stacks.folded', 'main;malloc 3\n');
    await vscode.commands.executeCommand('vscode.openWith', profile, FLAMEGRAPH_VIEW_TYPE);
    const [tab] = vscode.window.tabGroups.all.flatMap(({ tabs }) =>
      tabs.filter(({ input }) => input instanceof vscode.TabInputCustom && input.uri.scheme === MEMORY),
    );
    assert.equal(tab?.label, 'stacks.folded');
    const output = join(folder.path, 'out.ts');
    const { record } = await download({ url: labUrl('4k', SIZE), output, profile: 'none' });
    await vscode.commands.executeCommand('hotframe.attachProfile', record.id, profile);
    assert.deepEqual(
      (await readRecord(record.id))?.profiles.map(({ name }) => name),
      ['stacks.folded'],
    );
  });

  it('runs no task that writes into it: its path means nothing on a disk', async () => {
    const tasks = vscode.Uri.joinPath(files.root, '.vscode', 'tasks.json');
    assert.equal(await runTask(tasks, 'in memory', 'beside.ts'), 2);
    await assert.rejects(access('/streams/beside.ts'));
  });
});
