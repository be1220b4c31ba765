import assert from 'node:assert/strict';
import { requestHeaders } from '../../../../src/engine/transport/requestHeaders.ts';
import { Collector, failureOf, fragmentAt, openClient, startOrigin } from './serving.ts';

const headers = { 'X-Secret': 'hidden', 'User-Agent': 'mine' };

describe('engine/transport: requests', () => {
  it('sends the headers of the user in place of its own, and none that it settles itself', () => {
    const given = { ...headers, Range: 'bytes=0-', 'Accept-Encoding': 'gzip', Connection: 'close', Cookie: 'a=b' };
    assert.deepEqual(requestHeaders(new URL('https://a.example/'), given), {
      'user-agent': 'mine',
      'accept-encoding': 'identity',
      'x-secret': 'hidden',
      cookie: 'a=b',
    });
  });

  it('sends the name and password of a URL, and prefers the header of the user', () => {
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
    assert.equal(requestHeaders(new URL('https://us%20er:p%C3%A4ss@a/'), {})['authorization'], basic('us er:päss'));
    assert.equal(requestHeaders(new URL('https://100%:@a/'), {})['authorization'], basic('100%:'));
    assert.equal(requestHeaders(new URL('https://a:b@a/'), { Authorization: 'Bearer x' })['authorization'], 'Bearer x');
  });

  it('sends no header of the user once a redirect has left the origin, also where it leads back', async () => {
    await using home = await startOrigin((request, response) => {
      if (request.url === '/in') response.writeHead(302, { location: '/out' }).end();
      else if (request.url === '/out') response.writeHead(302, { location: `${away.url}/away` }).end();
      else response.end('here');
    });
    await using away = await startOrigin((_request, response) =>
      response.writeHead(307, { location: `${home.url}/back` }).end(),
    );
    await using open = openClient(home.url, { headers });
    const result = await open.client.fetch(fragmentAt(`${home.url}/in`, new Collector()));
    assert.equal(result.url, `${home.url}/back`);
    const sent = (seen: typeof home.seen) =>
      seen.map(({ url, headers: got }) => [url, got['x-secret'], got['user-agent']]);
    assert.deepEqual(sent(home.seen), [
      ['/in', 'hidden', 'mine'],
      ['/out', 'hidden', 'mine'],
      ['/back', undefined, 'Hotframe'],
    ]);
    assert.deepEqual(sent(away.seen), [['/away', undefined, 'Hotframe']]);
    // A chain that starts elsewhere is not the user's own either.
    await open.client.fetch(fragmentAt(`${away.url}/away`, new Collector()));
    assert.deepEqual(sent(home.seen).at(-1), ['/back', undefined, 'Hotframe']);
    // A new request to the origin is.
    await open.client.fetch(fragmentAt(`${home.url}/again`, new Collector()));
    assert.deepEqual(sent(home.seen).at(-1), ['/again', 'hidden', 'mine']);
  });

  for (const status of [301, 302, 303, 307, 308]) {
    it(`follows ${status}, relative, with user name and fragment`, async () => {
      await using origin = await startOrigin((request, response) => {
        const location = `//us:er@${request.headers.host ?? ''}/b/./c?d#e`;
        if (request.url === '/b/c?d') response.end('here');
        else response.writeHead(status, { location: request.url === '/a' ? 'b/first' : location }).end();
      });
      const collector = new Collector();
      await using open = openClient(origin.url);
      await open.client.fetch(fragmentAt(`${origin.url}/a`, collector));
      assert.equal(collector.bytes.toString(), 'here');
      const last = origin.seen.at(-1);
      assert.equal(last?.url, '/b/c?d');
      assert.equal(last.headers.authorization, `Basic ${Buffer.from('us:er').toString('base64')}`);
    });
  }

  const refused: [what: string, location: string | undefined, status: number, code: string, requests: number][] = [
    ['a loop', '/a?token=hidden', 302, 'HLS_FRAGMENT_REDIRECT', 11],
    ['no address', 'http://[/', 302, 'HLS_FRAGMENT_REDIRECT', 1],
    ['a file', 'file:///etc/passwd?hidden', 302, 'HLS_FRAGMENT_POLICY', 1],
    ['data', 'data:text/plain,hidden', 302, 'HLS_FRAGMENT_POLICY', 1],
    ['no Location', undefined, 302, 'HLS_FRAGMENT_STATUS', 1],
    ['an empty Location', '', 302, 'HLS_FRAGMENT_STATUS', 1],
    ['several choices', '/b', 300, 'HLS_FRAGMENT_STATUS', 1],
    ['a proxy', 'http://127.0.0.1:1/', 305, 'HLS_FRAGMENT_STATUS', 1],
  ];
  for (const [what, location, status, code, requests] of refused) {
    it(`does not follow ${what}`, async () => {
      await using origin = await startOrigin((_request, response) =>
        response.writeHead(status, location === undefined ? {} : { location }).end(),
      );
      await using open = openClient(origin.url);
      const error = await failureOf(open.client.fetch(fragmentAt(`${origin.url}/a?token=hidden`, new Collector())));
      assert.equal(error.code, code);
      assert.equal(origin.seen.length, requests);
      assert.doesNotMatch(JSON.stringify(error), /hidden/);
    });
  }

  it('goes on with a renewed address at once, as often as it is given one, and uses up no try', async () => {
    await using origin = await startOrigin((request, response) => {
      if (request.url === '/4') response.end('here');
      else response.writeHead(request.url === '/2' ? 401 : 403).end();
    });
    const collector = new Collector();
    await using open = openClient(origin.url);
    let renewals = 0;
    const transfer = fragmentAt(`${origin.url}/0`, collector, {
      renew(error) {
        assert.match(error.code, /STATUS$/);
        return Promise.resolve(`${origin.url}/${++renewals}`);
      },
    });
    const result = await open.client.fetch(transfer);
    assert.equal(collector.bytes.toString(), 'here');
    assert.equal(result.tries, 1);
    assert.equal(open.retries.length, 0);
    assert.equal(origin.seen.length, 5);
  });

  it('fails as before when there is no other address, and passes on what renewing throws', async () => {
    await using origin = await startOrigin((_request, response) => response.writeHead(403).end());
    await using open = openClient(origin.url);
    const none = fragmentAt(origin.url, new Collector(), { renew: () => Promise.resolve(undefined) });
    assert.equal((await failureOf(open.client.fetch(none))).status, 403);
    const problem = new Error('the playlist is gone');
    const bad = fragmentAt(origin.url, new Collector(), { renew: () => Promise.reject(problem) });
    assert.equal(await failureOf(open.client.fetch(bad)), problem);
    const refused = fragmentAt(origin.url, new Collector(), { renew: () => Promise.resolve('file:///etc/passwd') });
    assert.equal((await failureOf(open.client.fetch(refused))).code, 'HLS_FRAGMENT_POLICY');
  });

  it('asks for nothing but http and https', async () => {
    await using open = openClient('http://127.0.0.1');
    for (const url of ['file:///etc/passwd', 'data:,hidden', 'ftp://127.0.0.1/a', 'no address']) {
      const error = await failureOf(open.client.fetch(fragmentAt(url, new Collector())));
      assert.equal(error.code, 'HLS_FRAGMENT_POLICY', url);
    }
  });
});
