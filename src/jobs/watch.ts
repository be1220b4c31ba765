import { watch, type FSWatcher } from 'node:fs';
import { makeFolder } from './folder.ts';
import type { JobEntry, JobStore } from './store.ts';

/** How long changes are gathered, and how often the store is looked at without any. Milliseconds. */
export interface WatchTimes {
  debounceMs: number;
  pollMs: number;
}

export const WATCH_TIMES: WatchTimes = { debounceMs: 100, pollMs: 5000 };

/**
 * Calls `onChange` with all jobs, once at the start and whenever they differ from the last call, whichever process
 * changed them. The file system's own events make it quick; the poll finds what they miss: a heartbeat that stopped,
 * network folders, deletions by hand.
 * @param onError told when the store cannot be read; watching goes on.
 * @returns a function that stops it.
 */
export function watchStore(
  store: JobStore,
  onChange: (entries: JobEntry[]) => void,
  onError: (error: unknown) => void,
  times: WatchTimes = WATCH_TIMES,
): () => void {
  let last: JobEntry[] | undefined;
  let pending: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  let isStopped = false;

  const look = async (): Promise<void> => {
    const entries = await store.list();
    if (isStopped || (last !== undefined && areSame(entries, last))) return;
    last = entries;
    onChange(entries);
  };
  const lookSafely = (): void => {
    look().catch(onError);
  };
  const lookSoon = (): void => {
    pending ??= setTimeout(() => {
      pending = undefined;
      lookSafely();
    }, times.debounceMs);
  };
  const open = async (): Promise<void> => {
    await makeFolder(store.folder);
    if (isStopped) return;
    watcher = watch(store.folder, { persistent: false }, lookSoon);
    // The poll goes on without it.
    watcher.on('error', onError);
  };

  open().catch(onError).finally(lookSafely);
  const poll = setInterval(lookSafely, times.pollMs);
  poll.unref();

  return () => {
    isStopped = true;
    clearInterval(poll);
    clearTimeout(pending);
    watcher?.close();
  };
}

/** Whether two listings tell the same. What the store did not read again is the same entry, and a thousand of those cost nothing. */
function areSame(one: readonly JobEntry[], other: readonly JobEntry[]): boolean {
  return (
    one.length === other.length &&
    one.every((entry, at) => entry === other[at] || JSON.stringify(entry) === JSON.stringify(other[at]))
  );
}
