import * as vscode from 'vscode';
import { isActive, isResumable, type JobRecord } from '../../jobs/record.ts';
import type { JobStore } from '../../jobs/store.ts';
import type { Download } from '../download.ts';
import type { Downloads } from '../downloads.ts';
import type { Log } from '../log.ts';
import { showMessage } from '../notifications.ts';
import { jobLabel } from '../sentences.ts';
import type { Move } from './order.ts';

/** What a person does with the downloads that run or wait in this window. */
export class QueueActions {
  readonly #downloads: Downloads;
  readonly #store: JobStore;
  readonly #log: Log;

  constructor(downloads: Downloads, store: JobStore, log: Log) {
    this.#downloads = downloads;
    this.#store = store;
    this.#log = log;
  }

  /** Whether a job waits in this window. */
  isWaiting(id: string): boolean {
    return this.#downloads.get(id)?.place.number !== undefined;
  }

  /** Stops downloads for a while, whether they run or wait; recordings and replays go on, and that is said. */
  async pause(ids: readonly string[]): Promise<void> {
    const found = this.#find(ids);
    if (found.length === 0) {
      const text = vscode.l10n.t('This download does not run in this window; pause it where it runs.');
      showMessage('info', text, [], this.#log);
      return;
    }
    const others = pauseEach(found);
    if (others.length > 0) this.#tellUnpausable(others);
    await settled(found.filter((download) => !others.includes(download)));
  }

  /** Stops for a while everything that runs or waits in this window, but for recordings and replays. */
  async pauseAll(): Promise<void> {
    const { all } = this.#downloads;
    const others = pauseEach(all);
    await settled(all.filter((download) => !others.includes(download)));
  }

  /** Has downloads begin now that wait for their turn. */
  startNow(ids: readonly string[]): void {
    for (const { place } of this.#find(ids)) this.#downloads.queue.pass(place);
  }

  /** Moves downloads within the queue; those that do not wait stay where they are. */
  move(ids: readonly string[], move: Move): void {
    this.#downloads.queue.move(
      this.#find(ids).map(({ place }) => place),
      move,
    );
  }

  /** Puts downloads in front of the job that they were dropped on: first on one that runs, last on one that is over. */
  drop(ids: readonly string[], target: string | undefined): void {
    const places = this.#find(ids).map(({ place }) => place);
    const download = target === undefined ? undefined : this.#downloads.get(target);
    if (download?.record.state === 'running') this.#downloads.queue.move(places, 'top');
    else this.#downloads.queue.moveBefore(places, download?.place);
  }

  /**
   * The jobs that are paused, or were interrupted, and that can go on by themselves: the oldest first. Recordings are left
   * out, for what they would go on with is another part of the stream.
   */
  async findResumable(): Promise<JobRecord[]> {
    const entries = await this.#store.list();
    const records = entries.flatMap((entry) => (entry.kind === 'job' ? [entry.record] : []));
    const busy = new Set(records.filter(isActive).map(({ request }) => request.output));
    return records
      .filter((record) => isResumable(record) && record.state !== 'failed' && record.isLive !== true)
      .filter(({ request }) => !busy.has(request.output))
      .reverse();
  }

  #find(ids: readonly string[]): Download[] {
    return ids.map((id) => this.#downloads.get(id)).filter((download) => download !== undefined);
  }

  #tellUnpausable(downloads: readonly Download[]): void {
    const names = downloads.map(({ record }) => jobLabel(record)).join(', ');
    const text = vscode.l10n.t(
      'Recordings and replays cannot be paused, for their streams do not wait: {0}. Stop or cancel them instead.',
      names,
    );
    showMessage('info', text, [], this.#log);
  }
}

/** Those that cannot be paused. All are told at once, so that none begins because another one has left its turn. */
function pauseEach(downloads: readonly Download[]): Download[] {
  return downloads.filter((download) => !download.pause());
}

async function settled(downloads: readonly Download[]): Promise<void> {
  await Promise.allSettled(downloads.map((download) => download.ended));
}
