import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { readProfile } from '../../src/profile/formats/index.ts';
import { formatBytes } from '../../src/shell/figures.ts';
import { childrenOf, toItem } from '../../src/shell/jobItems.ts';
import { completionText, jobDescription } from '../../src/shell/sentences.ts';
import { api, download, listJobs, readRecord, useFolder, waitFor } from './extension.ts';
import { lab, labDigest, labUrl } from './lab.ts';

const SIZE = { fragments: 12, fragmentBytes: 200_000 };

describe('download command', () => {
  const folder = useFolder();

  it('writes the right bytes and keeps a job with its receipt and profile', async () => {
    const output = join(folder.path, 'lab.ts');
    const { id, folder: jobFolder, exitCode } = await download({ url: labUrl('4k', SIZE), output });
    assert.equal(exitCode, 0);
    const sha256 = createHash('sha256')
      .update(await readFile(output))
      .digest('hex');
    assert.equal(sha256, (await labDigest('4k', SIZE)).sha256);
    assert.deepEqual(await readdir(folder.path), ['lab.ts'], 'nothing else is left beside the file');

    const record = await readRecord(id);
    assert.equal(record?.state, 'complete');
    assert.equal(record.receipt?.fragments.fetched, SIZE.fragments);
    const lines = (await readFile(join(jobFolder, 'receipt.jsonl'), 'utf8')).trimEnd().split('\n');
    assert.equal(lines.length, SIZE.fragments);
    const [profile] = record.profiles;
    assert.equal(profile?.kind, 'cpu');
    const { format, unit } = readProfile(await readFile(join(jobFolder, 'profiles', profile.file)), profile.file);
    assert.deepEqual([format, unit], ['cpuprofile', 'microseconds']);
  });

  it('takes the variant that was asked for, and records no profile when none is wanted', async () => {
    const options = { fragments: 3 };
    const { record } = await download({
      url: labUrl('multivariant', options),
      output: join(folder.path, 'small.ts'),
      variant: 'worst',
      audio: 'none',
      profile: 'none',
    });
    assert.equal(record.state, 'complete', record.error?.message);
    assert.ok((record.variant?.height ?? Infinity) < 1080);
    assert.deepEqual(record.profiles, []);
  });

  it('takes the languages that were asked for, and writes their subtitles beside the file', async () => {
    const output = join(folder.path, 'talk.ts');
    const wishes = { audio: ['de', 'en'], subtitles: ['en', 'de'], subtitleFormat: 'srt' } as const;
    const { record } = await download({ url: labUrl('multivariant'), output, profile: 'none', ...wishes });
    assert.equal(record.state, 'complete', record.error?.message);
    assert.deepEqual((await readdir(folder.path)).sort(), ['talk.de.srt', 'talk.en.srt', 'talk.ts']);
    const { audio, subtitles, subtitleFormat, mux } = record.request;
    assert.deepEqual({ audio, subtitles, subtitleFormat, mux }, { ...wishes, mux: 'mediabunny' });
    const [main, ...texts] = childrenOf({ kind: 'job', id: record.id, folder: '', record });
    assert.deepEqual([main?.kind === 'output' && main.path, texts.length], [output, 3]);
    const items = texts.slice(0, 2).map((node) => toItem(node, undefined));
    const sizes = await Promise.all(
      ['en', 'de'].map(async (tag) => (await stat(join(folder.path, `talk.${tag}.srt`))).size),
    );
    const [english, german] = sizes.map(formatBytes);
    assert.deepEqual(
      items.map(({ label, description, accessibilityInformation }) => [
        label,
        description,
        accessibilityInformation?.label,
      ]),
      [
        ['talk.en.srt', `English · ${english}`, `Subtitles, talk.en.srt, English · ${english}`],
        ['talk.de.srt', `German · ${german}`, `Subtitles, talk.de.srt, German · ${german}`],
      ],
    );
    await vscode.commands.executeCommand('hotframe.openOutput', texts[1]);
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, join(folder.path, 'talk.de.srt'));
    assert.match(vscode.window.activeTextEditor.document.getText(), /Fragment Nummer 3/);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('keeps each stream in a file of its own where nothing is to be muxed', async () => {
    const output = join(folder.path, 'talk.mp4');
    const { record } = await download({ url: labUrl('multivariant'), output, profile: 'none', mux: 'none' });
    assert.equal(record.state, 'complete', record.error?.message);
    assert.deepEqual((await readdir(folder.path)).sort(), ['talk.en.mp4', 'talk.mp4']);
  });

  it('tells the size of the file that it made, not of the fragments that it was made of', async () => {
    const output = join(folder.path, 'talk.mp4');
    const { record } = await download({ url: labUrl('small'), output, profile: 'none' });
    const { size } = await stat(output);
    const payload = record.receipt?.bytes.payload ?? 0;
    assert.ok(size > 0 && formatBytes(size) !== formatBytes(payload), `${size} of ${payload}`);
    assert.ok(completionText(record).includes(`, ${formatBytes(size)} in `), completionText(record));
    const facts = `${formatBytes(size)} · ${formatBytes(payload)} fetched · `;
    assert.ok(jobDescription(record).startsWith(facts), jobDescription(record));
  });

  it('wants what the settings say where nothing else is given', async () => {
    const settings = vscode.workspace.getConfiguration('hotframe');
    const wanted = { subtitles: 'all', subtitleFormat: 'srt', mux: 'none', 'recording.from': 'start' };
    const change = (value: (name: string) => unknown): Promise<unknown> =>
      Promise.all(
        [...Object.keys(wanted), 'recording.deadAfterSeconds'].map((name) =>
          settings.update(name, value(name), vscode.ConfigurationTarget.Global),
        ),
      );
    await change((name) => new Map<string, unknown>(Object.entries(wanted)).get(name) ?? 1e9);
    try {
      const output = join(folder.path, 'talk.ts');
      const { record } = await download({ url: labUrl('subtitles'), output, profile: 'none', mux: 'mediabunny' });
      const { subtitles, subtitleFormat, mux, from, deadAfterS } = record.request;
      const found = { subtitles, subtitleFormat, mux, from, deadAfterS };
      const bounded = { subtitles: 'all', subtitleFormat: 'srt', from: 'start', deadAfterS: 86_400 };
      assert.deepEqual(found, { ...bounded, mux: 'mediabunny' });
      assert.deepEqual((await readdir(folder.path)).sort(), ['talk.de.srt', 'talk.en.srt', 'talk.ts']);
    } finally {
      await change(() => undefined);
    }
  });

  it('takes no more of the network than the setting allows', async () => {
    const settings = vscode.workspace.getConfiguration('hotframe');
    const set = (value: unknown) => settings.update('maximumKiBPerSecond', value, vscode.ConfigurationTarget.Global);
    await set(1000);
    try {
      const given = { url: labUrl('4k', SIZE), output: join(folder.path, 'slow.ts'), profile: 'none' } as const;
      const { receipt } = (await download(given)).record;
      // 2.4 MB; the first quarter of a second may come at once.
      assert.ok((receipt?.wallMs ?? 0) > 1500, `${receipt?.wallMs} ms`);
    } finally {
      await set(undefined);
    }
  });

  it('refuses a wish that cannot be, before anything is created', async () => {
    const { length } = await listJobs();
    const given = { url: labUrl('tiny'), output: join(folder.path, 'x.ts') };
    await assert.rejects(download({ ...given, mux: 'mp4box' as 'none' }), /"mux" is not one of/);
    await assert.rejects(download({ ...given, subtitleFormat: '/../x' as 'vtt' }), /"subtitleFormat"/);
    await assert.rejects(download({ ...given, audio: [] }), /"audio"/);
    await assert.rejects(download({ ...given, deadAfter: 0 }), /"deadAfter"/);
    assert.equal((await listJobs()).length, length);
  });

  it("reaches the origin through the workbench's proxy, but for the hosts that need none", async () => {
    const asked: string[] = [];
    const proxy = createServer((incoming, answer) => {
      asked.push(incoming.url ?? '');
      const { method, headers, url = '' } = incoming;
      request(url, { method, headers, agent: false }, (got) => {
        answer.writeHead(got.statusCode ?? 502, got.headers);
        got.pipe(answer);
      }).end();
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const { port } = proxy.address() as AddressInfo;
    const http = vscode.workspace.getConfiguration('http');
    const set = (name: string, value: unknown) => http.update(name, value, vscode.ConfigurationTarget.Global);
    try {
      await set('proxy', `http://127.0.0.1:${port}`);
      const url = labUrl('tiny', { fragments: 3 });
      const whole = await download({ url, output: join(folder.path, 'a.ts'), profile: 'none' });
      assert.equal(whole.record.state, 'complete', whole.record.error?.message);
      assert.equal(asked.filter((target) => target.startsWith(`${lab().http}/tiny/`)).length, 4, asked.join('\n'));
      await set('noProxy', ['127.0.0.1']);
      const direct = await download({ url, output: join(folder.path, 'b.ts'), profile: 'none' });
      assert.deepEqual([direct.record.state, asked.length], ['complete', 4]);
    } finally {
      await set('proxy', undefined);
      await set('noProxy', undefined);
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  it('trusts the certificates that are given, and no others', async () => {
    const url = labUrl('4k', SIZE).replace(lab().http, lab().https);
    const output = join(folder.path, 'secure.ts');
    const refused = await download({ url, output });
    assert.equal(refused.record.error?.code, 'HLS_PLAYLIST_TLS');
    const ca = await readFile(lab().caPath, 'utf8');
    const { record } = await download({ url, output, ca, http: '2', write: 'buffered', concurrency: 2 });
    assert.equal(record.state, 'complete', record.error?.message);
    assert.deepEqual(record.receipt?.settings.write, 'buffered');
  });

  it('keeps the query out of everything on disk', async () => {
    const output = join(folder.path, 'lab.ts');
    const { folder: jobFolder } = await download({ url: labUrl('tiny', { fragments: 4, token: 'S3CRET' }), output });
    const files = await readdir(jobFolder, { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => readFile(join(file.parentPath, file.name), 'latin1'));
    for (const text of await Promise.all(texts)) assert.ok(!text.includes('S3CRET'));
  });

  it('can be cancelled, and leaves nothing under the final name', async () => {
    const output = join(folder.path, 'slow.ts');
    const { jobsFolder } = await api();
    const before = new Set(await readdir(jobsFolder));
    const ended = download({ url: labUrl('4k', { fragments: 50, bytesPerSecond: 100_000 }), output });
    const id = await waitFor(async () =>
      (await readdir(jobsFolder)).find((name) => /^\d/.test(name) && !before.has(name)),
    );
    await waitFor(async () => ((await readRecord(id))?.progress === undefined ? undefined : true));
    await vscode.commands.executeCommand('hotframe.cancel', id);
    const { record, exitCode } = await ended;
    assert.deepEqual([record.state, exitCode], ['cancelled', 130]);
    assert.deepEqual(await readdir(folder.path), []);
  });

  it('refuses a second download to the same file while the first one runs', async () => {
    const output = join(folder.path, 'same.ts');
    const first = download({ url: labUrl('4k', { fragments: 4, fragmentBytes: 200_000, latencyMs: 300 }), output });
    await waitFor(async () => {
      const jobs = await listJobs();
      const isRunning = jobs.some(
        (job) => job.kind === 'job' && job.record.state === 'running' && job.record.request.output === output,
      );
      return isRunning ? true : undefined;
    });
    const second = await vscode.commands.executeCommand('hotframe.download', { url: labUrl('tiny'), output });
    assert.equal(second, undefined);
    assert.equal((await first).record.state, 'complete');
  });

  it('rejects what is no URL or no absolute path before anything is created', async () => {
    const { length } = await listJobs();
    await assert.rejects(download({ url: 'sintel', output: join(folder.path, 'x.ts') }), /not a URL/);
    await assert.rejects(download({ url: 'ftp://a.example/x.m3u8', output: join(folder.path, 'x.ts') }), /http/);
    await assert.rejects(download({ url: labUrl('tiny'), output: 'x.ts' }), /absolute/);
    assert.equal((await listJobs()).length, length);
  });
});
