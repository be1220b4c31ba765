import assert from 'node:assert/strict';
import { access, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { TestOutcome } from '../../src/shell/claims/claimTests.ts';
import type { DownloadResult } from '../../src/shell/download.ts';
import { api, download, listJobs, useFolder } from './extension.ts';
import { labUrl, sentRequests } from './lab.ts';

const STREAM = { fragments: 8, fragmentBytes: 60_000, latencyMs: 20 };

async function replay(id: string, command = 'hotframe.replay'): Promise<DownloadResult> {
  const result = await vscode.commands.executeCommand<DownloadResult | undefined>(command, id);
  assert.ok(result, 'nothing was replayed');
  return result;
}

describe('a replay', () => {
  const folder = useFolder();

  async function record(session: string): Promise<DownloadResult> {
    const url = labUrl('4k', { ...STREAM, session, token: 'S3CRET' });
    const output = join(folder.path, 'film.ts');
    const done = await download({ url, output, profile: 'none', concurrency: 2, http: '1.1', sha256: true });
    assert.equal(done.record.state, 'complete', done.record.error?.message);
    return done;
  }

  it('is a job of its own with the same bytes, a profile, no file and no request to the origin', async () => {
    const first = await record('replayed');
    const { length: requests } = await sentRequests('replayed');
    const again = await replay(first.id);
    const { request, receipt, state, title, profiles } = again.record;
    assert.deepEqual([state, title], ['complete', 'Replay of film']);
    assert.notEqual(again.id, first.id);
    assert.equal(receipt?.output?.sha256, first.record.receipt?.output?.sha256);
    assert.equal(receipt?.output?.bytes, first.record.receipt?.output?.bytes);
    assert.ok(receipt?.output?.sha256 !== undefined);
    // Four rounds of the recorded 20 ms at least, for the playlist and for the fragments two by two.
    assert.ok(receipt.wallMs > 80 && receipt.wallMs < 20_000, `${receipt.wallMs} ms`);
    assert.equal(request.replay?.job, first.id);
    assert.match(
      request.replay.workload,
      /^a recorded download of 8 fragments, 0\.5 MB in \d+\.\d\d s over HTTP\/1\.1/,
    );
    assert.deepEqual([request.settings.concurrency, request.settings.profile], [2, 'cpu']);
    assert.deepEqual(
      profiles.map(({ kind }) => kind),
      ['cpu'],
    );
    assert.equal((await sentRequests('replayed')).length, requests);
    assert.ok(!(await readFile(join(again.folder, 'job.json'), 'utf8')).includes('S3CRET'));
    await assert.rejects(access(request.output));
    const listed = await (await api()).listJobs();
    const replays = listed.filter(({ isReplay }) => isReplay).map(({ id }) => id);
    assert.ok(replays.includes(again.id) && !replays.includes(first.id));
    assert.deepEqual((await readdir(first.folder)).sort(), ['job.json', 'receipt.jsonl']);

    const third = await replay(again.id, 'hotframe.runAgain');
    assert.equal(third.record.request.replay?.job, first.id);
    assert.equal(third.record.receipt?.output?.sha256, receipt.output.sha256);
  });

  it('is offered above a playlist whose job is there, and only then', async () => {
    const url = labUrl('4k', { ...STREAM, fragments: 7, session: 'lenses' });
    const document = await vscode.commands.executeCommand<vscode.TextDocument>('hotframe.openPlaylist', { url });
    const titles = async (): Promise<(string | undefined)[]> => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
      );
      return lenses.map(({ command }) => command?.title);
    };
    assert.deepEqual(await titles(), ['Download', 'Profile']);
    const { id } = await download({ url, output: join(folder.path, 'lens.ts'), profile: 'none' });
    assert.deepEqual(await titles(), ['Download', 'Profile', 'Replay']);
    await vscode.commands.executeCommand('hotframe.deleteJob', id, { media: true });
    assert.deepEqual(await titles(), ['Download', 'Profile']);
  });

  it('is what a claim made from the job is tested on', async function () {
    if (process.platform !== 'linux') this.skip();
    const [workspace] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(workspace);
    const audit = vscode.Uri.joinPath(workspace.uri, 'of-job');
    const { id } = await record('claimed');
    try {
      const file = vscode.Uri.joinPath(audit, 'J1.claim.json');
      await vscode.commands.executeCommand('hotframe.newClaimOfJob', id, file);
      const claim = JSON.parse(await readFile(file.fsPath, 'utf8')) as { workload: unknown };
      assert.deepEqual(claim.workload, { kind: 'job', job: id });
      const outcome = await vscode.commands.executeCommand<TestOutcome>('hotframe.profileClaim', file);
      assert.ok(outcome.state !== 'stopped');
      const report = await readFile(outcome.report, 'utf8');
      assert.match(report, /workload: a recorded download of 8 fragments/);
      assert.match(report, /hotframe claim test of-job\/J1\.claim\.json --profile-only --jobs \S+\/jobs/);
      assert.ok(!report.includes('S3CRET'));
    } finally {
      await rm(audit.fsPath, { recursive: true, force: true });
    }
  });

  it('that cannot be says why, and leaves nothing', async () => {
    const {
      id,
      folder: jobFolder,
      record: { request },
    } = await record('gone');
    await rm(request.output);
    const { length } = await listJobs();
    await assert.rejects(replay(id), /film cannot be replayed: its file is gone\. Download the stream again/);
    assert.equal((await listJobs()).length, length);
    assert.deepEqual((await readdir(jobFolder)).sort(), ['job.json', 'receipt.jsonl']);
  });
});
