import assert from 'node:assert/strict';
import { once } from 'node:events';
import { access, readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { download, readRecord, useFolder } from './extension.ts';
import { lab, labUrl } from './lab.ts';

/** A port of this machine that nobody listens on. */
async function findClosedPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Serves one text for every path while `work` runs. */
async function withPage(type: string, body: string, work: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': type }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x.m3u8`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('bad input', () => {
  const folder = useFolder();

  /** Downloads what cannot be; gives the code, after it saw that nothing is left half-done. */
  async function fail(url: string, output = join(folder.path, 'x.ts')): Promise<{ code: string; exitCode: number }> {
    const { id, record, exitCode } = await download({ url, output });
    assert.equal(record.state, 'failed');
    assert.equal((await readRecord(id))?.state, 'failed');
    assert.ok(record.error !== undefined && record.error.message !== '' && record.error.hint !== '');
    assert.deepEqual(await readdir(folder.path), []);
    return { code: record.error.code, exitCode };
  }

  it('an unknown host', async () => {
    assert.deepEqual(await fail('http://nowhere.invalid/x.m3u8'), { code: 'HLS_PLAYLIST_UNREACHABLE', exitCode: 3 });
  });

  it('a refused connection', async () => {
    const port = await findClosedPort();
    assert.deepEqual(await fail(`http://127.0.0.1:${port}/x.m3u8`), { code: 'HLS_PLAYLIST_UNREACHABLE', exitCode: 3 });
  });

  it('a playlist that is not there', async () => {
    assert.deepEqual(await fail(`${lab().http}/nothing/index.m3u8`), { code: 'HLS_PLAYLIST_STATUS', exitCode: 3 });
  });

  it('a page that is no playlist', async () => {
    await withPage('text/html', '<!doctype html><title>Sign in</title>', async (url) => {
      assert.deepEqual(await fail(url), { code: 'HLS_PLAYLIST_NOT_HLS', exitCode: 4 });
    });
  });

  it('a playlist without fragments', async () => {
    const text = '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-ENDLIST\n';
    await withPage('application/vnd.apple.mpegurl', text, async (url) => {
      assert.deepEqual(await fail(url), { code: 'HLS_PLAYLIST_EMPTY', exitCode: 4 });
    });
  });

  it('a folder that is not there', async () => {
    const output = join(folder.path, 'none', 'x.ts');
    const { code, exitCode } = await fail(labUrl('tiny', { fragments: 2 }), output);
    assert.deepEqual([code, exitCode], ['HLS_DISK_NO_FOLDER', 5]);
  });

  it('a fragment that is gone is named', async () => {
    const url = labUrl('tiny', { fragments: 6, fault: 'status@3;status=404', session: 'gone' });
    const output = join(folder.path, 'x.ts');
    const { record } = await download({ url, output });
    assert.deepEqual([record.state, record.error?.code, record.error?.fragment], ['failed', 'HLS_FRAGMENT_STATUS', 3]);
    assert.equal(record.error?.status, 404);
    await assert.rejects(access(output), 'nothing under the final name');
  });
});
