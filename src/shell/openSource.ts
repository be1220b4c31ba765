import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';

/** A place in a source file as a profile names it: a file URL or a path; line and column from 1. */
export interface SourcePlace {
  file: string;
  line?: number;
  column?: number;
}

/** Opens a source file beside the profile if it is there; says so if it is not. */
export async function openSource({ file, line = 1, column = 1 }: SourcePlace): Promise<void> {
  const found = await findFile(file);
  if (found === undefined) {
    await vscode.window.showWarningMessage(vscode.l10n.t('{0} is not on this machine.', file));
    return;
  }
  const position = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  await vscode.window.showTextDocument(found, {
    selection: new vscode.Range(position, position),
    viewColumn: vscode.ViewColumn.Beside,
    preview: true,
  });
}

async function findFile(file: string): Promise<vscode.Uri | undefined> {
  for (const uri of candidates(file)) {
    if (await isFile(uri)) return uri;
  }
  return undefined;
}

/** Where a file of that name can be: as it says, or under a folder of the workspace. */
function candidates(file: string): vscode.Uri[] {
  // A profile can come from anybody: looking for a file on a server that it names would send that server credentials.
  if (/^(?:file:\/\/[^/]|[/\\]{2})/.test(file)) return [];
  if (file.startsWith('file://')) return [vscode.Uri.parse(file, true)];
  if (isAbsolute(file)) return [vscode.Uri.file(file)];
  return (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => vscode.Uri.joinPath(uri, file));
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    const { type } = await vscode.workspace.fs.stat(uri);
    return (type & vscode.FileType.File) !== 0;
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return false;
    throw error;
  }
}
