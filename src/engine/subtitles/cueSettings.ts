const percentage = String.raw`(?:100(?:\.0+)?|\d{1,2}(?:\.\d+)?)%`;

/** The settings of WebVTT §3.5 with the values that a browser honours, in the order in which they are written. */
const settings: readonly (readonly [string, RegExp])[] = [
  ['vertical', /^(?:rl|lr)$/],
  ['line', new RegExp(`^(?:${percentage}|-?\\d+(?:\\.\\d+)?)(?:,(?:start|center|end))?$`)],
  ['position', new RegExp(`^${percentage}(?:,(?:line-left|center|line-right))?$`)],
  ['size', new RegExp(`^${percentage}$`)],
  ['align', /^(?:start|center|end|left|right)$/],
  ['region', /^[^\s]+$/],
];
const valuePatterns: ReadonlyMap<string, RegExp> = new Map(settings);

/** What a browser takes of a cue's settings (WebVTT §6.5): unknown ones and bad values left out, the last of a kind. */
export function normaliseSettings(text: string): string {
  const values = new Map<string, string>();
  for (const [name, value] of pairsOf(text)) if (valuePatterns.get(name)?.test(value)) values.set(name, value);
  return written(values);
}

/** The settings with another region in place of theirs. */
export function renameRegion(text: string, names: ReadonlyMap<string, string>): string {
  if (names.size === 0 || !text.includes('region:')) return text;
  const values = new Map(pairsOf(text));
  const name = names.get(values.get('region') ?? '');
  return name === undefined ? text : written(values.set('region', name));
}

/** The identifier of a REGION block and all its settings, one in a line; `undefined` where nothing can refer to it. */
export function readRegion(block: string): { id: string; settings: string } | undefined {
  const values = new Map(pairsOf(block));
  const id = values.get('id');
  if (id === undefined) return undefined;
  return { id, settings: [...values].map((pair) => pair.join(':')).join('\n') };
}

/** The settings of a REGION block under another identifier. */
export function renamedRegion(block: string, id: string): string {
  const values = new Map(pairsOf(block)).set('id', id);
  return [...values].map((pair) => pair.join(':')).join('\n');
}

function* pairsOf(text: string): Generator<[string, string]> {
  for (const word of text.split(/[\t\n\f\r ]+/)) {
    const colon = word.indexOf(':');
    if (colon > 0 && colon < word.length - 1) yield [word.slice(0, colon), word.slice(colon + 1)];
  }
}

function written(values: ReadonlyMap<string, string>): string {
  const words: string[] = [];
  for (const [name] of settings) {
    const value = values.get(name);
    if (value !== undefined) words.push(`${name}:${value}`);
  }
  return words.join(' ');
}
