import * as vscode from 'vscode';
import { PLAYLISTS } from './language.ts';
import type { PlaylistTexts } from './playlistTexts.ts';

/** What can be done with the stream of a playlist, above its first line. */
export function registerCodeLenses(texts: PlaylistTexts): vscode.Disposable {
  return vscode.languages.registerCodeLensProvider(PLAYLISTS, {
    provideCodeLenses: (document) => {
      const playlist = texts.read(document);
      // Of an empty text, or a list of songs, there is nothing to download.
      if (playlist === undefined || playlist.kind === 'list' || playlist.lines.length === 0) return [];
      const top = new vscode.Range(0, 0, 0, 0);
      return lensCommands(document.uri).map((command) => new vscode.CodeLens(top, command));
    },
  });
}

function lensCommands(document: vscode.Uri): vscode.Command[] {
  const download = 'hotframe.downloadFile';
  return [
    {
      title: vscode.l10n.t('Download'),
      tooltip: vscode.l10n.t('Download this stream'),
      command: download,
      arguments: [document],
    },
    {
      title: vscode.l10n.t('Profile'),
      tooltip: vscode.l10n.t('Download this stream and record a profile of it, whatever the settings say'),
      command: download,
      arguments: [document, { isProfiled: true }],
    },
  ];
}
