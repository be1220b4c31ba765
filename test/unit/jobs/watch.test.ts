import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { JobStore, type JobEntry } from '../../../src/jobs/store.ts';
import { watchStore, type WatchTimes } from '../../../src/jobs/watch.ts';
import { LineChild } from './child.ts';
import { sampleRequest } from './samples.ts';
import { useTemporaryFolder } from './temporaryFolder.ts';

const NEVER_MS = 2 ** 30;
const TIMES = { heartbeatMs: 20, staleMs: NEVER_MS };

describe('watching the store', () => {
  const folder = useTemporaryFolder();
  const stops: (() => void)[] = [];
  const children: LineChild[] = [];
  let store: JobStore;

  beforeEach(() => {
    store = new JobStore(join(folder.path, 'jobs'), TIMES);
  });

  afterEach(async () => {
    for (const stop of stops.splice(0)) stop();
    await Promise.all(children.splice(0).map((child) => child.kill()));
  });

  /** The states of the listed jobs, as they are told, one call at a time. */
  function watch(times: WatchTimes): { next: (isWanted: (states: string[]) => boolean) => Promise<string[]> } {
    const told: string[][] = [];
    let wake = (): void => undefined;
    const onChange = (entries: JobEntry[]): void => {
      told.push(entries.map((entry) => (entry.kind === 'job' ? entry.record.state : entry.job.reason)));
      wake();
    };
    const onError = (error: unknown): never => assert.fail(String(error));
    stops.push(watchStore(new JobStore(store.folder, TIMES), onChange, onError, times));
    return {
      next: async (isWanted) => {
        for (;;) {
          const states = told.shift();
          if (states !== undefined && isWanted(states)) return states;
          if (states === undefined) await new Promise<void>((resolve) => (wake = resolve));
        }
      },
    };
  }

  it("tells what is there at the start, then other processes' changes by the file system's events", async () => {
    const watcher = watch({ debounceMs: 5, pollMs: NEVER_MS });
    await watcher.next((states) => states.length === 0);
    const job = await store.create(sampleRequest(join(folder.path, 'a.ts')), 'a');
    await watcher.next((states) => states.join() === 'running');
    await job.end('complete');
    await watcher.next((states) => states.join() === 'complete');
    await store.remove(job.id);
    await watcher.next((states) => states.length === 0);
  });

  it('finds by polling that an owner died', async () => {
    const output = join(folder.path, 'a.ts');
    const script = new URL('./jobChild.ts', import.meta.url);
    const child = new LineChild(script, [store.folder, output, String(TIMES.heartbeatMs), String(TIMES.staleMs)]);
    children.push(child);
    await child.read();
    const watcher = watch({ debounceMs: 5, pollMs: 50 });
    await watcher.next((states) => states.join() === 'running');
    await child.kill();
    await watcher.next((states) => states.join() === 'interrupted');
  });

  it('finds by polling that a job was removed by hand', async () => {
    const job = await store.create(sampleRequest(join(folder.path, 'a.ts')), 'a');
    await job.end('failed');
    const watcher = watch({ debounceMs: NEVER_MS, pollMs: 20 });
    await watcher.next((states) => states.join() === 'failed');
    await rm(job.folder, { recursive: true });
    await watcher.next((states) => states.length === 0);
  });
});
