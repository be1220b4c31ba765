import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { extension, listJobs, waitFor } from './extension.ts';
import { labDigest, labUrl } from './lab.ts';

const SIZE = { fragments: 5, fragmentBytes: 100_000 };

describe('task', () => {
  let folder: string;

  before(async () => {
    const [workspace] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(workspace, 'no folder is open');
    folder = workspace.uri.fsPath;
    await mkdir(join(folder, '.vscode'), { recursive: true });
    await extension().activate();
  });

  after(async () => {
    await rm(join(folder, '.vscode'), { recursive: true, force: true });
  });

  /** Puts a task into tasks.json and gives it back as the workbench resolves it. */
  async function define(label: string, definition: object): Promise<vscode.Task> {
    const tasks = [{ label, type: 'hotframe', ...definition }];
    await writeFile(join(folder, '.vscode', 'tasks.json'), JSON.stringify({ version: '2.0.0', tasks }));
    return waitFor(async () => (await vscode.tasks.fetchTasks()).find((task) => task.name === label));
  }

  async function run(task: vscode.Task): Promise<number | undefined> {
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    const listener = vscode.tasks.onDidEndTaskProcess((event) => {
      if (event.execution.task.name === task.name) resolve(event.exitCode);
    });
    try {
      await vscode.tasks.executeTask(task);
      return await promise;
    } finally {
      listener.dispose();
    }
  }

  it('downloads to a path in the workspace and ends with 0', async () => {
    const task = await define('whole', { url: labUrl('4k', SIZE), output: 'whole.ts', profile: 'none' });
    assert.equal(await run(task), 0);
    const sha256 = createHash('sha256')
      .update(await readFile(join(folder, 'whole.ts')))
      .digest('hex');
    assert.equal(sha256, (await labDigest('4k', SIZE)).sha256);
    const [latest] = await listJobs();
    assert.ok(latest?.kind === 'job' && latest.record.request.output === join(folder, 'whole.ts'));
    await rm(join(folder, 'whole.ts'));
  });

  it('records a live stream for as long as it says', async () => {
    const url = labUrl('live-window', { fragments: 50, blocking: 1, fragmentMs: 40, targetS: 1, session: 'task' });
    const task = await define('live', { url, output: 'live.ts', duration: 8, from: 'start', profile: 'none' });
    assert.equal(await run(task), 0);
    const [latest] = await listJobs();
    assert.ok(latest?.kind === 'job');
    const { receipt, request } = latest.record;
    assert.deepEqual([request.durationS, request.from], [8, 'start']);
    assert.equal(receipt?.recording?.ended, 'duration');
    assert.ok(receipt.fragments.fetched > 0 && receipt.fragments.fetched < 50);
    await rm(join(folder, 'live.ts'));
  });

  it('brings the languages that it says, in the format that it says', async () => {
    const wishes = { audio: 'de', subtitles: ['de', 'en'], subtitleFormat: 'srt', deadAfter: 90, mux: 'mediabunny' };
    const url = labUrl('multivariant');
    const task = await define('languages', { url, output: 'languages.ts', profile: 'none', ...wishes });
    assert.equal(await run(task), 0);
    const [latest] = await listJobs();
    assert.ok(latest?.kind === 'job');
    const { audio, subtitles, subtitleFormat, deadAfterS, mux } = latest.record.request;
    assert.deepEqual({ audio, subtitles, subtitleFormat, deadAfter: deadAfterS, mux }, wishes);
    const names = ['languages.de.srt', 'languages.en.srt', 'languages.ts'];
    await Promise.all(names.map((name) => rm(join(folder, name))));
    assert.equal(await run(await define('no such', { url, output: 'x.ts', subtitles: 'fr' })), 4);
    assert.equal(await run(await define('no list', { url, output: 'x.ts', subtitles: [] })), 2);
  });

  it('ends with 3 when the origin fails', async () => {
    const task = await define('gone', { url: labUrl('4k').replace('/4k/', '/nothing/'), output: 'gone.ts' });
    assert.equal(await run(task), 3);
    await assert.rejects(access(join(folder, 'gone.ts')));
  });

  it('ends with 5 when its folder is not there', async () => {
    assert.equal(await run(await define('folder', { url: labUrl('tiny'), output: 'none/x.ts' })), 5);
  });

  it('ends with 2 when its definition is wrong', async () => {
    assert.equal(await run(await define('wrong', { url: 'ftp://a.example/x.m3u8', output: 'x.ts' })), 2);
  });

  it('sends the headers of a file, and ends with 2 when there is none', async () => {
    const url = labUrl('tiny', { fragments: 2 });
    assert.equal(await run(await define('no headers', { url, output: 'x.ts', headersFile: 'none.txt' })), 2);
    await writeFile(join(folder, 'headers.txt'), 'X-Test: 1\n');
    assert.equal(await run(await define('headers', { url, output: 'x.ts', headersFile: 'headers.txt' })), 0);
    await Promise.all(['headers.txt', 'x.ts'].map((name) => rm(join(folder, name))));
  });

  it('is cancelled when it is terminated', async () => {
    const url = labUrl('4k', { fragments: 50, bytesPerSecond: 100_000 });
    const execution = await vscode.tasks.executeTask(await define('slow', { url, output: 'slow.ts' }));
    const stateOf = async (): Promise<string | undefined> => {
      const [job] = await listJobs();
      return job?.kind === 'job' && job.record.title === 'slow' ? job.record.state : undefined;
    };
    await waitFor(async () => ((await stateOf()) === 'running' ? true : undefined));
    execution.terminate();
    await waitFor(async () => ((await stateOf()) === 'cancelled' ? true : undefined));
    await assert.rejects(access(join(folder, 'slow.ts')));
  });
});
