import * as vscode from 'vscode';
import type { JobRecord } from '../../jobs/record.ts';
import type { Download } from '../download.ts';
import type { Downloads } from '../downloads.ts';
import { shareOf } from '../figures.ts';
import { asError, type Log } from '../log.ts';
import { showLogAction, showMessage } from '../notifications.ts';
import { describeRefusal } from '../refusals.ts';
import { asSentence } from '../sentences.ts';
import { countEnds, isBatchNews, type BatchCounts } from './batchCounts.ts';
import { summaryText } from './statusItem.ts';
import { summarise } from './summary.ts';
import { translated } from '../translated.ts';

/** One of the downloads that are started together. */
export interface BatchEntry {
  /** What a person knows it by. */
  name: string;
  /** Starts it, or lets it wait; what keeps it from that is thrown. */
  start: () => Promise<Download>;
}

/** How downloads that were started together ended. */
export interface BatchResult {
  counts: BatchCounts;
  /** Of those that began, in the order of the entries. */
  records: JobRecord[];
}

/** One that did not come to a whole file, and why. */
interface Failure {
  name: string;
  reason: string;
}

/** How often the notification is told anew. Milliseconds. */
const REDRAW_MS = 500;

/** Failures that a message names; the view has them all. */
const NAMED_FAILURES = 3;

/** Downloads that are started together: one notification while they run or wait, and one at the end. */
export class Batch {
  readonly #downloads: Downloads;
  readonly #log: Log;
  readonly #started: Download[] = [];
  readonly #failures: Failure[] = [];
  #refused = 0;
  readonly #begunAt = Date.now();
  #isCancelled = false;

  constructor(downloads: Downloads, log: Log) {
    this.#downloads = downloads;
    this.#log = log;
  }

  /**
   * Starts all, in their order, and follows them to their ends.
   * @param isCancellable offers to cancel all of them.
   */
  async run(entries: readonly BatchEntry[], isCancellable: boolean): Promise<BatchResult> {
    const options = { location: vscode.ProgressLocation.Notification, cancellable: isCancellable };
    const records = await vscode.window.withProgress(options, async (progress, token) => {
      const listener = token.onCancellationRequested(() => this.#cancel());
      const clock = setInterval(this.#reporter(progress, entries.length), REDRAW_MS);
      try {
        await this.#startAll(entries);
        return await this.#end();
      } finally {
        clearInterval(clock);
        listener.dispose();
      }
    });
    const states = records.map(({ state }) => state);
    const counts = countEnds(states, this.#refused, entries.length);
    this.#tell(counts);
    return { counts, records };
  }

  async #startAll(entries: readonly BatchEntry[]): Promise<void> {
    for (const { name, start } of entries) {
      if (this.#isCancelled) return;
      try {
        this.#started.push(await start());
      } catch (error) {
        this.#log.error(asError(error));
        this.#failures.push({ name, reason: describeRefusal(error).text });
        this.#refused += 1;
      }
    }
    // Asked for while the last one was started.
    if (this.#isCancelled) this.#cancel();
  }

  /** What an end cannot be written down of has failed. */
  async #end(): Promise<JobRecord[]> {
    const ends = this.#started.map(async (download): Promise<JobRecord> => {
      const { title } = download.record;
      try {
        const { record } = await download.ended;
        const { state, error } = record;
        if (state === 'failed') this.#failures.push({ name: title, reason: translated(error?.message ?? '') });
        return record;
      } catch (error) {
        this.#failures.push({ name: title, reason: describeRefusal(error).text });
        return { ...download.record, state: 'failed' };
      }
    });
    return Promise.all(ends);
  }

  #cancel(): void {
    this.#isCancelled = true;
    for (const download of this.#started) download.cancel();
  }

  /** Tells how far all are together: those that are over count as whole. */
  #reporter(progress: vscode.Progress<{ message: string; increment?: number }>, total: number): () => void {
    let reported = 0;
    return () => {
      const active = this.#started.filter(({ id }) => this.#downloads.get(id) !== undefined);
      const over = this.#started.length - active.length + this.#refused;
      const { share, ...summary } = summarise(active.map(({ record }) => record));
      const percent = shareOf(over + (share ?? 0) * summary.running, total) * 100;
      const done = vscode.l10n.t('{0} of {1} done', over, total);
      const message = [done, summaryText({ ...summary, share: undefined })].join(' · ');
      progress.report({ message, increment: Math.max(0, percent - reported) });
      reported = Math.max(reported, percent);
    };
  }

  #tell(counts: BatchCounts): void {
    const wallMs = Date.now() - this.#begunAt;
    if (!isBatchNews(counts, wallMs, vscode.window.state.focused)) return;
    const named = this.#failures.slice(0, NAMED_FAILURES).map(({ name, reason }) => `${name}: ${asSentence(reason)}`);
    const more = this.#failures.length - named.length;
    const text = [
      asSentence(describeCounts(counts)),
      ...named,
      ...(more > 0 ? [asSentence(vscode.l10n.t('and {0} more', more))] : []),
    ].join(' ');
    const show = {
      title: vscode.l10n.t('Show Jobs'),
      run: () => vscode.commands.executeCommand('hotframe.jobs.focus'),
    };
    showMessage(counts.failed > 0 ? 'error' : 'info', text, [show, showLogAction(this.#log)], this.#log);
  }
}

/** `4 downloads are whole, 1 failed` */
function describeCounts({ whole, withGaps, failed, stopped, cancelled }: BatchCounts): string {
  return [
    whole === 1 ? vscode.l10n.t('1 download is whole') : vscode.l10n.t('{0} downloads are whole', whole),
    ...(withGaps === 0 ? [] : [vscode.l10n.t('{0} with gaps', withGaps)]),
    ...(failed === 0 ? [] : [vscode.l10n.t('{0} failed', failed)]),
    ...(stopped === 0 ? [] : [vscode.l10n.t('{0} can go on', stopped)]),
    ...(cancelled === 0 ? [] : [vscode.l10n.t('{0} cancelled', cancelled)]),
  ].join(', ');
}
