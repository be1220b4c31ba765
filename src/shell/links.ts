import * as vscode from 'vscode';
import { LANGUAGE } from './language/language.ts';
import type { Log } from './log.ts';
import { findLinkAt, findPlaylistLinks, type PlaylistLink } from './playlistLinks.ts';
import { askUrl } from './prompts.ts';

/** Context key of the editor's menu: the cursor is on a playlist's URL. */
const ON_LINK = 'hotframe.onPlaylistLink';

/** Longer lines and texts are not searched: nobody reads them, and the host has other work. */
const MAX_LINE_LENGTH = 10_000;
const MAX_FILE_BYTES = 4_000_000;

/** A link of a terminal that leads to a download. */
class PlaylistTerminalLink extends vscode.TerminalLink {
  readonly url: string;

  constructor({ start, end, url }: PlaylistLink) {
    super(start, end - start, vscode.l10n.t('Download with Hotframe'));
    this.url = url;
  }
}

/** Makes playlist URLs in texts and terminals lead to a download, and shows the menu's entry where one is. */
export function registerLinks(log: Log): vscode.Disposable {
  let isOnLink = false;
  const updateKey = (editor: vscode.TextEditor | undefined): void => {
    const isNow = editor !== undefined && linkAtCursor(editor) !== undefined;
    if (isNow === isOnLink) return;
    isOnLink = isNow;
    log.follow(vscode.commands.executeCommand('setContext', ON_LINK, isNow));
  };
  updateKey(vscode.window.activeTextEditor);
  const terminalLinks: vscode.TerminalLinkProvider<PlaylistTerminalLink> = {
    provideTerminalLinks: ({ line }) =>
      line.length > MAX_LINE_LENGTH ? [] : findPlaylistLinks(line).map((link) => new PlaylistTerminalLink(link)),
    handleTerminalLink: async ({ url }) => {
      await vscode.commands.executeCommand('hotframe.download', { url });
    },
  };
  return vscode.Disposable.from(
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => updateKey(textEditor)),
    vscode.window.onDidChangeActiveTextEditor(updateKey),
    vscode.languages.registerDocumentLinkProvider([{ scheme: 'file' }, { scheme: 'untitled' }], {
      provideDocumentLinks: documentLinks,
    }),
    vscode.window.registerTerminalLinkProvider(terminalLinks),
  );
}

function documentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
  // Playlists have links of their own.
  if (document.languageId === LANGUAGE) return [];
  const text = document.getText();
  if (text.length > MAX_FILE_BYTES) return [];
  return findPlaylistLinks(text).map(({ start, end, url }) => {
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    const target = vscode.Uri.parse(`command:hotframe.download?${encodeURIComponent(JSON.stringify([{ url }]))}`);
    const link = new vscode.DocumentLink(range, target);
    link.tooltip = vscode.l10n.t('Download with Hotframe');
    return link;
  });
}

/**
 * The URL that a menu's command means: the one under the cursor, else one from the `.m3u8` file that was clicked. A
 * playlist on disk does not know where its fragments are, so a URL is asked for when it names none.
 * @param file the clicked file; the active editor's without it.
 */
export async function findUrlFor(file?: vscode.Uri): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  const isActive = editor !== undefined && (file === undefined || editor.document.uri.toString() === file.toString());
  const atCursor = isActive ? linkAtCursor(editor) : undefined;
  if (atCursor !== undefined) return atCursor;
  const uri = file ?? editor?.document.uri;
  const urls = uri === undefined ? [] : await readUrls(uri);
  if (urls.length === 1) return urls[0];
  if (urls.length > 1) {
    return vscode.window.showQuickPick(urls, { placeHolder: vscode.l10n.t('Choose the playlist to download') });
  }
  return askUrl(
    '',
    vscode.l10n.t('A playlist file does not say where it came from. Enter the URL it was loaded from.'),
  );
}

function linkAtCursor({ document, selection }: vscode.TextEditor): string | undefined {
  const { text } = document.lineAt(selection.active.line);
  return text.length > MAX_LINE_LENGTH ? undefined : findLinkAt(text, selection.active.character)?.url;
}

async function readUrls(uri: vscode.Uri): Promise<string[]> {
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > MAX_FILE_BYTES) return [];
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  return [...new Set(findPlaylistLinks(text).map((link) => link.url))];
}
