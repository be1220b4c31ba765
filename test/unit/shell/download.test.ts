import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Interruption } from '../../../src/engine/errors.ts';
import type { Receipt } from '../../../src/engine/receipt.ts';
import { JobStore } from '../../../src/jobs/store.ts';
import { Download } from '../../../src/shell/download.ts';
import { sampleFragment, sampleReceipt, sampleRequest } from '../jobs/samples.ts';
import { useTemporaryFolder } from '../jobs/temporaryFolder.ts';

/** The engine's answer once its signal aborts. */
function whenAborted(signal: AbortSignal, receipt: Receipt): Promise<{ receipt: Receipt }> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ receipt }), { once: true }));
}

describe('a download in this window', () => {
  const folder = useTemporaryFolder();
  let output: string;
  let store: JobStore;
  let changes: number;
  let download: Download;

  beforeEach(async () => {
    output = join(folder.path, 'sintel.ts');
    store = new JobStore(join(folder.path, 'jobs'), { heartbeatMs: 20, staleMs: 10_000 });
    changes = 0;
    download = new Download(await store.create(sampleRequest(output), 'sintel'), () => (changes += 1));
  });

  function run(state: Receipt['state']): () => AbortSignal {
    let seen: AbortSignal | undefined;
    download.run((signal) => {
      seen = signal;
      return whenAborted(signal, { ...sampleReceipt(output), state, kept: { fragments: 1, bytes: 500 } });
    });
    return () => seen!;
  }

  const waitUntilMs = (): number | undefined => download.live.waitUntilMs;

  it('is cancelled without a reason to keep anything', async () => {
    const signal = run('cancelled');
    download.cancel();
    assert.equal((await download.ended).record.state, 'cancelled');
    assert.ok(!(signal().reason instanceof Interruption));
  });

  it('is interrupted with one', async () => {
    const signal = run('cancelled');
    download.interrupt();
    const { record, exitCode } = await download.ended;
    assert.deepEqual([record.state, exitCode, record.receipt?.kept?.bytes], ['interrupted', 130, 500]);
    assert.ok(signal().reason instanceof Interruption);
  });

  it('is interrupted when its lock is lost', async () => {
    const signal = run('cancelled');
    const locks = join(folder.path, 'locks');
    for (const name of await readdir(locks)) await rm(join(locks, name));
    assert.equal((await download.ended).record.state, 'interrupted');
    assert.ok(signal().reason instanceof Interruption);
  });

  it('stays cancelled when the window closes right after', async () => {
    run('cancelled');
    download.cancel();
    download.interrupt();
    assert.equal((await download.ended).record.state, 'cancelled');
  });

  it('goes on from what is there, and says so until something new is', async () => {
    run('cancelled');
    await download.take({ type: 'resumed', fragments: 260, bytes: 1000, isChanged: false });
    await download.take({ type: 'planned', fragments: 600, durationS: 1, outputs: [output, `${output}.audio`] });
    assert.deepEqual(download.record.outputs, [output, `${output}.audio`]);
    assert.deepEqual(download.record.progress, { fragments: 260, fragmentsTotal: 600, bytes: 1000, bytesPerSecond: 0 });
    await download.take({ type: 'progress', fragments: 260, fragmentsTotal: 600, bytes: 1000, bytesPerSecond: 1 });
    assert.equal(download.live.resumedFragments, 260);
    await download.take({ type: 'progress', fragments: 261, fragmentsTotal: 600, bytes: 1500, bytesPerSecond: 1 });
    assert.equal(download.live.resumedFragments, undefined);
    assert.equal(download.live.hasPlaylistChanged, false);
    download.cancel();
    await download.ended;
  });

  it('starts over when the playlist has changed', async () => {
    run('cancelled');
    await download.take({ type: 'resumed', fragments: 0, bytes: 0, isChanged: true });
    assert.equal(download.live.hasPlaylistChanged, true);
    assert.equal(download.live.resumedFragments, undefined);
    download.cancel();
    await download.ended;
  });

  it('counts down a wait that the origin asked for, and no other', async () => {
    run('cancelled');
    const error = { code: 'HLS_FRAGMENT_STATUS', message: 'm', hint: 'h' } as const;
    await download.take({ type: 'retry', error, tries: 1, delayMs: 60_000, isAnnounced: false });
    assert.equal(waitUntilMs(), undefined);
    const before = Date.now();
    await download.take({ type: 'retry', error, tries: 1, delayMs: 1200, isAnnounced: true });
    await download.take({ type: 'retry', error, tries: 1, delayMs: 10, isAnnounced: true });
    assert.ok((waitUntilMs() ?? 0) >= before + 1200, 'the longest wait counts');
    const told = changes;
    while (waitUntilMs() !== undefined) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(Date.now() >= before + 1200);
    assert.ok(changes >= told + 2, 'it is told each second');
    download.cancel();
    await download.ended;
  });

  it('leaves no clock running when it ends during a wait', async () => {
    run('cancelled');
    const error = { code: 'HLS_FRAGMENT_STATUS', message: 'm', hint: 'h' } as const;
    await download.take({ type: 'retry', error, tries: 1, delayMs: 60_000, isAnnounced: true });
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const during = timers();
    download.cancel();
    await download.ended;
    assert.equal(download.live.waitUntilMs, undefined);
    assert.equal(timers(), during - 1);
  });

  it('keeps every fragment that is told, those of an earlier try too', async () => {
    run('complete');
    await download.take({ type: 'fragment', receipt: { ...sampleFragment(0), resumed: true } });
    await download.take({ type: 'fragment', receipt: sampleFragment(1) });
    download.interrupt();
    assert.equal((await download.ended).record.state, 'complete', 'it was whole before it could be interrupted');
    assert.ok((await readdir(download.job.folder)).includes('receipt.jsonl'));
  });
});
