import * as vscode from 'vscode';
import type { Log } from '../log.ts';
import { LANGUAGE } from './language.ts';
import type { LanguageParts } from './providers.ts';

/** Loads what the editor offers for playlists when the first of them is open. */
export function registerLanguage(parts: LanguageParts, log: Log): vscode.Disposable {
  const disposables: vscode.Disposable[] = [];
  let isDisposed = false;
  const load = async (): Promise<void> => {
    // A bundle of its own: who never opens a playlist never reads it.
    const { registerProviders } = await import('./providers.ts');
    if (!isDisposed) disposables.push(registerProviders(parts));
  };
  const whenOpen = (document: vscode.TextDocument): void => {
    if (document.languageId !== LANGUAGE) return;
    listener.dispose();
    log.follow(load());
  };
  const listener = vscode.workspace.onDidOpenTextDocument(whenOpen);
  disposables.push(listener);
  const open = vscode.workspace.textDocuments.find(({ languageId }) => languageId === LANGUAGE);
  if (open !== undefined) whenOpen(open);
  return new vscode.Disposable(() => {
    isDisposed = true;
    for (const disposable of disposables) disposable.dispose();
  });
}
