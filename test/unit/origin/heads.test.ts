import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { connect } from 'node:net';

import type { Fault, Lab } from '../../origin/lab.ts';
import { startLab } from '../../origin/lab.ts';
import { get, getHttp2, openHttp2, raw } from './client.ts';

describe('heads of answers', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  function fragment(fault: Omit<Fault, 'index'>): string {
    return lab.url('small', { faults: [{ index: 1, ...fault }] }).replace('index.m3u8', 'f000001.ts');
  }

  it('close-before: an orderly end and no byte; not-http: no HTTP', async () => {
    const closed = await raw(fragment({ kind: 'close-before' }));
    assert.deepEqual([closed.head, closed.body.length, closed.code], ['', 0, undefined]);
    await assert.rejects(get(fragment({ kind: 'not-http' })), { code: /^HPE_/ });
  });

  it('slow-headers: a head that grows and never ends', async () => {
    const { hostname, port, pathname, search } = new URL(fragment({ kind: 'slow-headers', everyMs: 1 }));
    const socket = connect(Number(port), hostname);
    socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: lab\r\n\r\n`);
    let head = '';
    for await (const chunk of socket) if ((head += String(chunk)).length > 60) break;
    assert.match(head, /^HTTP\/1\.1 200 OK\r\nX-Name: a+$/);
  });

  it('header-flood: more headers than clients take', async () => {
    await assert.rejects(get(fragment({ kind: 'header-flood' })), { code: 'HPE_HEADER_OVERFLOW' });
    const { head } = await raw(fragment({ kind: 'header-flood', bytes: 50_000 }));
    assert.ok(head.length > 50_000 && head.length < 60_000, String(head.length));
  });

  it('interim: 103, then the right answer; interim-endless: nothing but 103', async () => {
    const right = (await get(fragment({ kind: 'status', times: 0 }))).body;
    const request = httpGet(fragment({ kind: 'interim' }), { agent: false });
    let interims = 0;
    request.on('information', ({ statusCode }: { statusCode: number }) => (interims += Number(statusCode === 103)));
    const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    assert.ok(Buffer.concat(chunks).equals(right));
    assert.equal(interims, 1);

    const endless = httpGet(fragment({ kind: 'interim-endless', everyMs: 1 }), { agent: false });
    let isFinal = false;
    endless.on('response', () => (isFinal = true));
    for (let count = 0; count < 5; count++) await once(endless, 'information');
    endless.on('error', () => undefined).destroy();
    assert.ok(!isFinal);
  });

  it('status: 204 has no body', async () => {
    const { status, headers, body } = await get(fragment({ kind: 'status', status: 204 }));
    assert.deepEqual(
      [status, headers['content-length'], headers['content-type'], body.length],
      [204, undefined, undefined, 0],
    );
  });

  it('redirect: down to http, to other schemes, to private addresses, to nowhere', async () => {
    const location = async (fault: Omit<Fault, 'index' | 'kind'>): Promise<string | undefined> => {
      const { status, headers } = await get(fragment({ kind: 'redirect', ...fault }));
      assert.equal(status, 302);
      return headers.location?.split('?')[0];
    };
    const { port } = new URL(lab.http);
    const path = '/small/f000001.ts';
    assert.equal(await location({ to: 'file' }), `file://${path}`);
    assert.equal(await location({ to: 'ftp' }), `ftp://127.0.0.1${path}`);
    assert.match((await location({ to: 'data' })) ?? '', /^data:video\/mp2t;base64,Rx/);
    assert.equal(await location({ to: 'loopback' }), lab.http + path);
    assert.equal(await location({ to: 'private' }), `http://10.0.0.1:${port}${path}`);
    assert.equal(await location({ to: 'link-local' }), `http://169.254.169.254:${port}${path}`);
    assert.equal(await location({ to: 'gopher://lab/x' }), 'gopher://lab/x');
    assert.equal(await location({ to: 'nowhere' }), undefined);
  });

  it('redirect: from TLS down to plain', async () => {
    const session = await openHttp2(lab.https, readFileSync(lab.caPath));
    const path = fragment({ kind: 'redirect', to: 'downgrade' }).slice(lab.http.length);
    const stream = session.request({ ':path': path });
    const [headers] = (await once(stream, 'response')) as [Record<string, string>];
    assert.equal(headers['location']?.split('?')[0], `${lab.http}/small/f000001.ts`);
    assert.equal((await get(headers['location'] ?? '')).status, 200);
    session.destroy();
  });

  it('strikes in HTTP/2 too, without harm to the other streams', async () => {
    const session = await openHttp2(lab.https, readFileSync(lab.caPath));
    const path = (fault: Omit<Fault, 'index'>): string => fragment(fault).slice(lab.http.length);
    for (const kind of ['not-http', 'header-flood'] as const) {
      await assert.rejects(getHttp2(session, path({ kind })), { code: 'ERR_HTTP2_STREAM_ERROR' }, kind);
    }
    assert.equal((await getHttp2(session, path({ kind: 'interim' }))).status, 200);
    assert.equal((await getHttp2(session, path({ kind: 'status', status: 204 }))).status, 204);
    session.destroy();
  });
});
