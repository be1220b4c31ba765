import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { toFileName } from '../jobs/fileName.ts';

/** A picture that the page drew. */
export interface Picture {
  png: Uint8Array;
  /** What the file is called unless told. */
  name: string;
}

/** Asks where to save a picture of a profile, beside the profile unless told, and saves it there. */
export async function savePicture(profile: vscode.Uri, { png, name }: Picture): Promise<void> {
  const chosen = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(folderFor(profile), toFileName(name)),
    filters: { PNG: ['png'] },
    title: vscode.l10n.t('Save Picture'),
  });
  if (chosen === undefined) return;
  await vscode.workspace.fs.writeFile(chosen, png);
  const open = vscode.l10n.t('Open');
  const file = chosen.path.slice(chosen.path.lastIndexOf('/') + 1);
  const answer = await vscode.window.showInformationMessage(vscode.l10n.t('{0} is saved.', file), open);
  if (answer === open) await vscode.commands.executeCommand('vscode.open', chosen);
}

/** A job's own folder is no place for pictures: the workspace or the person's own folder is. */
function folderFor(profile: vscode.Uri): vscode.Uri {
  const isOfJob = profile.path.split('/').at(-2) === 'profiles';
  if (profile.scheme === 'file' && !isOfJob) return vscode.Uri.joinPath(profile, '..');
  return vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
}
