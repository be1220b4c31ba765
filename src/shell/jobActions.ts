import { basename, dirname, extname } from 'node:path';
import * as vscode from 'vscode';
import { removeUnfinished } from '../engine/output/unfinished.ts';
import { keptBy } from '../jobs/kept.ts';
import type { JobProfile, JobRecord } from '../jobs/record.ts';
import type { JobSecretVault } from '../jobs/secrets.ts';
import { JobBusyError } from '../jobs/errors.ts';
import type { JobStore } from '../jobs/store.ts';
import { ProfileError } from '../profile/errors.ts';
import { askDeletion, mediaFiles, removeMedia, statIfThere } from './deletion.ts';
import type { Downloads } from './downloads.ts';
import { FLAMEGRAPH_VIEW_TYPE } from './flamegraphEditor.ts';
import type { Log } from './log.ts';
import { showLogAction, showMessage } from './notifications.ts';
import { asSentence } from './sentences.ts';
import { summariseProfile } from './profileSummary.ts';

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

  /** Opens a profile as a flamegraph. */
  async openFlamegraph(path: string): Promise<void> {
    await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(path), FLAMEGRAPH_VIEW_TYPE);
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

  /**
   * Attaches a profile from elsewhere: read first, then copied into the job; a file that cannot be read changes nothing.
   * @param file asked for without it.
   * @returns what was attached; nothing when the person left or the file is no profile.
   */
  async attachProfile(id: string, file?: vscode.Uri): Promise<JobProfile | undefined> {
    const uri = file ?? (await askProfile());
    if (uri === undefined) return undefined;
    const name = basename(uri.path);
    try {
      const bytes = await vscode.workspace.fs.readFile(uri);
      return await this.#store.addProfile(id, summariseProfile(bytes, name, 'attached'), bytes);
    } catch (error) {
      const text = describeAttachFailure(error, name);
      if (text === undefined) throw error;
      this.#log.warn(text);
      const again = { title: vscode.l10n.t('Choose Another File…'), run: () => this.attachProfile(id) };
      showMessage('error', text, [again, showLogAction(this.#log)], this.#log);
      return undefined;
    }
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

async function askProfile(): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Attach Profile'),
    openLabel: vscode.l10n.t('Attach'),
    canSelectMany: false,
    filters: {
      [vscode.l10n.t('Profiles')]: [
        'cpuprofile',
        'heapprofile',
        'folded',
        'collapsed',
        'perf',
        'svg',
        'pprof',
        'pb',
        'json',
        'txt',
        'gz',
      ],
      [vscode.l10n.t('All files')]: ['*'],
    },
  });
  return picked?.[0];
}

/** Why a profile could not be attached, in words; nothing for a defect of ours. */
function describeAttachFailure(error: unknown, name: string): string | undefined {
  if (error instanceof ProfileError) return `${asSentence(error.message)} ${asSentence(error.hint)}`;
  if (error instanceof vscode.FileSystemError) return vscode.l10n.t('{0} cannot be read: {1}', name, error.message);
  if (error instanceof JobBusyError) return vscode.l10n.t('The job runs in another window; attach the profile there.');
  return undefined;
}

function isRemote(): boolean {
  return vscode.env.remoteName !== undefined || vscode.env.uiKind === vscode.UIKind.Web;
}
