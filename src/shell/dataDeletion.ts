import * as vscode from 'vscode';
import { removeUnfinished } from '../engine/output/unfinished.ts';
import { JobBusyError } from '../jobs/errors.ts';
import { keptBy } from '../jobs/kept.ts';
import { isActive } from '../jobs/record.ts';
import type { ListedVault } from '../jobs/originHeaders.ts';
import { measureJobs, totalBytes } from '../jobs/storage.ts';
import type { JobEntry, JobStore } from '../jobs/store.ts';
import { formatBytes } from './figures.ts';
import type { Log } from './log.ts';
import { showMessage } from './notifications.ts';

/** Where Hotframe keeps what it knows. */
export interface DataPlaces {
  store: JobStore;
  secrets: ListedVault;
  mementos: readonly vscode.Memento[];
  log: Log;
}

/**
 * Deletes everything that Hotframe keeps: jobs with their receipts and profiles, what unfinished downloads left, secrets, and what it
 * remembers. Settings and downloaded files stay.
 * @param isSure nothing is asked.
 * @returns whether it did; not while anything runs, here or in another window.
 */
export async function deleteAllData(places: DataPlaces, isSure = false): Promise<boolean> {
  const { store, log } = places;
  const entries = await store.list();
  const isRunning = entries.some((entry) => entry.kind === 'job' && isActive(entry.record));
  if (isRunning) {
    tellRunning(log);
    return false;
  }
  if (!isSure && !(await askToDelete(entries))) return false;
  const areGone = await removeJobs(entries, places);
  await forget(places);
  if (!areGone) tellRunning(log);
  return areGone;
}

function tellRunning(log: Log): void {
  showMessage('warning', vscode.l10n.t('A download is running, here or in another window. Cancel it first.'), [], log);
}

async function askToDelete(entries: readonly JobEntry[]): Promise<boolean> {
  const size = formatBytes(totalBytes(await measureJobs(entries)));
  const kept = keptOf(entries).reduce((sum, { bytes }) => sum + bytes, 0);
  const lines = [
    vscode.l10n.t('Jobs, with their receipts and profiles: {0} ({1})', entries.length, size),
    vscode.l10n.t('What unfinished downloads left for Resume: {0}', formatBytes(kept)),
    vscode.l10n.t('Secrets: the whole URLs and headers of the jobs, and the request headers that you have set'),
    vscode.l10n.t('What you chose the last time'),
  ];
  const rest = vscode.l10n.t('Downloaded files and your settings stay. This cannot be undone.');
  const detail = `${lines.map((line) => `• ${line}`).join('\n')}\n\n${rest}`;
  const yes = vscode.l10n.t('Delete All Data');
  const question = vscode.l10n.t('Delete all data that Hotframe keeps?');
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}

/** Whether all are gone: one that was started meanwhile stays. */
async function removeJobs(entries: readonly JobEntry[], { store, log }: DataPlaces): Promise<boolean> {
  const kept = keptOf(entries);
  const left = new Set<string>();
  for (const entry of entries) {
    const id = idOf(entry);
    try {
      await store.remove(id);
    } catch (error) {
      if (!(error instanceof JobBusyError)) throw error;
      log.warn(error.message);
      left.add(id);
    }
  }
  for (const { id, targets } of kept) if (!left.has(id)) await removeUnfinished(targets);
  return left.size === 0;
}

async function forget({ secrets, mementos }: DataPlaces): Promise<void> {
  for (const key of await secrets.keys()) await secrets.delete(key);
  for (const memento of mementos) for (const key of memento.keys()) await memento.update(key, undefined);
}

function keptOf(entries: readonly JobEntry[]): { id: string; targets: string[]; bytes: number }[] {
  return entries.flatMap((entry) => {
    const kept = entry.kind === 'job' ? keptBy(entry.record, entries) : undefined;
    return kept === undefined ? [] : [{ id: idOf(entry), ...kept }];
  });
}

function idOf(entry: JobEntry): string {
  return entry.kind === 'job' ? entry.record.id : entry.job.id;
}
