import * as vscode from 'vscode';
import type { Target } from '../commands.ts';
import type { DownloadFlow } from '../downloadFlow.ts';
import type { Downloads } from '../downloads.ts';
import type { JobNode } from '../jobItems.ts';
import type { JobsView } from '../jobsView.ts';
import type { Log } from '../log.ts';
import { showMessage } from '../notifications.ts';
import { jobLabel } from '../sentences.ts';
import { Batch, type BatchResult } from './batch.ts';
import type { ListArguments, ListDownloads } from './listDownloads.ts';
import type { Move } from './order.ts';
import type { QueueActions } from './queueActions.ts';

/** What the commands for the queue work with. */
export interface QueueCommandParts {
  actions: QueueActions;
  downloads: Downloads;
  flow: DownloadFlow;
  lists: ListDownloads;
  view: Pick<JobsView, 'selection'>;
  log: Log;
}

/** The commands for the queue: for the lines that were clicked, else for those that are selected. */
export class QueueCommands {
  readonly #parts: QueueCommandParts;

  constructor(parts: QueueCommandParts) {
    this.#parts = parts;
  }

  /** Downloads the playlists of a list; see `ListDownloads`. */
  downloadList(given?: ListArguments): Promise<BatchResult | undefined> {
    return this.#parts.lists.download(given);
  }

  /** Downloads the playlists whose URLs are selected in the editor, in a document's link or in a list. */
  downloadSelection(given?: ListArguments): Promise<BatchResult | undefined> {
    return this.#parts.lists.downloadSelection(given);
  }

  /** Stops downloads for a while; resolves when they have stopped. */
  pause(target: Target, selected: readonly JobNode[] | undefined): Promise<void> {
    return this.#parts.actions.pause(this.#idsOf(target, selected));
  }

  /** Stops everything of this window for a while, but for recordings. */
  pauseAll(): Promise<void> {
    return this.#parts.actions.pauseAll();
  }

  /**
   * Lets everything go on that is paused or was interrupted.
   * @returns how it ended; nothing when there is nothing.
   */
  async resumeAll(): Promise<BatchResult | undefined> {
    const { actions, downloads, flow, log } = this.#parts;
    const records = await actions.findResumable();
    if (records.length === 0) {
      showMessage('info', vscode.l10n.t('Nothing is paused or interrupted.'), [], log);
      return undefined;
    }
    const entries = records.map((record) => ({ name: jobLabel(record), start: () => flow.startOneOf(record) }));
    // What has been fetched of them is not to go by a click on a notification.
    return new Batch(downloads, log).run(entries, false);
  }

  /** Has downloads begin now that wait. */
  startNow(target: Target, selected: readonly JobNode[] | undefined): void {
    this.#parts.actions.startNow(this.#idsOf(target, selected));
  }

  /** Moves downloads that wait. */
  move(target: Target, selected: readonly JobNode[] | undefined, move: Move): void {
    this.#parts.actions.move(this.#idsOf(target, selected), move);
  }

  #idsOf(target: Target, selected: readonly JobNode[] | undefined): string[] {
    if (typeof target === 'string') return [target];
    const nodes = selected ?? (target === undefined ? this.#parts.view.selection : [target]);
    return [...new Set(nodes.map(({ id }) => id))];
  }
}
