import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { Collector, fragmentAt, openClient, startOrigin } from '../serving.ts';

describe('engine/transport: refusals where concurrency is chosen', () => {
  it('give up the connection: an origin may count the idle ones', async () => {
    const sockets: Socket[] = [];
    await using origin = await startOrigin((request, response, before) => {
      sockets.push(request.socket);
      if (before === 0) response.writeHead(429, { 'content-length': 2 }).write('no');
      else response.end('content');
    });
    await using open = openClient(origin.url);
    await open.client.fetch(fragmentAt(origin.url, new Collector()));
    assert.equal(sockets.length, 2);
    assert.notEqual(sockets[0], sockets[1]);
    assert.equal(sockets[0]?.destroyed, true);
  });

  it('hold nobody else when they announce nothing, and try again when there is room', async () => {
    const waiting: (() => void)[] = [];
    let refusals = 0;
    await using origin = await startOrigin((request, response) => {
      if (request.url === '/refused' && refusals++ === 0) response.writeHead(429).end();
      else if (request.url === '/slow') waiting.push(() => response.end('content'));
      else response.end('content');
    });
    await using open = openClient(origin.url);
    const { client } = open;
    const fetch = (path: string) => client.fetch(fragmentAt(`${origin.url}${path}`, new Collector()));
    client.traffic.limit = 1;
    const troubled = new Promise<void>((resolve) => (client.traffic.onTrouble = resolve));
    const refused = fetch('/refused');
    await troubled;
    const slow = fetch('/slow');
    for (let step = 0; step < 4; step++) await fetch('/other');
    await new Promise((resolve) => setTimeout(resolve, 250));
    // Its wait is over, but the slow one takes the only place.
    assert.equal(refusals, 1);
    for (const end of waiting) end();
    await Promise.all([slow, refused]);
    assert.equal(refusals, 2);
  });
});
