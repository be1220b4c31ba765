import { basename, dirname, extname } from 'node:path';
import * as vscode from 'vscode';
import { removeUnfinished } from '../engine/output/unfinished.ts';
import { keptBy } from '../jobs/kept.ts';
import type { JobRecord } from '../jobs/record.ts';
import type { JobSecretVault } from '../jobs/secrets.ts';
import { JobBusyError } from '../jobs/errors.ts';
import type { JobStore } from '../jobs/store.ts';
import { askDeletion, mediaFiles, removeMedia, statIfThere } from './deletion.ts';
import type { Downloads } from './downloads.ts';
import type { Log } from './log.ts';
import { showMessage } from './notifications.ts';

/** What VS Code itself can show, subtitles as text; a `.ts` file would open as TypeScript. */
const SHOWN_BY_WORKBENCH: ReadonlySet<string> = new Set([
  '.mp4',
  '.m4a',
  '.webm',
  '.mp3',
  '.ogg',
  '.wav',
  '.vtt',
  '.srt',
]);

/** What can be done with a job and what it left behind. */
export class JobActions {
  readonly #store: JobStore;
  readonly #downloads: Downloads;
  readonly #secrets: JobSecretVault;
  readonly #log: Log;

  constructor(store: JobStore, downloads: Downloads, secrets: JobSecretVault, log: Log) {
    this.#store = store;
    this.#downloads = downloads;
    this.#secrets = secrets;
    this.#log = log;
  }

  /**
   * A job and its folder.
   * @throws Error in words for a person when there is none, or when its record cannot be read.
   */
  async find(id: string): Promise<{ folder: string; record: JobRecord }> {
    const entry = await this.#store.read(id);
    if (entry?.kind === 'job') return entry;
    throw new Error(vscode.l10n.t('This job is not there any more, or its record cannot be read.'));
  }

  /** Opens a downloaded file where it is best seen: VS Code's media preview, the system's player, or its folder. */
  async openOutput(path: string): Promise<void> {
    if ((await statIfThere(path)) === undefined) {
      showMessage('warning', vscode.l10n.t('{0} is not there any more.', path), [], this.#log);
      return;
    }
    const uri = vscode.Uri.file(path);
    if (SHOWN_BY_WORKBENCH.has(extname(path).toLowerCase())) await vscode.commands.executeCommand('vscode.open', uri);
    else if (isRemote()) await this.reveal(path);
    else await vscode.env.openExternal(uri);
  }

  /** Shows a file in its folder: the system's file manager, or the explorer where the file is on another machine. */
  async reveal(path: string): Promise<void> {
    const uri = vscode.Uri.file(path);
    if (!isRemote()) await vscode.commands.executeCommand('revealFileInOS', uri);
    else if (vscode.workspace.getWorkspaceFolder(uri) !== undefined) {
      await vscode.commands.executeCommand('revealInExplorer', uri);
    } else {
      const copy = { title: vscode.l10n.t('Copy Path'), run: () => vscode.env.clipboard.writeText(path) };
      const text = vscode.l10n.t('{0} is in {1} on the remote machine.', basename(path), dirname(path));
      showMessage('info', text, [copy], this.#log);
    }
  }

  /** Opens what a finished job downloaded. */
  async open({ receipt, request }: JobRecord): Promise<void> {
    await this.openOutput(receipt?.output?.path ?? request.output);
  }

  /** Stops a recording of this window; its file stays. */
  stop(id: string): void {
    const download = this.#downloads.get(id);
    if (download === undefined) {
      showMessage('info', vscode.l10n.t('This recording runs in another window; stop it there.'), [], this.#log);
    } else if (!download.stop() && download.live.recording === undefined) {
      showMessage('info', vscode.l10n.t('Only the recording of a live stream can be stopped.'), [], this.#log);
    }
  }

  /** Cancels a download of this window; a recording is stopped. */
  cancel(id: string): void {
    const download = this.#downloads.get(id);
    if (download !== undefined) download.cancel();
    else showMessage('info', vscode.l10n.t('This download runs in another window; cancel it there.'), [], this.#log);
  }

  /** Puts the job's whole URL on the clipboard; the redacted one, after a word about it, when it is not stored here. */
  async copyUrl(id: string): Promise<void> {
    const secrets = await this.#secrets.get(id);
    const url = secrets?.url ?? (await this.find(id)).record.request.url;
    await vscode.env.clipboard.writeText(url);
    if (secrets !== undefined || !url.includes('…')) return;
    const text = vscode.l10n.t(
      'The whole URL of this job is not stored here; its query values are missing in the copy.',
    );
    showMessage('warning', text, [], this.#log);
  }

  /**
   * Deletes a job and what it kept for a resume, and its media file if the person says so.
   * @param media asked for without it.
   * @returns whether it was deleted.
   */
  async delete(id: string, media?: boolean): Promise<boolean> {
    const entry = await this.#store.read(id);
    if (entry === undefined) return false;
    const isJob = entry.kind === 'job';
    const files = isJob ? await mediaFiles(entry.record) : [];
    const kept = isJob ? keptBy(entry.record, await this.#store.list()) : undefined;
    const choice = media ?? (await askDeletion(entry, files, kept?.bytes ?? 0));
    if (choice === undefined) return false;
    try {
      await this.#store.remove(id);
    } catch (error) {
      if (!(error instanceof JobBusyError)) throw error;
      showMessage('warning', vscode.l10n.t('The job is running. Cancel it first.'), [], this.#log);
      return false;
    }
    await this.#secrets.delete(id);
    if (choice) for (const { path } of files) await removeMedia(path);
    if (kept !== undefined) await removeUnfinished(kept.targets);
    return true;
  }
}

function isRemote(): boolean {
  return vscode.env.remoteName !== undefined || vscode.env.uiKind === vscode.UIKind.Web;
}
