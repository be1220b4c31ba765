/** The names of the characters from U+00A0 to U+00FF, in their order. */
const latin1 =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para ' +
  'middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute ' +
  'Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml ' +
  'Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml ' +
  'eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';

/** Names that HTML reads without their semicolon too. */
const bare: ReadonlyMap<string, string> = new Map([
  ...latin1.split(' ').map((name, index): [string, string] => [name, String.fromCharCode(0xa0 + index)]),
  ...Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', AMP: '&', LT: '<', GT: '>', QUOT: '"' }),
]);
const longestBare = 6;

/** More names, of what subtitles use. */
const named: ReadonlyMap<string, string> = new Map([
  ...bare,
  ...Object.entries({ apos: "'", lrm: '\u200e', rlm: '\u200f', zwnj: '\u200c', zwj: '\u200d', ensp: '\u2002' }),
  ...Object.entries({ emsp: '\u2003', thinsp: '\u2009', ndash: '–', mdash: '—', lsquo: '‘', rsquo: '’', sbquo: '‚' }),
  ...Object.entries({ ldquo: '“', rdquo: '”', bdquo: '„', lsaquo: '‹', rsaquo: '›', hellip: '…', bull: '•' }),
  ...Object.entries({ trade: '™', euro: '€', dagger: '†', Dagger: '‡', permil: '‰', prime: '′', Prime: '″' }),
  ...Object.entries({ minus: '−', larr: '←', uarr: '↑', rarr: '→', darr: '↓', sung: '♪', check: '✓' }),
  ...Object.entries({ OElig: 'Œ', oelig: 'œ', Scaron: 'Š', scaron: 'š', Yuml: 'Ÿ', fnof: 'ƒ', circ: 'ˆ', tilde: '˜' }),
]);

/** What HTML reads instead of the control characters from U+0080 to U+009F; those without a character stay. */
const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/**
 * The text with HTML's character references (HTML §13.2.5.72) decoded: all numeric ones, and the names of Latin-1 and of
 * what subtitles use. Others stay as they are.
 */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d+);?|#[xX]([\dA-Fa-f]+);?|([A-Za-z][A-Za-z\d]*)(;?))/g,
    (whole, decimal?: string, hex?: string, name?: string, semicolon?: string) => {
      if (name !== undefined) return decodeName(name, semicolon ?? '');
      return decodeNumber(decimal === undefined ? parseInt(hex ?? '', 16) : parseInt(decimal, 10)) || whole;
    },
  );
}

function decodeName(name: string, semicolon: string): string {
  const character = semicolon === '' ? undefined : named.get(name);
  if (character !== undefined) return character;
  for (let length = Math.min(longestBare, name.length); length > 1; length--) {
    const start = bare.get(name.slice(0, length));
    if (start !== undefined) return start + name.slice(length) + (length === name.length ? '' : semicolon);
  }
  return `&${name}${semicolon}`;
}

function decodeNumber(code: number): string {
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return '\ufffd';
  if (code >= 0x80 && code <= 0x9f) return windows1252.charAt(code - 0x80);
  return String.fromCodePoint(code);
}
