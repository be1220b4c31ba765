import { stat } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import * as vscode from 'vscode';
import type { JobProfile, JobRecord } from '../jobs/record.ts';
import type { JobSecretVault } from '../jobs/secrets.ts';
import { JobBusyError, type JobEntry, type JobStore } from '../jobs/store.ts';
import { ProfileError } from '../profile/errors.ts';
import type { Downloads } from './downloads.ts';
import { FLAMEGRAPH_VIEW_TYPE } from './flamegraphEditor.ts';
import { formatBytes } from './figures.ts';
import type { Log } from './log.ts';
import { showLogAction, showMessage } from './notifications.ts';
import { asSentence, jobLabel } from './sentences.ts';
import { summariseProfile } from './profileSummary.ts';

/** Media that VS Code itself can show; a `.ts` file would open as TypeScript. */
const SHOWN_BY_WORKBENCH: ReadonlySet<string> = new Set(['.mp4', '.m4a', '.webm', '.mp3', '.ogg', '.wav']);

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
    if (!(await isThere(path))) {
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

  /** Cancels a download of this window. */
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
   * Deletes a job, and its media file if the person says so.
   * @param media asked for without it.
   * @returns whether it was deleted.
   */
  async delete(id: string, media?: boolean): Promise<boolean> {
    const entry = await this.#store.read(id);
    if (entry === undefined) return false;
    const files = entry.kind === 'job' ? await mediaFiles(entry.record) : [];
    const choice = media ?? (await askDeletion(entry, files));
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
    return true;
  }
}

interface MediaFile {
  path: string;
  bytes: number;
}

/** The job's outputs that are still there as it left them; a file of another size belongs to somebody else by now. */
async function mediaFiles({ receipt }: JobRecord): Promise<MediaFile[]> {
  const outputs = [receipt?.output, ...(receipt?.renditions ?? []).map((rendition) => rendition.output)];
  const found = outputs
    .filter((output) => output !== undefined)
    .map(async ({ path, bytes }) => {
      const status = await isThere(path);
      return status?.size === bytes ? { path, bytes } : undefined;
    });
  return (await Promise.all(found)).filter((file) => file !== undefined);
}

/** Whether the media goes too; nothing when the person leaves. */
async function askDeletion(entry: JobEntry, files: readonly MediaFile[]): Promise<boolean | undefined> {
  const name = entry.kind === 'job' ? jobLabel(entry.record) : entry.job.id;
  const text = vscode.l10n.t('Delete the job "{0}"?', name);
  const onlyJob = { title: vscode.l10n.t('Delete Job') };
  if (files.length === 0) {
    const detail = vscode.l10n.t('Its receipt and profiles are deleted. It has no media file any more.');
    const answer = await vscode.window.showWarningMessage(text, { modal: true, detail }, onlyJob);
    return answer === onlyJob ? false : undefined;
  }
  const names = files.map((file) => basename(file.path)).join(', ');
  const size = formatBytes(files.reduce((sum, file) => sum + file.bytes, 0));
  const [detail, both] =
    files.length === 1
      ? [
          vscode.l10n.t('Its receipt and profiles are deleted. {0} ({1}) stays unless you delete it too.', names, size),
          { title: vscode.l10n.t('Delete Job and Media File') },
        ]
      : [
          vscode.l10n.t(
            'Its receipt and profiles are deleted. {0} ({1}) stay unless you delete them too.',
            names,
            size,
          ),
          { title: vscode.l10n.t('Delete Job and Media Files') },
        ];
  const answer = await vscode.window.showWarningMessage(text, { modal: true, detail }, onlyJob, both);
  return answer === undefined ? undefined : answer === both;
}

/** To the trash where there is one. */
async function removeMedia(path: string): Promise<void> {
  const uri = vscode.Uri.file(path);
  try {
    await vscode.workspace.fs.delete(uri, { useTrash: true });
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError)) throw error;
    // Servers have no trash; the person confirmed the deletion.
    await vscode.workspace.fs.delete(uri, { useTrash: false });
  }
}

async function askProfile(): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Attach Profile'),
    openLabel: vscode.l10n.t('Attach'),
    canSelectMany: false,
    filters: {
      [vscode.l10n.t('Profiles')]: ['cpuprofile', 'folded', 'txt', 'collapsed', 'gz'],
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

async function isThere(path: string): Promise<{ size: number } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
