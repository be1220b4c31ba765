import path from 'node:path';

/** How paths are written on a machine: as this one has them, unless told. */
export type PathRules = Pick<path.PlatformPath, 'isAbsolute' | 'join' | 'resolve'>;

/**
 * A path made absolute.
 * @param folder what a relative one starts from.
 * @returns nothing for a relative one without a folder.
 */
export function toAbsolute(wished: string, folder: string | undefined, rules: PathRules = path): string | undefined {
  if (rules.isAbsolute(wished)) return wished;
  // Not joined: `C:x` would become a second drive inside of the folder.
  return folder === undefined ? undefined : rules.resolve(folder, wished);
}

/** A path whose leading `~` is replaced by the home folder; any other stays as it is. */
export function expandHome(wished: string, home: string, rules: PathRules = path): string {
  return /^~(?=$|[/\\])/.test(wished) ? rules.join(home, wished.slice(1)) : wished;
}
