import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Interruption } from '../../../src/engine/errors.ts';
import type { Receipt } from '../../../src/engine/receipt.ts';
import type { RunningJob } from '../../../src/jobs/runningJob.ts';
import { JobStore } from '../../../src/jobs/store.ts';
import { Download } from '../../../src/shell/download.ts';
import { DownloadQueue } from '../../../src/shell/queue/queue.ts';
import { outageSinceMs } from '../../../src/shell/recordingState.ts';
import { sampleFragment, sampleReceipt, sampleRequest } from '../jobs/samples.ts';
import { useTemporaryFolder } from '../jobs/temporaryFolder.ts';

/** The engine's answer once its signal aborts. */
function whenAborted(signal: AbortSignal, receipt: Receipt): Promise<{ receipt: Receipt }> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ receipt }), { once: true }));
}

const playlistError = { code: 'HLS_PLAYLIST_STATUS', message: 'm', hint: 'h' } as const;

describe('a download in this window', () => {
  const folder = useTemporaryFolder();
  let output: string;
  let store: JobStore;
  let changes: number;
  let queue: DownloadQueue;
  let download: Download;

  beforeEach(async () => {
    output = join(folder.path, 'sintel.ts');
    store = new JobStore(join(folder.path, 'jobs'), { heartbeatMs: 20, staleMs: 10_000 });
    changes = 0;
    queue = new DownloadQueue(() => 1);
    download = await open(store.create(sampleRequest(output), 'sintel'));
  });

  async function open(job: Promise<RunningJob>): Promise<Download> {
    return new Download(await job, queue.enter(), () => (changes += 1));
  }

  function run(state: Receipt['state']): () => AbortSignal {
    let seen: AbortSignal | undefined;
    download.run(({ signal }) => {
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

  it('is paused: what is whole is kept, as when its window closes', async () => {
    const signal = run('cancelled');
    assert.equal(download.pause(), true);
    download.interrupt();
    const { record, exitCode } = await download.ended;
    assert.deepEqual([record.state, exitCode, record.receipt?.kept?.bytes], ['paused', 130, 500]);
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

  describe('of a live stream', () => {
    const stopped = new AbortController();

    /** Starts a recording that has so many fragments; answers the signals that the engine got. */
    async function record(fragments: number): Promise<{ signal: AbortSignal; stop: AbortSignal }> {
      const { promise, resolve } = Promise.withResolvers<{ signal: AbortSignal; stop: AbortSignal }>();
      download.run(({ signal, stop = stopped.signal }) => {
        resolve({ signal, stop });
        const whole = { ...sampleReceipt(output), recording: { ended: 'stopped' as const, ...none } };
        const ended = whenAborted(stop, whole);
        return Promise.race([ended, whenAborted(signal, { ...sampleReceipt(output), state: 'cancelled' })]);
      });
      await download.take({ type: 'planned', fragments: 0, durationS: 0, isLive: true, outputs: [output] });
      await download.take({ type: 'progress', fragments, fragmentsTotal: fragments, bytes: 9, bytesPerSecond: 1 });
      return promise;
    }

    const none = { holes: 0, holeS: 0, outages: 0, resets: 0 };

    it('is stopped, not cancelled, and says in its record that it is a recording', async () => {
      const { signal } = await record(3);
      assert.deepEqual([download.record.isLive, download.live.recording?.isStopping], [true, false]);
      download.cancel();
      assert.equal(download.live.recording?.isStopping, true);
      const { record: ended, exitCode } = await download.ended;
      assert.deepEqual([ended.state, ended.receipt?.recording?.ended, exitCode], ['complete', 'stopped', 0]);
      assert.equal(signal.aborted, false);
    });

    it('cannot be paused, and takes nobody a turn', async () => {
      const waiting = queue.enter();
      assert.equal(waiting.number, 1);
      const { signal } = await record(3);
      assert.equal(waiting.number, undefined);
      assert.deepEqual([download.pause(), signal.aborted], [false, false]);
      download.cancel();
      await download.ended;
    });

    it('is stopped once, and interrupted by the next cancellation: what it has stays', async () => {
      const { signal, stop } = await record(3);
      assert.deepEqual([download.stop(), download.stop()], [true, false]);
      assert.ok(stop.aborted && !signal.aborted);
      download.cancel();
      assert.ok(signal.reason instanceof Interruption);
      await download.ended;
    });

    it('is cancelled while there is nothing to keep', async () => {
      const { signal, stop } = await record(0);
      download.cancel();
      assert.ok(signal.aborted && !stop.aborted && !(signal.reason instanceof Interruption));
      assert.equal((await download.ended).record.state, 'cancelled');
    });

    it('is interrupted when the window closes', async () => {
      const { signal } = await record(3);
      download.interrupt();
      assert.ok(signal.reason instanceof Interruption);
      assert.equal((await download.ended).record.state, 'interrupted');
    });

    it('cannot be stopped before it is known to be one', async () => {
      run('cancelled');
      assert.equal(download.stop(), false);
      download.cancel();
      assert.equal((await download.ended).record.state, 'cancelled');
    });

    it('tells since when its playlist is away, of several the longest', async () => {
      await record(3);
      const since = (): number | undefined => {
        assert.ok(download.live.recording);
        return outageSinceMs(download.live.recording);
      };
      assert.equal(since(), undefined);
      const before = Date.now();
      await download.take({ type: 'outage', stream: 'main', error: playlistError });
      const first = since() ?? 0;
      assert.ok(first >= before && first <= Date.now());
      await download.take({ type: 'outage', stream: 'audio.en', error: playlistError });
      await download.take({ type: 'outage', stream: 'main', error: playlistError });
      assert.equal(since(), first);
      await download.take({ type: 'recovered', stream: 'main', outageMs: 1 });
      assert.ok((since() ?? 0) >= first);
      await download.take({ type: 'recovered', stream: 'audio.en', outageMs: 1 });
      assert.equal(since(), undefined);
      download.cancel();
      await download.ended;
    });

    it('keeps nothing for a resume any more once it is saved', async () => {
      run('cancelled');
      const saved = { path: join(folder.path, 'sintel.1.ts'), bytes: 500 };
      await download.take({ type: 'salvaged', ...saved });
      assert.deepEqual(download.live.salvaged, [saved]);
      assert.deepEqual(download.record.kept, { fragments: 0, bytes: 0 });
      download.cancel();
      await download.ended;
    });
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
