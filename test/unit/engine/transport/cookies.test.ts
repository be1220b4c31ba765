import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { startProxy } from '../../../origin/proxies/proxy.ts';
import { Cookies } from '../../../../src/engine/transport/cookies.ts';
import { Collector, failureOf, fragmentAt, openClient, startOrigin } from './serving.ts';

describe('engine/transport: cookies', () => {
  const table: [string, string, string, string, string | undefined][] = [
    ['of the same host', 'https://a.example/x/i.m3u8', 't=1', 'https://a.example/x/1.ts', 't=1'],
    ['of another port', 'https://a.example/i.m3u8', 't=1', 'https://a.example:8443/1.ts', 't=1'],
    ['of a host below', 'https://a.example/i.m3u8', 't=1', 'https://cdn.a.example/1.ts', undefined],
    ['for the domain', 'https://www.a.example/i.m3u8', 't=1; Domain=a.example', 'https://cdn.a.example/1.ts', 't=1'],
    ['for the domain, with a dot', 'https://a.example/i', 't=1; Domain=.a.example', 'https://cdn.a.example/1', 't=1'],
    ['for a domain of others', 'https://a.example/i', 't=1; Domain=b.example', 'https://b.example/1.ts', undefined],
    ['for a public suffix', 'https://a.co.uk/i', 't=1; Domain=co.uk', 'https://b.co.uk/1.ts', undefined],
    ['for a private suffix', 'https://a.github.io/i', 't=1; Domain=github.io', 'https://b.github.io/1', undefined],
    ['of an address', 'http://127.0.0.1/i', 't=1', 'http://127.0.0.1:81/1', 't=1'],
    ['of an IPv6 address', 'http://[::1]/i', 't=1', 'http://[::1]/1', 't=1'],
    ['for an address as a domain', 'http://127.0.0.1/i', 't=1; Domain=0.0.1', 'http://127.0.0.1/1', undefined],
    ['for its path', 'https://a.example/x/i', 't=1', 'https://a.example/y/1', undefined],
    ['for a path', 'https://a.example/x/i', 't=1; Path=/', 'https://a.example/y/1', 't=1'],
    ['for a path that only begins so', 'https://a.example/x/i', 't=1; Path=/y', 'https://a.example/yes/1', undefined],
    ['for https', 'https://a.example/i', 't=1; Secure', 'http://a.example/1', undefined],
    ['for https, of this machine', 'https://localhost/i', 't=1; Secure', 'http://localhost/1', undefined],
    ['for https, set by http', 'http://a.example/i', 't=1; Secure', 'https://a.example/1', undefined],
    [
      'that is over',
      'https://a.example/i',
      't=1; Expires=Thu, 01 Jan 1970 00:00:01 GMT',
      'https://a.example/1',
      undefined,
    ],
    ['that lives no time', 'https://a.example/i', 't=1; Max-Age=0', 'https://a.example/1', undefined],
    ['that lives', 'https://a.example/i', 't=1; Max-Age=60; SameSite=Strict; HttpOnly', 'https://a.example/1', 't=1'],
    ['that is none', 'https://a.example/i', '; Path=/', 'https://a.example/1', undefined],
    ['that is too long', 'https://a.example/i', `t=${'x'.repeat(5000)}`, 'https://a.example/1', undefined],
  ];
  for (const [what, from, line, to, sent] of table) {
    it(`sends back one ${what}: ${String(sent !== undefined)}`, async () => {
      const cookies = new Cookies();
      cookies.keep(from, { 'set-cookie': [line] });
      assert.equal(await cookies.header(to, undefined), sent);
    });
  }

  it('adds to what the user says, who wins', async () => {
    const cookies = new Cookies();
    const url = 'https://a.example/';
    assert.equal(await cookies.header(url, 'own=1'), 'own=1');
    assert.equal(await cookies.header(url, undefined), undefined);
    cookies.keep(url, { 'set-cookie': ['own=theirs', 'other=2'] });
    cookies.keep(url, { 'set-cookie': 'last=3' as unknown as string[] });
    assert.equal(await cookies.header(url, 'a=0;own=1'), 'a=0;own=1; other=2; last=3');
    assert.equal(await cookies.header(url, undefined), 'own=theirs; other=2; last=3');
  });

  it('replaces and takes away', async () => {
    const cookies = new Cookies();
    const url = 'https://a.example/';
    cookies.keep(url, { 'set-cookie': ['t=1', 'u=1'] });
    await cookies.header(url, undefined);
    cookies.keep(url, { 'set-cookie': ['t=2', 'u=; Max-Age=0'] });
    assert.equal(await cookies.header(url, undefined), 't=2');
  });

  it('takes no more than a browser would', async () => {
    const cookies = new Cookies();
    for (let count = 0; count < 1000; count++) {
      cookies.keep('https://a.example/', { 'set-cookie': [`name${count}=value`] });
    }
    const sent = (await cookies.header('https://a.example/', undefined)) ?? '';
    assert.equal(sent.split('; ').length, 200);
    cookies.keep('https://a.example/', { 'set-cookie': ['name0=new', 'name999=late'] });
    const then = (await cookies.header('https://a.example/', undefined)) ?? '';
    assert.match(then, /\bname0=new\b/);
    assert.doesNotMatch(then, /name999/);
  });

  it('come along on the way of a download: over redirects, refusals and hosts of one domain', async () => {
    await using origin = await startOrigin((request, response) => {
      const { host = '', cookie = '' } = request.headers;
      const place = `${host.replace(/:.*/, '')}${request.url ?? ''}`;
      if (place === 'www.media.example/i.m3u8') {
        const location = `http://cdn.media.example:${port}/i.m3u8`;
        response.setHeader('set-cookie', ['session=s3cret; Domain=media.example; Path=/', 'here=1']);
        response.writeHead(302, { location }).end();
      } else if (!cookie.includes('session=s3cret')) response.writeHead(403).end();
      else if (place.endsWith('/busy') && !cookie.includes('ticket=')) {
        response.writeHead(503, { 'set-cookie': 'ticket=7' }).end();
      } else response.end('media');
    });
    const port = new URL(origin.url).port;
    const hosts = Object.fromEntries(
      ['www.media.example', 'cdn.media.example', 'other.example'].map((name) => [name, '127.0.0.1']),
    );
    await using proxy = await startProxy({ kind: 'http', hosts });
    const home = `http://www.media.example:${port}`;
    const headers = { Cookie: 'mine=0' };
    await using open = openClient(home, { proxy: { http: proxy.at }, headers });
    await open.client.fetch(fragmentAt(`${home}/i.m3u8`, new Collector()));
    await open.client.fetch(fragmentAt(`http://cdn.media.example:${port}/busy`, new Collector()));
    const refused = await failureOf(open.client.fetch(fragmentAt(`http://other.example:${port}/f`, new Collector())));
    assert.equal(refused.status, 403);
    await open.client.fetch(fragmentAt(`${home}/f`, new Collector()));
    assert.deepEqual(
      origin.seen.map(({ headers: { cookie } }) => cookie),
      [
        'mine=0',
        'session=s3cret',
        'session=s3cret',
        'session=s3cret; ticket=7',
        undefined,
        'mine=0; session=s3cret; here=1',
      ],
    );
    const [retried] = open.retries;
    assert.ok(retried);
    assert.doesNotMatch(inspect([refused, retried], { depth: 9 }), /s3cret|ticket/);
  });
});
