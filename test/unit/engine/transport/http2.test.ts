import assert from 'node:assert/strict';
import { ca, startSecureOrigin } from './secureServing.ts';
import { Collector, fragmentAt, openClient } from './serving.ts';

const mebibyte = 1024 * 1024;

describe('engine/transport: windows of HTTP/2', () => {
  const cases: [what: string, rate: number | undefined, stream: number][] = [
    ['are wide', undefined, 4 * mebibyte],
    ['of a stream are a quarter of a second of the rate', 1_000_000, 250_000],
    ['of a stream are 64 KiB for low rates', 20_000, 64 * 1024],
  ];
  for (const [what, rateBytesPerSecond, stream] of cases) {
    it(what, async () => {
      const whole = Buffer.alloc(1000, 7);
      const states: [stream: number | undefined, connection: number][] = [];
      await using origin = await startSecureOrigin((_request, response, _seen, session) => {
        // With the second request both are known: its window is told before it.
        if (session) states.push([session.remoteSettings.initialWindowSize, session.state.remoteWindowSize ?? 0]);
        response.end(whole);
      });
      await using open = openClient(origin.url, { http: '2', ca, rateBytesPerSecond });
      for (const name of ['a', 'b']) {
        const collector = new Collector();
        await open.client.fetch(fragmentAt(`${origin.url}/${name}`, collector));
        assert.ok(collector.bytes.equals(whole));
      }
      const [streamWindow, connectionWindow] = states[1] ?? [];
      assert.equal(streamWindow, stream);
      // What the first body took is given back with half of it all.
      assert.equal(connectionWindow, 64 * mebibyte - whole.length);
      assert.deepEqual(origin.connections, { h2: 1, 'http/1.1': 0 });
    });
  }
});
