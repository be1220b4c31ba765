import * as vscode from 'vscode';
import { diskPath } from '../diskFolders.ts';
import { urlFaultText, wantsDisk } from '../prompts.ts';
import { findDownloadFolder } from '../settings.ts';
import type { PlaylistList } from './playlistList.ts';

/** What is asked once for all playlists of a list. */
export interface ListAnswers {
  /** Absolute path. */
  folder: string;
  variant: string;
  /** Of the files, without its dot. */
  extension: string;
}

/** Bits per second that are offered as the most that a variant may have. */
const BANDWIDTHS = [10_000_000, 5_000_000, 2_000_000];

/** Lines that a question names; more are counted. */
const NAMED_LINES = 8;

/** Asks where a list is and reads it; nothing when the person leaves, or is to write it first. */
export async function askList(): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  const sources: (vscode.QuickPickItem & { read: () => Promise<string | undefined> })[] = [
    ...(editor === undefined ? [] : [editorSource(editor.document)]),
    {
      label: vscode.l10n.t('Clipboard'),
      iconPath: new vscode.ThemeIcon('clippy'),
      read: async () => vscode.env.clipboard.readText(),
    },
    { label: vscode.l10n.t('File…'), iconPath: new vscode.ThemeIcon('folder-opened'), read: readFile },
    { label: vscode.l10n.t('New List…'), iconPath: new vscode.ThemeIcon('new-file'), read: writeList },
  ];
  const picked = await vscode.window.showQuickPick(sources, {
    title: title(),
    placeHolder: vscode.l10n.t('Where is the list? It has the URL of one playlist on each line.'),
  });
  return picked?.read();
}

/** Asks whether to go on with what a list has besides its good lines; says so where it has none. */
export async function askAboutFaults({ urls, repeated, faults }: PlaylistList): Promise<boolean> {
  const lines = [
    ...faults.map(({ line, fault }) => ({ line, text: vscode.l10n.t('Line {0}: {1}', line, urlFaultText(fault)) })),
    ...repeated.map(({ line, first }) => ({ line, text: vscode.l10n.t('Line {0} repeats line {1}.', line, first) })),
  ].toSorted((a, b) => a.line - b.line);
  const named = lines.slice(0, NAMED_LINES).map(({ text }) => text);
  const more = lines.length - named.length;
  const detail = [...named, ...(more > 0 ? [vscode.l10n.t('and {0} more', more)] : [])].join('\n');
  if (urls.length === 0) {
    const text = vscode.l10n.t('There is no URL of a playlist in it.');
    await vscode.window.showWarningMessage(text, { modal: true, detail });
    return false;
  }
  if (lines.length === 0) return true;
  const yes = vscode.l10n.t('Download');
  const question =
    urls.length === 1
      ? vscode.l10n.t('1 playlist can be downloaded. Go on without the other lines?')
      : vscode.l10n.t('{0} playlists can be downloaded. Go on without the other lines?', urls.length);
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}

/** Asks for the folder, the quality and the kind of file, once for all; nothing when the person leaves. */
export async function askForAll(): Promise<ListAnswers | undefined> {
  const folder = await askFolder();
  if (folder === undefined) return undefined;
  const variant = await pick(vscode.l10n.t('Choose a quality for all'), [
    { label: vscode.l10n.t('Best'), value: 'best' },
    ...BANDWIDTHS.map((bandwidth) => ({
      label: vscode.l10n.t('Up to {0} Mbit/s', bandwidth / 1e6),
      value: String(bandwidth),
    })),
    { label: vscode.l10n.t('Lowest'), value: 'worst' },
  ]);
  if (variant === undefined) return undefined;
  const extension = await pick(vscode.l10n.t('Choose a kind of file for all'), [
    { label: '.mp4', description: vscode.l10n.t('MP4'), value: 'mp4' },
    { label: '.mkv', description: vscode.l10n.t('Matroska'), value: 'mkv' },
    { label: '.ts', description: vscode.l10n.t('MPEG transport stream'), value: 'ts' },
  ]);
  return extension === undefined ? undefined : { folder, variant, extension };
}

async function askFolder(): Promise<string | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: title(),
      openLabel: vscode.l10n.t('Download Here'),
      defaultUri: await findDownloadFolder(),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  if (folder === undefined) return undefined;
  return diskPath(folder) ?? ((await wantsDisk(folder)) ? askFolder() : undefined);
}

async function pick(
  placeHolder: string,
  items: (vscode.QuickPickItem & { value: string })[],
): Promise<string | undefined> {
  return (await vscode.window.showQuickPick(items, { title: title(), placeHolder, ignoreFocusOut: true }))?.value;
}

function title(): string {
  return vscode.l10n.t('Download Playlists from List');
}

function editorSource(document: vscode.TextDocument): {
  label: string;
  description: string;
  iconPath: vscode.ThemeIcon;
  read: () => Promise<string>;
} {
  return {
    label: vscode.l10n.t('This Editor'),
    description: vscode.workspace.asRelativePath(document.uri),
    iconPath: new vscode.ThemeIcon('edit'),
    read: () => Promise.resolve(document.getText()),
  };
}

async function readFile(): Promise<string | undefined> {
  const [file] = (await vscode.window.showOpenDialog({ title: title() })) ?? [];
  return file === undefined ? undefined : new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
}

/** Opens an editor for the list; the same command, run there, takes it. */
async function writeList(): Promise<undefined> {
  const hint = vscode.l10n.t(
    'The URL of one playlist on each line; then run "Hotframe: Download Playlists from List…" here.',
  );
  const document = await vscode.workspace.openTextDocument({ content: `# ${hint}\n\n`, language: 'plaintext' });
  const editor = await vscode.window.showTextDocument(document);
  const end = document.lineAt(document.lineCount - 1).range.end;
  editor.selection = new vscode.Selection(end, end);
  return undefined;
}
