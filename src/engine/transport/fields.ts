import type { IncomingHttpHeaders } from 'node:http';

/** RFC 9110 §8.8.3, without the weak form. */
const strongETag = /^"[\x21\x23-\x7e\x80-\xff]*"$/;

/**
 * What an interrupted body can be gone on with by If-Range (RFC 9110 §13.1.5): the strong ETag of its answer; where that
 * has no ETag at all, its Last-Modified, if it is strong by §8.8.2.2: a second or more before Date. `undefined` when
 * there is neither.
 */
export function strongValidator(headers: IncomingHttpHeaders): string | undefined {
  const etag = fieldOf(headers, 'etag');
  if (etag !== undefined) return strongETag.test(etag) ? etag : undefined;
  const modified = fieldOf(headers, 'last-modified');
  const date = fieldOf(headers, 'date');
  if (modified === undefined || date === undefined) return undefined;
  return Date.parse(date) - Date.parse(modified) >= 1000 ? modified : undefined;
}

/** A Content-Range of a 206 (RFC 9110 §14.4): first and last byte, and the complete length where it is told. */
export interface ContentRange {
  first: number;
  last: number;
  completeBytes: number | undefined;
}

/** Reads a Content-Range; `undefined` when it is none or contradicts itself. */
export function parseContentRange(value: string | undefined): ContentRange | undefined {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(value?.trim() ?? '');
  if (!match) return undefined;
  const [first, last] = [Number(match[1]), Number(match[2])];
  const completeBytes = match[3] === '*' ? undefined : Number(match[3]);
  return last < first || (completeBytes !== undefined && last >= completeBytes)
    ? undefined
    : { first, last, completeBytes };
}

/** A header's value; several lines of it joined as RFC 9110 §5.3 says. */
export function fieldOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  // undici gives lists where Node's own client joins or drops.
  const value: string | string[] | undefined = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Names under which bodies come that are not compressed; `aws-chunked` is what object stores forget to take away. */
const plainCodings: ReadonlySet<string> = new Set(['', 'identity', 'none', 'aws-chunked']);

/** The compression of a body (RFC 9110 §8.4), or `undefined` when it comes as it is. */
export function contentCoding(headers: IncomingHttpHeaders): string | undefined {
  return codingsBut(plainCodings, fieldOf(headers, 'content-encoding'));
}

const framings: ReadonlySet<string> = new Set(['', 'identity', 'chunked']);

/** The compression of a message (RFC 9112 §7.2), which the parser does not undo, or `undefined` when there is none. */
export function transferCoding(headers: IncomingHttpHeaders): string | undefined {
  return codingsBut(framings, fieldOf(headers, 'transfer-encoding'));
}

function codingsBut(plain: ReadonlySet<string>, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const codings = value.toLowerCase().split(',');
  const real = codings.map((coding) => coding.trim()).filter((coding) => !plain.has(coding));
  return real.length === 0 ? undefined : real.join(', ').slice(0, 40);
}
