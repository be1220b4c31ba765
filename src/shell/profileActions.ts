import { basename } from 'node:path';
import * as vscode from 'vscode';
import { JobBusyError } from '../jobs/errors.ts';
import type { JobProfile } from '../jobs/record.ts';
import type { JobStore } from '../jobs/store.ts';
import { ProfileError } from '../profile/errors.ts';
import { readProfile } from '../profile/formats/index.ts';
import { removeMedia } from './deletion.ts';
import { FLAMEGRAPH_VIEW_TYPE } from './flamegraphEditor.ts';
import type { Log } from './log.ts';
import { showLogAction, showMessage } from './notifications.ts';
import type { ProfileJudge } from './profileJudge.ts';
import type { ProfileNode } from './profilePicks.ts';
import { newProfileFile, summariseProfile } from './profileSummary.ts';
import { reportText } from './sentences.ts';

/** A file to attach: where it is, or what is in it. */
export type AttachedFile = vscode.Uri | { name: string; bytes: Uint8Array };

/** What can be done with the profiles of a job. */
export class ProfileActions {
  readonly #store: JobStore;
  readonly #judge: ProfileJudge;
  readonly #log: Log;

  constructor(store: JobStore, judge: ProfileJudge, log: Log) {
    this.#store = store;
    this.#judge = judge;
    this.#log = log;
  }

  /** Opens a profile as a flamegraph. */
  async open(file: vscode.Uri): Promise<void> {
    await vscode.commands.executeCommand('vscode.openWith', file, FLAMEGRAPH_VIEW_TYPE);
  }

  /**
   * Attaches profiles from elsewhere: each is read first, then copied into the job; a file that cannot be read changes nothing and is told.
   * @param files asked for without them.
   * @returns what was attached.
   */
  async attach(id: string, files?: readonly AttachedFile[]): Promise<JobProfile[]> {
    const attached: JobProfile[] = [];
    for (const file of files ?? (await askProfiles(vscode.l10n.t('Attach Profile'), vscode.l10n.t('Attach')))) {
      const profile = await this.#attachOne(id, file);
      if (profile !== undefined) attached.push(profile);
    }
    return attached;
  }

  /**
   * Attaches one profile.
   * @throws ProfileError when it is none; vscode.FileSystemError when its file cannot be read; JobBusyError while the job runs in another window.
   */
  async add(id: string, file: AttachedFile): Promise<JobProfile> {
    const name = nameOf(file);
    const bytes = file instanceof vscode.Uri ? await vscode.workspace.fs.readFile(file) : file.bytes;
    const read = readProfile(bytes, name);
    const profile = summariseProfile(read, newProfileFile('attached', name), (work) => this.#judge.judge(work));
    return this.#store.addProfile(id, profile, bytes);
  }

  async #attachOne(id: string, file: AttachedFile): Promise<JobProfile | undefined> {
    try {
      return await this.add(id, file);
    } catch (error) {
      const text = describeFailure(error, nameOf(file));
      if (text === undefined) throw error;
      this.#log.warn(text);
      const again = { title: vscode.l10n.t('Choose Another File…'), run: () => this.attach(id) };
      showMessage('error', text, [again, showLogAction(this.#log)], this.#log);
      return undefined;
    }
  }

  /**
   * Gives a profile another name in the tree; its file keeps its own. An empty name is the one that it had at first.
   * @param name asked for without it.
   */
  async rename({ id, profile, label }: ProfileNode, name?: string): Promise<void> {
    const title = vscode.l10n.t('Rename Profile');
    const prompt = vscode.l10n.t('When empty: the name that it had at first.');
    const wished = (name ?? (await vscode.window.showInputBox({ title, prompt, value: label })))?.trim();
    if (wished === undefined || wished === label) return;
    await this.#change(id, profile, (one) => ({ ...one, name: wished === '' ? one.file : wished }));
  }

  /**
   * Takes a profile out of its job. Of an attached one the job's copy is removed, and the file that it came from stays; a recorded one is nowhere
   * else, so that it can be saved first.
   * @param isSure nothing is asked.
   * @returns whether it was taken out.
   */
  async detach(node: ProfileNode, isSure = false): Promise<boolean> {
    const { id, path, profile } = node;
    const choice = isSure ? 'remove' : await askDetaching(node);
    if (choice === undefined) return false;
    if (choice === 'save' && !(await saveCopy(path))) return false;
    const isDone = await this.#change(id, profile, () => undefined);
    if (isDone) await removeMedia(path);
    return isDone;
  }

  /** Changes a profile in its job's record; `undefined` takes it out. */
  async #change(
    id: string,
    { file }: JobProfile,
    change: (profile: JobProfile) => JobProfile | undefined,
  ): Promise<boolean> {
    try {
      await this.#store.update(id, ({ profiles }) => ({
        profiles: profiles.flatMap((one) => (one.file === file ? (change(one) ?? []) : one)),
      }));
      return true;
    } catch (error) {
      if (!(error instanceof JobBusyError)) throw error;
      showMessage('warning', vscode.l10n.t('The job runs in another window; change it there.'), [], this.#log);
      return false;
    }
  }
}

function nameOf(file: AttachedFile): string {
  return file instanceof vscode.Uri ? basename(file.path) : file.name;
}

/** Asks for files that may hold profiles; none when the person leaves. */
export async function askProfiles(title: string, openLabel: string): Promise<vscode.Uri[]> {
  const picked = await vscode.window.showOpenDialog({
    title,
    openLabel,
    canSelectMany: true,
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
  return picked ?? [];
}

async function askDetaching({ label, profile }: ProfileNode): Promise<'remove' | 'save' | undefined> {
  const isAttached = profile.kind === 'attached';
  const text = vscode.l10n.t('Detach the profile "{0}" from its job?', label);
  const detail = isAttached
    ? vscode.l10n.t('The copy in the job is removed. The file that it was attached from stays where it is.')
    : vscode.l10n.t('It was recorded by this job and is nowhere else: its file is removed, unless you save it first.');
  const remove = { title: vscode.l10n.t('Detach') };
  const save = { title: vscode.l10n.t('Save and Detach…') };
  const buttons = isAttached ? [remove] : [save, remove];
  const answer = await vscode.window.showWarningMessage(text, { modal: true, detail }, ...buttons);
  if (answer === undefined) return undefined;
  return answer === save ? 'save' : 'remove';
}

/** Whether it was saved. */
async function saveCopy(path: string): Promise<boolean> {
  const source = vscode.Uri.file(path);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save Profile As'),
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, basename(path)) }),
  });
  if (target === undefined) return false;
  await vscode.workspace.fs.copy(source, target, { overwrite: true });
  return true;
}

/** Why a profile could not be attached, in words; nothing for a defect of ours. */
function describeFailure(error: unknown, name: string): string | undefined {
  if (error instanceof ProfileError) return reportText(error);
  if (error instanceof vscode.FileSystemError) return vscode.l10n.t('{0} cannot be read: {1}', name, error.message);
  if (error instanceof JobBusyError) return vscode.l10n.t('The job runs in another window; attach the profile there.');
  return undefined;
}
