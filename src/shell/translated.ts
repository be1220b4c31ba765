import { l10n } from 'vscode';
import { Phrasebook } from './phrasebook.ts';

let phrasebook: Phrasebook | undefined;

/** What the engine, a reader of profiles or a test of a claim said in English, in the language of the workbench. */
export function translated(english: string): string {
  if (l10n.bundle === undefined) return english;
  phrasebook ??= new Phrasebook(l10n.bundle);
  return phrasebook.translate(english);
}
