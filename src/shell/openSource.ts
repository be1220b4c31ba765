import * as vscode from 'vscode';
import { diskPath } from './diskFolders.ts';
import type { Log } from './log.ts';
import { findNamed } from './namedFile.ts';
import { findOriginal, MAP_MAX_BYTES, mapOf, type FilePlace } from './sourceMap.ts';

/** A place in a source file as a profile names it: a file URL or a path; line and column from 1. */
export interface SourcePlace {
  file: string;
  line?: number;
  column?: number;
}

/**
 * Opens a source file beside the profile: what a generated script was made of, where its source map says so and it is on this machine,
 * else the script itself. Says so if there is no such file.
 */
export async function openSource({ file, line = 1, column = 1 }: SourcePlace, log: Log): Promise<void> {
  const found = await findFile(file);
  if (found === undefined) {
    await vscode.window.showWarningMessage(vscode.l10n.t('{0} is not on this machine.', file));
    return;
  }
  const place = { line: Math.max(1, line), column: Math.max(1, column) };
  const path = diskPath(found);
  const original = path === undefined ? undefined : await findMapped({ ...place, path }, log);
  const shown = original ?? { uri: found, ...place };
  const position = new vscode.Position(shown.line - 1, shown.column - 1);
  await vscode.window.showTextDocument(shown.uri, {
    selection: new vscode.Range(position, position),
    viewColumn: vscode.ViewColumn.Beside,
    preview: true,
  });
}

/** Where a script's source map leads to, if it has one and that file is there. */
async function findMapped(
  place: FilePlace,
  log: Log,
): Promise<{ uri: vscode.Uri; line: number; column: number } | undefined> {
  if (!/\.[cm]?js$/i.test(place.path)) return undefined;
  try {
    const map = mapOf(await readText(vscode.Uri.file(place.path)), place.path);
    if (map === undefined) return undefined;
    const [text, path] = 'text' in map ? [map.text, place.path] : [await readText(vscode.Uri.file(map.path)), map.path];
    const original = findOriginal(place, { text, path });
    if (original === undefined) return undefined;
    const uri = vscode.Uri.file(original.path);
    return (await isFile(uri)) ? { uri, line: original.line, column: original.column } : undefined;
  } catch (error) {
    const isBroken =
      error instanceof vscode.FileSystemError || error instanceof SyntaxError || error instanceof URIError;
    if (!isBroken) throw error;
    log.warn(`The source map of ${place.path} cannot be used: ${error.message}`);
    return undefined;
  }
}

async function readText(uri: vscode.Uri): Promise<string> {
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > MAP_MAX_BYTES) throw new SyntaxError(`${uri.path} is larger than ${MAP_MAX_BYTES} bytes`);
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}

async function findFile(file: string): Promise<vscode.Uri | undefined> {
  for (const uri of candidates(file)) {
    if (await isFile(uri)) return uri;
  }
  return undefined;
}

/** Where a file of that name can be: as it says, or under a folder of the workspace. */
function candidates(file: string): vscode.Uri[] {
  const named = findNamed(file);
  if (named === undefined) return [];
  if ('absolute' in named) return [vscode.Uri.file(named.absolute)];
  return (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => vscode.Uri.joinPath(uri, named.relative));
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
