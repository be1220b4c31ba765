import { dirname } from 'node:path';

/** The claims of one folder. */
export interface Audit<T> {
  folder: string;
  claims: T[];
}

const byName = new Intl.Collator('en', { numeric: true });

/** Claims by the folders that their files are in, both in the order of their names, with numbers by their size: F2 before F10. */
export function groupAudits<T extends { file: string }>(claims: readonly T[]): Audit<T>[] {
  const groups = Map.groupBy(
    [...claims].sort((a, b) => byName.compare(a.file, b.file)),
    ({ file }) => dirname(file),
  );
  return [...groups]
    .map(([folder, members]) => ({ folder, claims: members }))
    .sort((a, b) => byName.compare(a.folder, b.folder));
}

/**
 * One glob for what settings exclude (`files.exclude`, `search.exclude`); undefined where they exclude nothing.
 * Entries with a condition (`when`) exclude single files beside others, which a claim is none of.
 */
export function excludeGlob(settings: readonly Readonly<Record<string, unknown>>[]): string | undefined {
  const excluded = settings.flatMap((globs) => Object.keys(globs).filter((glob) => globs[glob] === true));
  const globs = [...new Set(excluded)];
  if (globs.length === 0) return undefined;
  return globs.length === 1 ? globs[0] : `{${globs.join(',')}}`;
}
