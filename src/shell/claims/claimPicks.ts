import * as vscode from 'vscode';
import type { Audit } from './audits.ts';
import type { ClaimEntry, ReadClaim } from './claimReading.ts';
import { claimLabel, claimText } from './claimSentences.ts';
import type { ClaimTests } from './claimTests.ts';

/** Asks for one of the claims; nothing when the person leaves. */
export async function pickClaim(
  entries: readonly ClaimEntry[],
  tests: ClaimTests,
  title: string,
): Promise<string | undefined> {
  if (entries.length === 0) throw new Error(vscode.l10n.t('There is no claim here for that.'));
  const items = entries.map((entry) => ({
    label: claimLabel(entry),
    description: claimText(entry, tests.get(entry.file)),
    detail: vscode.workspace.asRelativePath(entry.file),
    file: entry.file,
  }));
  const options = {
    title,
    placeHolder: vscode.l10n.t('Choose a claim'),
    matchOnDescription: true,
    matchOnDetail: true,
  };
  return (await vscode.window.showQuickPick(items, options))?.file;
}

/** Asks which claims are to be tested; `proposed` ones are chosen already. None when the person leaves. */
export async function pickClaims(
  entries: readonly ReadClaim[],
  proposed: readonly ReadClaim[],
): Promise<readonly ReadClaim[]> {
  const items = entries.map((entry) => ({
    label: claimLabel(entry),
    description: claimText(entry),
    picked: proposed.includes(entry),
    entry,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Test Claims of an Audit'),
    placeHolder: vscode.l10n.t('Choose claims; those with a verdict are tested again from the start'),
    canPickMany: true,
    matchOnDescription: true,
  });
  return (picked ?? []).map(({ entry }) => entry);
}

/** Asks for one of the audits; nothing when the person leaves. */
export async function pickAudit(audits: readonly Audit<ClaimEntry>[]): Promise<Audit<ClaimEntry> | undefined> {
  const items = audits.map((audit) => ({
    label: vscode.workspace.asRelativePath(audit.folder),
    description: audit.claims.map(claimLabel).join(' · '),
    audit,
  }));
  const options = { title: vscode.l10n.t('Test Claims of an Audit'), placeHolder: vscode.l10n.t('Choose an audit') };
  return (await vscode.window.showQuickPick(items, options))?.audit;
}
