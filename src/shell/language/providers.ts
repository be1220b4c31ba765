import * as vscode from 'vscode';
import type { Download } from '../download.ts';
import { registerCodeLenses } from './codeLenses.ts';
import { registerCompletion } from './completion.ts';
import { registerDiagnostics } from './diagnostics.ts';
import { registerHovers } from './hovers.ts';
import { registerLinks } from './links.ts';
import { PlaylistTexts } from './playlistTexts.ts';
import { registerQuickFixes } from './quickFixes.ts';
import { registerStructure } from './structure.ts';

/** What the language needs of the rest of the extension. */
export interface LanguageParts {
  /** The URL whose playlist a document shows, after redirects; nothing for a file. */
  urlOf: (document: vscode.Uri) => string | undefined;
  /** Id of a finished job of a document's playlist; nothing where there is none. */
  findReplay: (document: vscode.Uri) => Promise<string | undefined>;
  /** A download began, went on or ended. */
  onDidChangeJobs: vscode.Event<Pick<Download, 'record'>>;
}

/** Registers everything that the editor offers for playlists. Comes in a bundle of its own, loaded with the first of them. */
export function registerProviders({ urlOf, findReplay, onDidChangeJobs }: LanguageParts): vscode.Disposable {
  const texts = new PlaylistTexts();
  return vscode.Disposable.from(
    registerDiagnostics(texts),
    registerQuickFixes(texts),
    registerStructure(texts),
    registerCompletion(texts),
    registerHovers(),
    registerLinks(texts, urlOf),
    registerCodeLenses(texts, findReplay, onDidChangeJobs),
  );
}
