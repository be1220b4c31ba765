import fc from 'fast-check';

const PIECES = [
  '',
  '\0',
  '<',
  '>',
  '"',
  '&#x110000;',
  '\n',
  '\n\n',
  '\t',
  ' ',
  '-1',
  '1e999',
  '9'.repeat(30),
  '{',
  '[',
  '"children":',
  '(',
  ')',
  '(inlined)',
  '\ufffd',
];

interface Change {
  /** Where, in parts of the text: 0–1. */
  at: number;
  /** How many characters are replaced. */
  length: number;
  by: string;
}

/** A text with some places replaced, doubled or cut off. */
export function mutated(text: string): fc.Arbitrary<string> {
  const change: fc.Arbitrary<Change> = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(60),
    by: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 12 })),
  });
  const cut = fc.double({ min: 0, max: 1, noNaN: true });
  return fc.tuple(fc.array(change, { maxLength: 8 }), fc.option(cut)).map(([changes, end]) => {
    let result = text;
    for (const { at, length, by } of changes) {
      const start = Math.floor(at * result.length);
      result = result.slice(0, start) + by + result.slice(start + length);
    }
    return end === null ? result : result.slice(0, Math.floor(end * result.length));
  });
}
