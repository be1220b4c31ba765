import assert from 'node:assert/strict';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Job } from '../../src/api.ts';
import type { HotFramesAnswer } from '../../src/shell/hotFramesAnswer.ts';
import { api, hashOf, listJobs, useFolder, waitFor } from './extension.ts';
import { labDigest, labUrl } from './lab.ts';

const SIZE = { fragments: 4, fragmentBytes: 50_000 };

/** Calls a tool as a model does, and reads what it answers. */
async function invoke(name: string, input: object, token?: vscode.CancellationToken): Promise<unknown> {
  const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined }, token);
  const [part] = content;
  assert.ok(part instanceof vscode.LanguageModelTextPart && content.length === 1);
  return JSON.parse(part.value);
}

describe('language-model tools', () => {
  const folder = useFolder();

  it('are known to the workbench', async () => {
    await api();
    const names = vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('hotframe_'));
    assert.deepEqual(names.sort(), [
      'hotframe_download_playlist',
      'hotframe_hot_frames',
      'hotframe_list_jobs',
      'hotframe_test_claim',
    ]);
  });

  it('download, list and name the hot frames', async () => {
    const output = join(folder.path, 'tool.ts');
    const url = labUrl('4k', { ...SIZE, token: 'S3CRET' });
    const done = (await invoke('hotframe_download_playlist', { url, output })) as Job & { exitCode: number };
    assert.deepEqual([done.state, done.exitCode, done.output], ['complete', 0, output]);
    assert.equal(await hashOf(output), (await labDigest('4k', SIZE)).sha256);
    assert.ok(!JSON.stringify(done).includes('S3CRET'));

    const { total, jobs } = (await invoke('hotframe_list_jobs', { limit: 1 })) as { total: number; jobs: Job[] };
    assert.deepEqual([total, jobs.length, jobs[0]?.id], [(await listJobs()).length, 1, done.id]);

    const { attachProfile } = await api();
    const bytes = new TextEncoder().encode('main;malloc 30\nmain;read 10\n');
    await attachProfile(done.id, { name: 'native.folded', bytes });
    const input = { job: done.id, profile: 'native.folded', top: 1 };
    const answer = (await invoke('hotframe_hot_frames', input)) as HotFramesAnswer;
    assert.deepEqual(answer.hotFrames, [{ name: 'malloc', self: 0.75, category: 'allocator' }]);
    assert.deepEqual([answer.format, answer.busy, answer.gate.literal.hit], ['folded', 40, true]);
  });

  it('replace no file, and say why', async () => {
    const output = join(folder.path, 'mine.ts');
    await writeFile(output, 'mine');
    const { length } = await listJobs();
    await assert.rejects(invoke('hotframe_download_playlist', { url: labUrl('tiny'), output }), /is there already/);
    assert.equal((await listJobs()).length, length);
  });

  it('refuse what their schemas do not have, whoever calls', async () => {
    await assert.rejects(invoke('hotframe_list_jobs', { limit: 1000 }), /"limit"/);
    await assert.rejects(invoke('hotframe_hot_frames', { job: '../..' }), /"job"/);
    const url = 'file:///etc/passwd';
    await assert.rejects(invoke('hotframe_download_playlist', { url, output: join(folder.path, 'x.ts') }), /"url"/);
  });

  it('cancel the download with the call', async () => {
    const output = join(folder.path, 'slow.ts');
    const url = labUrl('4k', { fragments: 50, bytesPerSecond: 100_000 });
    const source = new vscode.CancellationTokenSource();
    const stateOf = async (): Promise<string | undefined> => {
      const [job] = await listJobs();
      return job?.kind === 'job' && job.record.request.output === output ? job.record.state : undefined;
    };
    const call = invoke('hotframe_download_playlist', { url, output }, source.token);
    const refused = assert.rejects(call);
    await waitFor(async () => ((await stateOf()) === 'running' ? true : undefined));
    source.cancel();
    await refused;
    await waitFor(async () => ((await stateOf()) === 'cancelled' ? true : undefined));
    await assert.rejects(access(output));
    source.dispose();
  });
});
