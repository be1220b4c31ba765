import * as vscode from 'vscode';
import { ROOM_MARK } from './phrasebook.ts';
import type { PageLanguage } from './profilePage.ts';

/** What our pages are written in: the language of the workbench, if there is a bundle for it, else English. */
export function pageLanguage(): PageLanguage {
  const { bundle, t: translate } = vscode.l10n;
  // The pages are told what other rooms say in their language already.
  const texts = Object.entries(bundle ?? {}).filter(([key]) => !key.endsWith(ROOM_MARK));
  return { tag: bundle === undefined ? 'en' : vscode.env.language, translate, texts: Object.fromEntries(texts) };
}
