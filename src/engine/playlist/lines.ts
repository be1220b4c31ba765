/** A place in the playlist's text. Lines and columns count from 1, columns in UTF-16 units. */
export interface Place {
  line: number;
  column: number;
}

/** A line that starts with `#EXT` (RFC 8216bis §4.1). */
export interface TagLine extends Place {
  kind: 'tag';
  /** Without the `#`: `EXT-X-KEY`. */
  name: string;
  /** What follows the first colon, trimmed; empty without one. */
  value: string;
  /** Column of the first character of `value`. */
  valueColumn: number;
}

export interface UriLine extends Place {
  kind: 'uri';
  text: string;
}

export type Line = TagLine | UriLine;

/**
 * The tags and URIs of a playlist, with their places; blank lines and comments are left out, white space around a line is
 * dropped. LF, CRLF and a lone CR end a line. Linear in the length of the text.
 */
export function lexLines(text: string): Line[] {
  const lines: Line[] = [];
  // Both are looked up again only when passed: a file without one of them would else cost the square of its length.
  let nextLf = -1;
  let nextCr = -1;
  let number = 1;
  for (let start = 0; start < text.length; number++) {
    if (nextLf < start) nextLf = indexOrEnd(text, '\n', start);
    if (nextCr < start) nextCr = indexOrEnd(text, '\r', start);
    const end = Math.min(nextLf, nextCr);
    addLine(lines, text.slice(start, end), number);
    start = end + (nextCr + 1 === nextLf && end === nextCr ? 2 : 1);
  }
  return lines;
}

/** Where `what` is in a text from there on, or the end of the text. */
export function indexOrEnd(text: string, what: string, from: number): number {
  const index = text.indexOf(what, from);
  return index === -1 ? text.length : index;
}

function addLine(lines: Line[], raw: string, line: number): void {
  const text = raw.trim();
  if (text === '') return;
  const column = raw.length - raw.trimStart().length + 1;
  if (!text.startsWith('#')) {
    lines.push({ kind: 'uri', text, line, column });
    return;
  }
  if (!text.startsWith('#EXT')) return;
  const colon = text.indexOf(':');
  const name = (colon === -1 ? text.slice(1) : text.slice(1, colon)).trim();
  const rest = colon === -1 ? '' : text.slice(colon + 1);
  const value = rest.trim();
  const valueColumn =
    colon === -1 ? column + text.length : column + colon + 1 + (rest.length - rest.trimStart().length);
  lines.push({ kind: 'tag', name, value, line, column, valueColumn });
}
