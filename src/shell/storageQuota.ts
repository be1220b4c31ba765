import * as vscode from 'vscode';
import { JobBusyError } from '../jobs/errors.ts';
import { measureJobs, planRemovals, removable, totalBytes, type JobStorage, type Removal } from '../jobs/storage.ts';
import type { JobSecretVault } from '../jobs/secrets.ts';
import type { JobStore } from '../jobs/store.ts';
import { formatBytes } from './figures.ts';
import type { Log } from './log.ts';
import { showMessage } from './notifications.ts';
import { readStorageQuota } from './settings.ts';

const QUOTA_SETTING = 'hotframe.storageQuotaMiB';

/**
 * Holds jobs and their profiles to the quota of the settings. Nothing goes by itself: the person is told, sees what would go, and decides.
 * Downloaded files are neither counted nor touched.
 */
export class StorageQuota {
  readonly #store: JobStore;
  readonly #secrets: JobSecretVault;
  readonly #log: Log;
  /** Told once, until there is room again. */
  #isTold = false;

  constructor(store: JobStore, secrets: JobSecretVault, log: Log) {
    this.#store = store;
    this.#secrets = secrets;
    this.#log = log;
  }

  /** Tells the person when the quota is exceeded. */
  async check(): Promise<void> {
    const quota = readStorageQuota();
    const used = quota === undefined ? 0 : totalBytes(await this.#measure());
    const isExceeded = quota !== undefined && used > quota;
    if (isExceeded && !this.#isTold) this.#tell(used, quota);
    this.#isTold = isExceeded;
  }

  /**
   * Shows everything that can go, with that checked which has to for the quota, and deletes what the person leaves checked.
   * @param isSure nothing is asked: what has to go, goes.
   * @returns bytes that were freed; nothing when the person left.
   */
  async free(isSure = false): Promise<number | undefined> {
    const jobs = await this.#measure();
    const plan = planRemovals(jobs, readStorageQuota() ?? Infinity);
    const chosen = isSure ? plan : await this.#ask(jobs, plan);
    if (chosen === undefined) return undefined;
    let freed = 0;
    for (const removal of chosen) if (await this.#remove(removal)) freed += removal.bytes;
    if (!isSure) showMessage('info', vscode.l10n.t('{0} are free now.', formatBytes(freed)), [], this.#log);
    await this.check();
    return freed;
  }

  async #measure(): Promise<JobStorage[]> {
    return measureJobs(await this.#store.list());
  }

  async #ask(jobs: readonly JobStorage[], plan: readonly Removal[]): Promise<Removal[] | undefined> {
    const all = removable(jobs);
    if (all.length === 0) {
      showMessage('info', vscode.l10n.t('There is nothing that could be deleted.'), [], this.#log);
      return undefined;
    }
    const isPlanned = ({ id, profile }: Removal): boolean =>
      plan.some((one) => one.id === id && one.profile?.file === profile?.file);
    const items = all.map((removal) => ({ ...removalItem(removal), picked: isPlanned(removal), removal }));
    const used = formatBytes(totalBytes(jobs));
    const picked = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Free Storage'),
      placeHolder: vscode.l10n.t('{0} used. What is checked is deleted; downloaded files stay.', used),
      canPickMany: true,
      matchOnDescription: true,
      ignoreFocusOut: true,
    });
    return picked?.map((item) => item.removal);
  }

  /** Whether it is gone. What runs by now stays. */
  async #remove({ id, profile }: Removal): Promise<boolean> {
    try {
      if (profile !== undefined) await this.#store.removeProfile(id, profile.file);
      else {
        await this.#store.remove(id);
        await this.#secrets.delete(id);
      }
      return true;
    } catch (error) {
      if (!(error instanceof JobBusyError)) throw error;
      this.#log.warn(error.message);
      return false;
    }
  }

  #tell(used: number, quota: number): void {
    const text = vscode.l10n.t(
      'The jobs of Hotframe and their profiles take {0}, more than the {1} of the setting.',
      formatBytes(used),
      formatBytes(quota),
    );
    const review = { title: vscode.l10n.t('Review…'), run: () => this.free() };
    const open = {
      title: vscode.l10n.t('Open Setting'),
      run: () => vscode.commands.executeCommand('workbench.action.openSettings', `@id:${QUOTA_SETTING}`),
    };
    showMessage('warning', text, [review, open], this.#log);
  }
}

function removalItem({ title, createdAt, profile, bytes }: Removal): vscode.QuickPickItem {
  const when = new Date(createdAt).toLocaleString();
  const label =
    profile === undefined ? vscode.l10n.t('{0} (the job)', title) : vscode.l10n.t('{0} of {1}', profile.name, title);
  return { label, description: `${formatBytes(bytes)} · ${when}` };
}
