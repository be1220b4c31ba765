import * as vscode from 'vscode';

/** The folder's path, if it is on a disk: of the remote machine where there is one. A virtual folder has none. */
export function diskPath(folder: vscode.Uri): string | undefined {
  return folder.scheme === 'file' ? folder.fsPath : undefined;
}

/**
 * The folder of the workspace that a download belongs to: that of the document, of the active editor, or else the first one,
 * of those that are on a disk.
 *
 * @param document what the download was started from
 * @returns nothing where no folder is open, or only virtual ones
 */
export function homeFolder(
  document = vscode.window.activeTextEditor?.document.uri,
): vscode.WorkspaceFolder | undefined {
  const own = document === undefined ? undefined : vscode.workspace.getWorkspaceFolder(document);
  const folders = [...(own === undefined ? [] : [own]), ...(vscode.workspace.workspaceFolders ?? [])];
  return folders.find(({ uri }) => diskPath(uri) !== undefined);
}
