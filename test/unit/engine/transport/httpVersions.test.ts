import assert from 'node:assert/strict';
import { constants } from 'node:http2';
import type { HttpChoice } from '../../../../src/engine/transport/httpChoice.ts';
import { ca, startSecureOrigin, type SecureAnswering, type SecureOrigin } from './secureServing.ts';
import { Collector, failureOf, fragmentAt, openClient, patternBytes, startOrigin, type OpenClient } from './serving.ts';

const lanes = 8;
const body = patternBytes(2000);
/** More than what counts as a long path. */
const farMs = 40;

/** Answers later where the request came over HTTP/1.1: HTTP/2 is faster. */
const answerLate: SecureAnswering = (_request, response, { protocol }) => {
  setTimeout(() => response.end(body), protocol === '1.1' ? 2 * farMs : farMs);
};

/** Fetches so many fragments as a download does. */
async function fetchAll(open: OpenClient, url: string, count: number): Promise<HttpChoice | undefined> {
  let next = 0;
  const { client } = open;
  client.http.waiting = () => count - next;
  const lane = async () => {
    while (next < count) {
      const collector = new Collector();
      await client.fetch(fragmentAt(`${url}/${next++}`, collector));
      assert.ok(collector.bytes.equals(body));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return client.http.choice;
}

/** How often each fragment was asked for. */
function timesOf({ seen }: SecureOrigin): Set<number> {
  const counts = Map.groupBy(seen, ({ url }) => url);
  return new Set([...counts.values()].map(({ length }) => length));
}

describe('engine/transport: HTTP/1.1 or HTTP/2', () => {
  it('takes HTTP/2 where it is faster, and asks for nothing twice', async () => {
    await using origin = await startSecureOrigin(answerLate);
    await using open = openClient(origin.url, { ca });
    const count = 300;
    const choice = await fetchAll(open, origin.url, count);
    assert.equal(choice?.picked, '2', JSON.stringify(choice));
    assert.match(choice.why, /^answers begin after \d+ ms, and HTTP\/2 is faster$/);
    assert.ok(choice.mbps && choice.mbps.http2 > choice.mbps.http1, JSON.stringify(choice));
    assert.deepEqual([origin.seen.length, timesOf(origin), open.retries.length], [count, new Set([1]), 0]);
    assert.equal(origin.seen[0]?.protocol, '1.1');
    assert.equal(origin.seen.at(-1)?.protocol, '2');
    assert.equal(origin.connections.h2, 1);
  });

  it('stays with HTTP/1.1 where that is faster, after a few fragments', async () => {
    await using origin = await startSecureOrigin((_request, response, { protocol }) => {
      setTimeout(() => response.end(body), protocol === '1.1' ? farMs : 2 * farMs);
    });
    await using open = openClient(origin.url, { ca });
    const choice = await fetchAll(open, origin.url, 200);
    assert.equal(choice?.picked, '1.1');
    assert.match(choice.why, /each transfer over HTTP\/2 is slower|3 times as long/);
    assert.deepEqual(timesOf(origin), new Set([1]));
    const tried = origin.seen.filter(({ protocol }) => protocol === '2').length;
    assert.ok(tried > 0 && tried <= lanes, `${tried} fragments`);
  });

  it('stays with HTTP/1.1 where HTTP/2 is not offered', async () => {
    await using origin = await startSecureOrigin(answerLate, { isOld: true });
    await using open = openClient(origin.url, { ca });
    const count = 150;
    const choice = await fetchAll(open, origin.url, count);
    assert.deepEqual(choice, { picked: '1.1', why: 'the origin does not offer HTTP/2' });
    assert.deepEqual([origin.seen.length, timesOf(origin), open.retries.length], [count, new Set([1]), 0]);
  });

  it('stays with HTTP/1.1 where the origin takes no connection more', async () => {
    await using origin = await startSecureOrigin(answerLate, { mostConnections: lanes });
    await using open = openClient(origin.url, { ca });
    const count = 150;
    const choice = await fetchAll(open, origin.url, count);
    assert.equal(choice?.picked, '1.1');
    assert.match(choice.why, /^HTTP\/2 broke off \(.+\)$/);
    assert.deepEqual([origin.seen.length, timesOf(origin), origin.connections.h2], [count, new Set([1]), 0]);
    assert.ok(open.retries.length > 0);
  });

  it('does not try HTTP/2 on a short path', async () => {
    await using origin = await startSecureOrigin((_request, response) => response.end(body));
    await using open = openClient(origin.url, { ca });
    const choice = await fetchAll(open, origin.url, 20);
    assert.equal(choice?.picked, '1.1');
    assert.equal(origin.connections.h2, 0);
  });

  it('says so where there is no TLS, or a rate is set', async () => {
    await using plain = await startOrigin((_request, response) => response.end(body));
    await using open = openClient(plain.url);
    assert.deepEqual(await fetchAll(open, plain.url, 10), { picked: '1.1', why: 'HTTP/2 wants TLS' });
    await using origin = await startSecureOrigin((_request, response) => response.end(body));
    await using limited = openClient(origin.url, { ca, rateBytesPerSecond: 10_000_000 });
    assert.deepEqual(await fetchAll(limited, origin.url, 10), { picked: '1.1', why: 'a rate is set' });
  });

  it('says nothing where a version was asked for', async () => {
    await using origin = await startSecureOrigin((_request, response) => response.end(body));
    for (const http of ['1.1', '2'] as const) {
      await using open = openClient(origin.url, { ca, http });
      assert.equal(await fetchAll(open, origin.url, 10), undefined);
      assert.equal(origin.seen.at(-1)?.protocol, http);
    }
  });

  const breaks: [what: string, answer: SecureAnswering][] = [
    [
      'a GOAWAY in the middle of a body',
      (_request, response, _seen, session) => {
        response.writeHead(200, { 'content-length': body.length });
        response.write(body.subarray(0, 500));
        session?.goaway(constants.NGHTTP2_INTERNAL_ERROR);
        session?.destroy();
      },
    ],
    ['streams that are refused', (_request, { stream }) => stream.close(constants.NGHTTP2_REFUSED_STREAM)],
    ['streams that are reset', (_request, { stream }) => stream.close(constants.NGHTTP2_INTERNAL_ERROR)],
    ['a 421', (_request, response) => void response.writeHead(421).end()],
    ['a 502', (_request, response) => void response.writeHead(502).end()],
  ];
  for (const [what, breakOff] of breaks) {
    for (const at of [1, 60]) {
      it(`goes back to HTTP/1.1 after ${what}, request ${at}`, async () => {
        let count = 0;
        await using origin = await startSecureOrigin((...asked) => {
          if (asked[2].protocol === '2' && ++count >= at) breakOff(...asked);
          else answerLate(...asked);
        });
        await using open = openClient(origin.url, { ca });
        const choice = await fetchAll(open, origin.url, 300);
        assert.equal(choice?.picked, '1.1', JSON.stringify(choice));
        assert.match(choice.why, /^HTTP\/2 broke off \(.+\)$/);
        assert.ok(count >= at, `${count} requests over HTTP/2`);
        assert.equal(origin.seen.at(-1)?.protocol, '1.1');
      });
    }
  }

  it('takes what is denied over both for denied, and stays', async () => {
    await using origin = await startSecureOrigin((...asked) => {
      if (asked[2].url === '/denied') asked[1].writeHead(404).end();
      else answerLate(...asked);
    });
    await using open = openClient(origin.url, { ca });
    const choice = await fetchAll(open, origin.url, 300);
    const failure = await failureOf(open.client.fetch(fragmentAt(`${origin.url}/denied`, new Collector())));
    assert.equal(failure.status, 404);
    assert.deepEqual(
      origin.seen.slice(-2).map(({ url, protocol }) => [url, protocol]),
      [
        ['/denied', '2'],
        ['/denied', '1.1'],
      ],
    );
    assert.deepEqual([choice?.picked, open.client.http.choice?.picked], ['2', '2']);
  });

  it('goes on over HTTP/2 after a GOAWAY that lets what runs end', async () => {
    let count = 0;
    await using origin = await startSecureOrigin((...asked) => {
      if (asked[3] && ++count === 60) asked[3].close();
      answerLate(...asked);
    });
    await using open = openClient(origin.url, { ca });
    const choice = await fetchAll(open, origin.url, 300);
    assert.equal(choice?.picked, '2', JSON.stringify(choice));
    // Requests that are made while the next connection is being opened may open another.
    assert.ok(origin.connections.h2 > 1);
    assert.deepEqual(timesOf(origin), new Set([1]));
  });
});
