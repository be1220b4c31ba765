import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { JobRecord } from '../jobs/record.ts';
import type { JobEntry } from '../jobs/store.ts';
import { formatBytes } from './figures.ts';
import { jobLabel } from './sentences.ts';

export interface MediaFile {
  path: string;
  bytes: number;
}

/** The job's outputs that are still there as it left them; a file of another size belongs to somebody else by now. */
export async function mediaFiles({ receipt }: JobRecord): Promise<MediaFile[]> {
  const outputs = [receipt?.output, ...(receipt?.renditions ?? []).map((rendition) => rendition.output)];
  const found = outputs
    .filter((output) => output !== undefined)
    .map(async ({ path, bytes }) => {
      const status = await statIfThere(path);
      return status?.size === bytes ? { path, bytes } : undefined;
    });
  return (await Promise.all(found)).filter((file) => file !== undefined);
}

/**
 * Asks whether a job is to be deleted: `true` with its media, `false` without, nothing when the person leaves.
 * @param keptBytes size of the unfinished part that goes with it.
 */
export async function askDeletion(
  entry: JobEntry,
  files: readonly MediaFile[],
  keptBytes: number,
): Promise<boolean | undefined> {
  const name = entry.kind === 'job' ? jobLabel(entry.record) : entry.job.id;
  const text = vscode.l10n.t('Delete the job "{0}"?', name);
  const detail = deletionDetail(entry, files, keptBytes);
  const onlyJob = { title: vscode.l10n.t('Delete Job') };
  if (files.length === 0) {
    const answer = await vscode.window.showWarningMessage(text, { modal: true, detail }, onlyJob);
    return answer === onlyJob ? false : undefined;
  }
  const both = {
    title:
      files.length === 1 ? vscode.l10n.t('Delete Job and Media File') : vscode.l10n.t('Delete Job and Media Files'),
  };
  const answer = await vscode.window.showWarningMessage(text, { modal: true, detail }, onlyJob, both);
  return answer === undefined ? undefined : answer === both;
}

function deletionDetail(entry: JobEntry, files: readonly MediaFile[], keptBytes: number): string {
  const names = files.map((file) => basename(file.path)).join(', ');
  const size = formatBytes(files.reduce((sum, file) => sum + file.bytes, 0));
  if (files.length === 1) {
    return vscode.l10n.t(
      'Its receipt and profiles are deleted. {0} ({1}) stays unless you delete it too.',
      names,
      size,
    );
  }
  if (files.length > 1) {
    return vscode.l10n.t(
      'Its receipt and profiles are deleted. {0} ({1}) stay unless you delete them too.',
      names,
      size,
    );
  }
  if (keptBytes > 0) {
    const kept = formatBytes(keptBytes);
    return vscode.l10n.t('Its receipt and profiles are deleted, and its unfinished part ({0}) with them.', kept);
  }
  const hadMedia = entry.kind === 'job' && entry.record.receipt?.output !== undefined;
  return hadMedia
    ? vscode.l10n.t('Its receipt and profiles are deleted. It has no media file any more.')
    : vscode.l10n.t('Its receipt and profiles are deleted. It has no media file.');
}

/** To the trash where there is one. */
export async function removeMedia(path: string): Promise<void> {
  const uri = vscode.Uri.file(path);
  try {
    await vscode.workspace.fs.delete(uri, { useTrash: true });
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError)) throw error;
    // Servers have no trash; the person confirmed the deletion.
    await vscode.workspace.fs.delete(uri, { useTrash: false });
  }
}

/** A file's status; nothing when there is no file. */
export async function statIfThere(path: string): Promise<{ size: number } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
