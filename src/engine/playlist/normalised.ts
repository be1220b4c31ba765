import type { types } from 'hls-parser';
import { getOptions, parse, setOptions } from 'hls-parser';

/**
 * Parses text that we wrote ourselves. hls-parser's options are global to its module: they are set for the call and put
 * back. Not strict, because a playlist that breaks a rule must still give its fragments; silent, because it would
 * otherwise print every broken rule to the console.
 */
export function parseNormalised(text: string): types.MasterPlaylist | types.MediaPlaylist {
  const before = getOptions();
  setOptions({ strictMode: false, silent: true });
  try {
    return parse(text);
  } finally {
    setOptions({ strictMode: before.strictMode ?? false, silent: before.silent ?? false });
  }
}

/**
 * Values that stand in normalised text as short ASCII names. hls-parser decodes, splits and trims strings in ways that
 * lose non-ASCII titles and apostrophes; names pass through it unharmed. Equal values have equal names.
 */
export class Tokens<T> {
  readonly #values: T[] = [];
  readonly #names = new Map<T, string>();

  /** The value's name: a letter and digits. */
  name(value: T): string {
    let name = this.#names.get(value);
    if (name === undefined) {
      name = `t${this.#values.length}`;
      this.#values.push(value);
      this.#names.set(value, name);
    }
    return name;
  }

  /** The value behind a name of ours. Throws for anything else. */
  value(name: string): T {
    const index = Number(name.slice(1));
    if (!name.startsWith('t') || !(index in this.#values)) throw new Error(`unknown name in parsed playlist: ${name}`);
    return this.#values[index] as T;
  }
}
