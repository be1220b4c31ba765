import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ArmHost, HostEnd, HostFacts, HostOrder } from '../../../../src/evidence/arms/armHost.ts';
import { parentHost } from '../../../../src/evidence/arms/parentHost.ts';
import { serveHost } from '../../../../src/evidence/arms/serveHost.ts';

const script = fileURLToPath(new URL('hostChild.ts', import.meta.url));
const facts: HostFacts = { application: 'Editor 1.0', node: 'v24.0.0', version: '0.1.0', scripts: ['/worker.cjs'] };

interface Told {
  type: 'described' | 'ended';
  facts?: HostFacts | string;
  end?: HostEnd | string;
}

/** Waits for what the child tells itself; the calls of its host go over the same channel. */
async function told(child: ChildProcess, type: Told['type']): Promise<Told> {
  for (;;) {
    const [message] = (await once(child, 'message')) as [Told];
    if (message.type === type) return message;
  }
}

describe('an extension host for a process that tests a claim', () => {
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill('SIGKILL'));

  function start(host: ArmHost, ...args: string[]): ChildProcess {
    child = fork(script, args, { execArgv: [] });
    serveHost(child, host);
    return child;
  }

  it('describes itself and downloads for it, and holds it no longer than that', async () => {
    const orders: HostOrder[] = [];
    const usage = { wallMs: 12.5, cpuUserMs: 3, cpuSystemMs: 1, maxRssBytes: 2 ** 27 };
    const started = start(
      {
        describe: () => Promise.resolve(facts),
        download(order) {
          orders.push(order);
          return Promise.resolve({ usage, counters: { gcMs: 2 } });
        },
      },
      '/tmp/out.ts',
    );
    const exit = once(started, 'exit');
    assert.deepEqual((await told(started, 'described')).facts, facts);
    assert.deepEqual((await told(started, 'ended')).end, { usage, counters: { gcMs: 2 } });
    assert.deepEqual(orders, [{ url: 'http://127.0.0.1/x.m3u8', out: '/tmp/out.ts', engine: { write: 'buffered' } }]);
    assert.deepEqual(await exit, [0, null]);
  });

  it('tells what it cannot do', async () => {
    const host = { describe: () => Promise.resolve(facts), download: () => Promise.reject(new Error('no thread')) };
    const { end } = await told(start(host), 'ended');
    assert.ok(typeof end === 'string');
    assert.match(end, /cannot run the arm: no thread/);
  });

  it('cancels when it is asked to, and tells the end of that', async () => {
    const host: ArmHost = {
      describe: () => Promise.resolve(facts),
      async download(_order, signal) {
        await once(signal, 'abort');
        return { usage: { wallMs: 1, cpuUserMs: 0, cpuSystemMs: 0 }, counters: {}, problem: 'cancelled' };
      },
    };
    const { end } = await told(start(host, '/tmp/out.ts', '50'), 'ended');
    assert.ok(typeof end === 'object' && end.problem === 'cancelled');
  });

  it('cancels when the process is killed', async () => {
    const begun = Promise.withResolvers<AbortSignal>();
    const started = start({
      describe: () => Promise.resolve(facts),
      download(_order, signal) {
        begun.resolve(signal);
        return new Promise(() => undefined);
      },
    });
    const signal = await begun.promise;
    started.kill('SIGKILL');
    if (!signal.aborted) await once(signal, 'abort');
  });

  it('is none where the process that listens has none', async () => {
    child = fork(script, ['/tmp/out.ts', '50', '50'], { execArgv: [] });
    assert.match((await told(child, 'described')).facts as string, /has no extension host/);
  });

  it('is none where nobody listens', () => {
    assert.equal(parentHost({ ...process, send: undefined } as unknown as NodeJS.Process), undefined);
  });
});
