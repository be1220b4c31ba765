import * as vscode from 'vscode';
import type { JobRecord } from '../jobs/record.ts';
import type { JobStore } from '../jobs/store.ts';
import { childrenOf, toNode, type JobNode } from './jobItems.ts';
import { jobLabel, profileText } from './sentences.ts';

/** A profile's line in the tree. */
export type ProfileNode = Extract<JobNode, { kind: 'profile' }>;

/** A profile and the job that has it. */
export interface JobAndProfile {
  node: ProfileNode;
  record: JobRecord;
}

/** Every profile of every job, the newest job first. */
export async function listProfiles(store: JobStore): Promise<JobAndProfile[]> {
  const entries = await store.list();
  return entries.flatMap((entry) => {
    const job = toNode(entry);
    if (job.kind !== 'job') return [];
    const { record } = job;
    return childrenOf(job).flatMap((node) => (node.kind === 'profile' ? [{ node, record }] : []));
  });
}

/** Asks for one of the profiles; nothing when the person leaves. */
export async function pickProfile(
  profiles: readonly JobAndProfile[],
  title: string,
): Promise<JobAndProfile | undefined> {
  if (profiles.length === 0) throw new Error(vscode.l10n.t('There is no profile to choose.'));
  const items = profiles.map((profile) => ({
    label: profile.node.label,
    description: jobLabel(profile.record),
    detail: profileText(profile.node.profile),
    profile,
  }));
  const options = {
    title,
    placeHolder: vscode.l10n.t('Choose a profile'),
    matchOnDescription: true,
    matchOnDetail: true,
  };
  return (await vscode.window.showQuickPick(items, options))?.profile;
}

/** Asks for one of the jobs, or of those that fit; nothing when the person leaves. */
export async function pickJob(
  store: JobStore,
  title: string,
  fits: (record: JobRecord) => boolean = () => true,
): Promise<string | undefined> {
  const entries = await store.list();
  const items = entries.flatMap((entry) =>
    entry.kind === 'job' && fits(entry.record)
      ? [
          {
            label: jobLabel(entry.record),
            description: new Date(entry.record.createdAt).toLocaleString(),
            detail: entry.record.request.output,
            id: entry.record.id,
          },
        ]
      : [],
  );
  if (items.length === 0) throw new Error(vscode.l10n.t('There is no job yet.'));
  const options = { title, placeHolder: vscode.l10n.t('Choose a job'), matchOnDescription: true };
  return (await vscode.window.showQuickPick(items, options))?.id;
}
