import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineCrashError, EngineThreads, EngineReportError } from '../../../src/shell/engineThread.ts';
import type { DownloadEvent } from '../../../src/engine/events.ts';
import { useTemporaryFolder } from '../jobs/temporaryFolder.ts';

const INPUT = { type: 'download' as const, request: { url: 'https://a.example/x.m3u8', output: '/tmp/x.ts' } };
const PRELUDE = "import { parentPort, workerData } from 'node:worker_threads';\n";

describe('engine thread', () => {
  const folder = useTemporaryFolder();
  const printed: string[] = [];

  beforeEach(() => printed.splice(0));

  /** Threads that run a script of the test's own. */
  async function createThreads(script: string): Promise<EngineThreads> {
    const path = join(folder.path, 'worker.mjs');
    await writeFile(path, PRELUDE + script);
    return new EngineThreads(path, (line) => printed.push(line));
  }

  let ending: AbortController;
  let idle: { signal: AbortSignal };

  beforeEach(() => {
    ending = new AbortController();
    idle = { signal: ending.signal };
  });

  // A thread that a failed test left would keep the process alive.
  afterEach(() => ending.abort());

  it('tells events in order and ends with the receipt, once the thread is gone', async () => {
    const threads = await createThreads(`
      parentPort.postMessage({ type: 'event', event: { type: 'planned', fragments: 2, durationS: 4, outputs: [] } });
      parentPort.postMessage({ type: 'event', event: { type: 'finishing' } });
      parentPort.postMessage({ type: 'ended', receipt: { url: workerData.request.url } });`);
    const events: DownloadEvent[] = [];
    const end = await threads.download(INPUT, (event) => events.push(event), idle);
    assert.deepEqual(
      events.map((event) => event.type),
      ['planned', 'finishing'],
    );
    assert.equal(end.receipt.url, INPUT.request.url);
  });

  it('passes a cancellation on and waits for the receipt', async () => {
    const threads = await createThreads(`
      parentPort.once('message', (command) => {
        parentPort.postMessage({ type: 'ended', receipt: { state: command.type + 'led' } });
      });
      parentPort.postMessage({ type: 'event', event: { type: 'finishing' } });`);
    const abort = new AbortController();
    const end = await threads.download(INPUT, () => abort.abort(), { signal: abort.signal });
    assert.equal(end.receipt.state, 'cancelled');
  });

  it('passes a stop on and gives the recording all the time that it needs', async () => {
    const threads = await createThreads(`
      parentPort.once('message', (command) => {
        parentPort.postMessage({ type: 'ended', receipt: { state: 'complete', url: command.type } });
      });
      parentPort.postMessage({ type: 'event', event: { type: 'finishing' } });`);
    const stop = new AbortController();
    const end = await threads.download(INPUT, () => stop.abort(), { ...idle, stop: stop.signal });
    assert.deepEqual([end.receipt.state, end.receipt.url], ['complete', 'stop']);
  });

  it('starts nothing when it is cancelled before', async () => {
    const threads = await createThreads('');
    await assert.rejects(
      threads.download(INPUT, () => undefined, { signal: AbortSignal.abort() }),
      { name: 'AbortError' },
    );
  });

  const crashes: [string, string, RegExp][] = [
    ['throws', "throw new Error('out of luck');", /crashed: out of luck/],
    ['exits', 'process.exit(7);', /ended with code 7/],
    ['just ends', '', /ended with code 0/],
  ];
  for (const [name, script, message] of crashes) {
    it(`fails with a clear message when the thread ${name}`, async () => {
      const threads = await createThreads(script);
      await assert.rejects(
        threads.download(INPUT, () => undefined, idle),
        (error) => error instanceof EngineCrashError && message.test(error.message),
      );
    });
  }

  it('tells what the engine reports when it has no receipt', async () => {
    const threads = await createThreads(`
      parentPort.postMessage({ type: 'failed', error: { code: 'HLS_INTERNAL', message: 'm', hint: 'h' } });`);
    await assert.rejects(
      threads.download(INPUT, () => undefined, idle),
      (error) => error instanceof EngineReportError && error.report.code === 'HLS_INTERNAL',
    );
  });

  it('fails when there is no script', async () => {
    const threads = new EngineThreads(join(folder.path, 'none.cjs'), () => undefined);
    await assert.rejects(
      threads.download(INPUT, () => undefined, idle),
      EngineCrashError,
    );
  });

  it('logs what the thread prints', async () => {
    const threads = await createThreads(`
      console.error('a warning');
      parentPort.postMessage({ type: 'ended', receipt: {} });`);
    await threads.download(INPUT, () => undefined, idle);
    assert.deepEqual(printed, ['a warning']);
  });

  it('inspects, and ends a thread that would linger', async () => {
    const threads = await createThreads(`
      setInterval(() => undefined, 1000);
      parentPort.postMessage({ type: 'inspected', inspection: { schema: 1, kind: 'media', url: workerData.url } });`);
    const started = performance.now();
    const inspection = await threads.inspect({ url: 'https://a.example/x.m3u8' }, idle.signal);
    assert.equal(inspection.kind, 'media');
    assert.ok(performance.now() - started < 4000);
  });

  it('fetches a text, and takes no other answer for it', async () => {
    const threads = await createThreads(`
      const fetched = { type: 'fetched', bytes: new TextEncoder().encode('#EXTM3U'), url: workerData.url + '?moved' };
      parentPort.postMessage(workerData.headers ? { type: 'inspected' } : fetched);`);
    const url = 'https://a.example/x.m3u8';
    const { bytes, url: found } = await threads.fetchText({ url }, idle.signal);
    assert.deepEqual([new TextDecoder().decode(bytes), found], ['#EXTM3U', `${url}?moved`]);
    await assert.rejects(threads.fetchText({ url, headers: {} }, idle.signal), EngineCrashError);
  });

  it('tells why a playlist could not be inspected', async () => {
    const threads = await createThreads(`
      parentPort.postMessage({ type: 'failed', error: { code: 'HLS_PLAYLIST_STATUS', message: 'm', hint: 'h' } });`);
    await assert.rejects(
      threads.inspect({ url: 'https://a.example/x.m3u8' }, idle.signal),
      (error) => error instanceof EngineReportError && error.report.code === 'HLS_PLAYLIST_STATUS',
    );
  });

  it('stops an inspection at once', async () => {
    const threads = await createThreads('setInterval(() => undefined, 1000); console.log("up");');
    const abort = new AbortController();
    const inspecting = threads.inspect({ url: 'https://a.example/x.m3u8' }, abort.signal);
    abort.abort();
    await assert.rejects(inspecting, { name: 'AbortError' });
  });
});
