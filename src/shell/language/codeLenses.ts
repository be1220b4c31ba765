import * as vscode from 'vscode';
import { PLAYLISTS } from './language.ts';
import type { PlaylistTexts } from './playlistTexts.ts';
import type { LanguageParts } from './providers.ts';

/** What can be done with the stream of a playlist, above its first line. */
export function registerCodeLenses(
  texts: PlaylistTexts,
  findReplay: LanguageParts['findReplay'],
  onDidChangeJobs: LanguageParts['onDidChangeJobs'],
): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  return vscode.Disposable.from(
    changed,
    // A job that has ended can be replayed.
    onDidChangeJobs(({ record }) => {
      if (record.state !== 'running') changed.fire();
    }),
    vscode.languages.registerCodeLensProvider(PLAYLISTS, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: async (document) => {
        const playlist = texts.read(document);
        // Of an empty text, or a list of songs, there is nothing to download.
        if (playlist === undefined || playlist.kind === 'list' || playlist.lines.length === 0) return [];
        const top = new vscode.Range(0, 0, 0, 0);
        const commands = [...downloadCommands(document.uri), ...replayCommands(await findReplay(document.uri))];
        return commands.map((command) => new vscode.CodeLens(top, command));
      },
    }),
  );
}

function downloadCommands(document: vscode.Uri): vscode.Command[] {
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

function replayCommands(job: string | undefined): vscode.Command[] {
  if (job === undefined) return [];
  return [
    {
      title: vscode.l10n.t('Replay'),
      tooltip: vscode.l10n.t(
        'Download this stream as it was downloaded before, from this machine instead of the network',
      ),
      command: 'hotframe.replay',
      arguments: [job],
    },
  ];
}
