import * as vscode from 'vscode';
import type { PageLanguage } from './profilePage.ts';

/** What our pages are written in: the language of the workbench, if there is a bundle for it, else English. */
export function pageLanguage(): PageLanguage {
  const { bundle, t: translate } = vscode.l10n;
  return { tag: bundle === undefined ? 'en' : vscode.env.language, translate, texts: bundle ?? {} };
}
