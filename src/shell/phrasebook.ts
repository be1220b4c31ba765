/** What marks, in the bundles of translators, a text that a room says which speaks English alone. */
export const ROOM_MARK = '/room';

/** A longer text is left as it is: it holds what somebody else wrote, and is looked through for each phrase. Characters. */
const LENGTH_MAX = 1000;

/** How a file's absolute path begins: there may be any words in it. */
const PATH = /^(?:[A-Za-z]:)?[/\\]/;

/** A text with places for values, and how it is said in another language. */
interface Phrase {
  /** Matches the English text and takes the values out of it. */
  pattern: RegExp;
  /** For each value whether it may be a text itself: what stands in quotes is a name that somebody else gave. */
  mayBeText: readonly boolean[];
  translation: string;
  /** Characters of the text itself, without values. */
  literals: number;
}

/** A translation, and how many characters of the English text it stands for; the others are values that are no texts. */
interface Said {
  text: string;
  known: number;
}

/**
 * Says in another language what the engine said in English. The engine knows no languages: its errors go into records and logs, which are
 * searched and read by other programs. So a text is found by what it looks like, and the values in it, which may be such texts
 * themselves, are put into its translation.
 */
export class Phrasebook {
  readonly #whole = new Map<string, string>();
  readonly #phrases: Phrase[] = [];
  /** What parts of the present text were read as: they come again in other readings of the whole. */
  readonly #read = new Map<string, Said | undefined>();

  /** @param bundle translations by `<English text>/room`, with `{0}`, `{1}`, … for values; others are not looked at. */
  constructor(bundle: Readonly<Record<string, string>>) {
    for (const [key, translation] of Object.entries(bundle)) {
      if (!key.endsWith(ROOM_MARK)) continue;
      const english = key.slice(0, -ROOM_MARK.length);
      if (/\{\d+\}/.test(english)) this.#phrases.push(toPhrase(english, translation));
      else this.#whole.set(english, translation);
    }
    this.#phrases.sort((a, b) => a.literals - b.literals);
  }

  /** @returns the text in English where it is not known, or longer than what the engine says. */
  translate(english: string): string {
    if (english.length > LENGTH_MAX) return english;
    this.#read.clear();
    return this.#say(english)?.text ?? english;
  }

  /** Of all readings the one that knows most of the text; of two that know as much, the one that is put together of more parts. */
  #say(english: string): Said | undefined {
    if (!this.#read.has(english)) this.#read.set(english, this.#interpret(english));
    return this.#read.get(english);
  }

  #interpret(english: string): Said | undefined {
    const whole = this.#whole.get(english);
    if (whole !== undefined) return { text: whole, known: english.length };
    let best: Said | undefined;
    for (const { pattern, mayBeText, translation, literals } of this.#phrases) {
      const values = pattern.exec(english)?.slice(1);
      if (values === undefined) continue;
      const said = values.map((value, at) => (mayBeText[at] ? this.#sayValue(value) : { text: value, known: 0 }));
      const known = said.reduce((sum, value) => sum + value.known, literals);
      const texts = said.map(({ text }) => text);
      if (best === undefined || known > best.known) best = { text: fill(translation, texts), known };
    }
    return best;
  }

  /** A value is a text itself or not one: with blanks around, or with its first letter made small for where it stands. */
  #sayValue(value: string): Said {
    const text = value.trim();
    const said =
      text === '' || PATH.test(text)
        ? undefined
        : (this.#say(text) ?? this.#say(`${text.charAt(0).toUpperCase()}${text.slice(1)}`));
    return said === undefined ? { text: value, known: 0 } : { ...said, text: value.replace(text, () => said.text) };
  }
}

function toPhrase(english: string, translation: string): Phrase {
  const pieces = english.split(/\{\d+\}/);
  const literals = pieces.map((piece) => piece.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  // The last value may be empty, as a tail that is not there.
  const pattern = literals.reduce(
    (before, piece, at) => `${before}${at < pieces.length - 1 ? '(.+?)' : '(.*)'}${piece}`,
  );
  return {
    pattern: new RegExp(`^${pattern}$`, 's'),
    mayBeText: pieces.slice(1).map((piece, at) => !/[“"]$/.test(pieces[at] ?? '') && !/^[”"]/.test(piece)),
    translation,
    literals: pieces.join('').length,
  };
}

function fill(text: string, values: readonly string[]): string {
  return text.replaceAll(/\{(\d+)\}/g, (place, index: string) => values[Number(index)] ?? place);
}
