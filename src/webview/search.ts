/** What was typed, ready to search with, or why it cannot be. */
export type Search = { kind: 'none' } | { kind: 'query'; query: string | RegExp } | { kind: 'broken'; reason: string };

/**
 * Compiles the search field. With `isRegex` the text is a regular expression that ignores case unless it holds a capital
 * letter; without, it is found anywhere, as it stands, in any case.
 */
export function compileSearch(text: string, isRegex: boolean): Search {
  if (text === '') return { kind: 'none' };
  if (!isRegex) return { kind: 'query', query: text };
  try {
    // Escapes such as \S and \W are not capitals that somebody typed to be found.
    const hasCapital = /\p{Lu}/u.test(text.replaceAll(/\\./g, ''));
    return { kind: 'query', query: new RegExp(text, hasCapital ? '' : 'i') };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: 'broken', reason: error.message.replace(/^Invalid regular expression: /, '') };
  }
}

/**
 * The match after or before a box, in the order of the boxes, round the end.
 * @returns its index, or undefined if nothing matches.
 */
export function nextMatch(matches: Uint8Array, box: number, direction: 'next' | 'previous'): number | undefined {
  const count = matches.length;
  const step = direction === 'next' ? 1 : -1;
  for (let tried = 1; tried <= count; tried += 1) {
    const start = box < 0 && direction === 'previous' ? 0 : box;
    const candidate = (((start + step * tried) % count) + count) % count;
    if (matches[candidate] === 1) return candidate;
  }
  return undefined;
}
