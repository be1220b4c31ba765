import { isSettledByEngine } from '../engine/transport/requestHeaders.ts';

/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** What is wrong with a text as the name of a header; nothing when it can be sent. */
export type HeaderNameFault = 'empty' | 'syntax' | 'settled';

/** Judges the name of a header; `settled` is one that the engine does not pass on. */
export function checkHeaderName(name: string): HeaderNameFault | undefined {
  if (name === '') return 'empty';
  if (!TOKEN.test(name)) return 'syntax';
  return isSettledByEngine(name) ? 'settled' : undefined;
}

/** Whether a text can be sent as the value of a header (RFC 9110 §5.5). */
export function isHeaderValue(value: string): boolean {
  return value.trim() !== '' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

/** A line of a headers file that is no header. */
export class HeaderSyntaxError extends Error {
  /** From 1. */
  readonly line: number;

  constructor(line: number) {
    super(`line ${line} is not "Name: value"`);
    this.name = 'HeaderSyntaxError';
    this.line = line;
  }
}

/**
 * Reads request headers, one `Name: value` a line (RFC 9110 §5.6.2 for the name); blank lines and lines that start
 * with `#` are skipped.
 * @throws HeaderSyntaxError naming the line, never its text: it may be a secret.
 */
export function parseHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const match = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*)$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) throw new HeaderSyntaxError(index + 1);
    headers[match[1]] = match[2];
  }
  return headers;
}
