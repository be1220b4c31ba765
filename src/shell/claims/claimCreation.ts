import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { NEW_TITLE, newClaimText, nextName, withSuffix } from './newClaim.ts';
import { homeFolder } from '../diskFolders.ts';

/**
 * Writes a claim that can be tested as it is and opens it for its author to change, with the title selected. A file that is there stays as it is.
 *
 * @param given where; asked for without it
 * @param folder that is proposed
 * @param taken files that are there already
 * @param job id of the one that is its workload; a generated stream without it
 */
export async function createClaim(
  given: vscode.Uri | undefined,
  folder: string | undefined,
  taken: readonly string[],
  job?: string,
): Promise<void> {
  const wished = given ?? (await askWhere(folder, taken));
  if (wished === undefined) return;
  const uri = wished.with({ path: withSuffix(wished.path) });
  await writeNew(uri, newClaimText(uri.path, job));
  const document = await vscode.workspace.openTextDocument(uri);
  const at = document.getText().indexOf(NEW_TITLE);
  const selection =
    at < 0 ? undefined : new vscode.Range(document.positionAt(at), document.positionAt(at + NEW_TITLE.length));
  await vscode.window.showTextDocument(document, selection === undefined ? {} : { selection });
}

async function askWhere(folder: string | undefined, taken: readonly string[]): Promise<vscode.Uri | undefined> {
  const home = folder === undefined ? homeFolder()?.uri : vscode.Uri.file(folder);
  const own = folder === undefined ? [] : taken.filter((file) => dirname(file) === folder);
  const name = withSuffix(nextName(own));
  return vscode.window.showSaveDialog({
    title: vscode.l10n.t('New Claim'),
    saveLabel: vscode.l10n.t('Create'),
    filters: { [vscode.l10n.t('Claims')]: ['json'] },
    ...(home === undefined ? {} : { defaultUri: vscode.Uri.joinPath(home, name) }),
  });
}

async function writeNew(uri: vscode.Uri, text: string): Promise<void> {
  try {
    await vscode.workspace.fs.stat(uri);
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError) || error.code !== 'FileNotFound') throw error;
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    return;
  }
  throw new Error(vscode.l10n.t('{0} is there already, and is not replaced.', vscode.workspace.asRelativePath(uri)));
}
