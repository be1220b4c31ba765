import { readFileSync } from 'node:fs';
import * as prettier from 'prettier';
import { claimExitTable, exitCodeTable, optionTables } from './commandLine.ts';
import { commandsTable } from './commands.ts';
import { claimSections, downloadSections, profileSections, transferSections } from './errors.ts';
import { limitTable } from './limits.ts';
import { readManifest } from './manifest.ts';
import { fillPlace, placesOf } from './markdown.ts';
import { settingsTable, taskTable } from './settings.ts';

const root = new URL('../../', import.meta.url);

/** Pages that hold something that is written from the source, by their path. */
const pages = ['docs/claims.md', 'docs/downloading.md', 'docs/reference.md', 'docs/troubleshooting.md'];

/** The pages as they are, and as the source says that they should be; paths are relative to the project. */
export async function writtenPages(): Promise<{ path: string; text: string; rewritten: string }[]> {
  const contents = await readContents();
  const named = new Set<string>();
  const written = pages.map(async (path) => {
    const text = readFileSync(new URL(path, root), 'utf8');
    let rewritten = text;
    for (const name of placesOf(text)) {
      const content = contents.get(name);
      if (content === undefined) throw new Error(`${path} has a place for ${name}, which nothing writes.`);
      rewritten = fillPlace(rewritten, name, content);
      named.add(name);
    }
    return { path, text, rewritten: await format(path, rewritten) };
  });
  const all = await Promise.all(written);
  const homeless = [...contents.keys()].filter((name) => !named.has(name));
  if (homeless.length > 0) throw new Error(`No page has a place for ${homeless.join(', ')}.`);
  return all;
}

async function readContents(): Promise<Map<string, string>> {
  const manifest = readManifest();
  const options = await optionTables();
  return new Map([
    ['settings', settingsTable(manifest)],
    ['commands', commandsTable(manifest)],
    ['task', taskTable(manifest)],
    ...[...options].map(([command, table]) => [`options of ${command}`, table] as const),
    ['exit codes', exitCodeTable()],
    ['exit codes of claim', claimExitTable()],
    ['limits', limitTable()],
    ['failed transfers', transferSections()],
    ['failed downloads', downloadSections()],
    ['failed profiles', profileSections()],
    ['failed claims', claimSections()],
  ]);
}

async function format(path: string, text: string): Promise<string> {
  const options = await prettier.resolveConfig(new URL(path, root));
  return prettier.format(text, { ...options, parser: 'markdown' });
}
