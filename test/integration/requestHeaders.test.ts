import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { download, useFolder } from './extension.ts';
import { labUrl, sentRequests } from './lab.ts';

const NAME = 'x-hotframe-test';
const VALUE = 'S3CRET-VALUE';

/** Leads every request to another origin. */
async function startRedirecting(target: string): Promise<{ server: Server; url: string; seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(String(request.headers[NAME]));
    response.writeHead(302, { location: target }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.m3u8`, seen };
}

describe('request headers of an origin', () => {
  const folder = useFolder();

  const set = (url: string, value: string | null): Thenable<unknown> =>
    vscode.commands.executeCommand('hotframe.setRequestHeader', { url, name: NAME, value });

  async function downloadFrom(url: string): Promise<void> {
    const { record, folder: jobFolder } = await download({ url, output: join(folder.path, 'x.ts'), profile: 'none' });
    assert.equal(record.state, 'complete', record.error?.message);
    assert.ok(!(await readFile(join(jobFolder, 'job.json'), 'utf8')).includes(VALUE));
  }

  /** Which requests of a session had it. */
  async function hadHeader(session: string): Promise<boolean[]> {
    const requests = await sentRequests(session);
    assert.ok(requests.length >= 2);
    return [...new Set(requests.map(({ headerNames }) => headerNames.includes(NAME)))];
  }

  it('goes with every request of a download from there, until it is removed', async () => {
    await set(labUrl('tiny'), VALUE);
    await downloadFrom(labUrl('tiny', { fragments: 2, session: 'with' }));
    assert.deepEqual(await hadHeader('with'), [true]);
    await set(labUrl('tiny'), null);
    await downloadFrom(labUrl('tiny', { fragments: 2, session: 'without' }));
    assert.deepEqual(await hadHeader('without'), [false]);
  });

  it('stays with its origin when that leads elsewhere', async () => {
    const { server, url, seen } = await startRedirecting(labUrl('tiny', { fragments: 2, session: 'elsewhere' }));
    try {
      await set(url, VALUE);
      await downloadFrom(url);
      assert.deepEqual(seen, [VALUE]);
      assert.deepEqual(await hadHeader('elsewhere'), [false]);
      await set(url, null);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('is read with the playlist in the editor, too', async () => {
    const url = labUrl('tiny', { session: 'editor' });
    await set(url, VALUE);
    await vscode.commands.executeCommand('hotframe.openPlaylist', { url });
    const requests = await sentRequests('editor');
    assert.deepEqual([...new Set(requests.map(({ headerNames }) => headerNames.includes(NAME)))], [true]);
    await set(url, null);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('is refused without its value in the message', async () => {
    const { message } = await Promise.resolve(set(labUrl('tiny'), `${VALUE}\r\nCookie: x`)).then(
      () => assert.fail('it was set'),
      (error: unknown) => error as Error,
    );
    assert.match(message, /"value"/);
    assert.ok(!message.includes(VALUE));
    const range = { url: labUrl('tiny'), name: 'Range', value: 'bytes=0-1' };
    await assert.rejects(Promise.resolve(vscode.commands.executeCommand('hotframe.setRequestHeader', range)), /"name"/);
  });
});
