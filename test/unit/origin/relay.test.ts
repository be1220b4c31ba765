import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { startLab } from '../../origin/lab.ts';
import { Bucket } from '../../../src/evidence/origin/path/bucket.ts';
import { isSlow, type PathShape } from '../../../src/evidence/origin/path/shape.ts';
import { startRelay } from '../../origin/relay/start.ts';
import { get, getHttp2, openHttp2 } from './client.ts';

describe('lab: relay', () => {
  let server: Server;
  let url: string;
  const sockets = new Set<Socket>();

  /** Answers each line with as many bytes as it says. */
  before(async () => {
    server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (line) => socket.write(Buffer.alloc(Number(line.toString()), 7)));
      socket.on('end', () => socket.end('bye'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  /** Asks for so many bytes on a connection of its own each; resolves to how long each took. */
  async function ask(shape: PathShape, sizes: readonly number[]): Promise<number[]> {
    await using relay = await startRelay(url, shape);
    const port = Number(new URL(relay.through(url)).port);
    return await Promise.all(sizes.map((bytes) => askOnce(port, bytes)));
  }

  async function askOnce(port: number, bytes: number): Promise<number> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const startMs = performance.now();
    socket.write(String(bytes));
    let [received, wholeMs, last] = [0, 0, ''];
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
      last = chunk.toString('latin1').slice(-3);
      if (received < bytes || wholeMs > 0) return;
      wholeMs = performance.now() - startMs;
      socket.end();
    });
    await once(socket, 'end');
    socket.destroy();
    assert.equal(received, bytes + 'bye'.length);
    assert.equal(last, 'bye');
    return wholeMs;
  }

  it('delays each way, and the first bytes by the round trip of shaking hands', async () => {
    const [ms = 0] = await ask({ delayMs: 50 }, [1_000]);
    assert.ok(ms >= 195, `${ms} ms`);
  });

  it('bounds each connection', async () => {
    const times = await ask({ connectionBytesPerSecond: 1_000_000 }, [200_000, 200_000]);
    for (const ms of times) assert.ok(ms >= 170, `${ms} ms`);
  });

  it('bounds all of them together, and gives each its share', async () => {
    const [small = 0, large = 0] = await ask({ totalBytesPerSecond: 2_000_000 }, [100_000, 400_000]);
    assert.ok(large >= 220, `${large} ms`);
    // Alone, it would take half as long.
    assert.ok(small >= 80 && small < large, `${small} and ${large} ms`);
  });

  it('makes one in so many slow', async () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].filter((connection) => isSlow({ slowEvery: 4 }, connection)),
      [2],
    );
    const times = await ask({ connectionBytesPerSecond: 4_000_000, slowEvery: 2 }, [200_000, 200_000]);
    times.sort((a, b) => a - b);
    assert.ok((times[1] ?? 0) >= 450, times.join());
  });

  it('passes TLS and HTTP/2 on as they are', async () => {
    await using lab = await startLab();
    const address = lab.url('small', { secure: true });
    await using relay = await startRelay(address, { delayMs: 1, totalBytesPerSecond: 50_000_000 });
    const session = await openHttp2(new URL(relay.through(address)).origin, await readFile(lab.caPath));
    try {
      const { status, body } = await getHttp2(session, '/small/f000000.ts');
      assert.equal(status, 200);
      assert.ok(body.equals((await get(`${lab.http}/small/f000000.ts`)).body));
    } finally {
      session.destroy();
    }
  });

  it('lets no more through than a hundredth of a second at once', () => {
    const bucket = new Bucket(1_000_000, 0);
    bucket.fill(5);
    assert.equal(bucket.bytes, 5_000);
    bucket.take(4_000);
    bucket.fill(7);
    assert.equal(bucket.bytes, 3_000);
    bucket.fill(16);
    assert.equal(bucket.bytes, 10_000);
  });
});
