import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

import type { Validators } from './validators.ts';
import { holdsIfRange } from './validators.ts';

/** Status, headers and the part of the resource that answer a GET or HEAD request rightly. */
export interface Answer {
  status: number;
  headers: OutgoingHttpHeaders;
  /** Bytes of the resource, from and up to but without. */
  start: number;
  end: number;
}

export interface Asked {
  size: number;
  contentType: string;
  validators?: Validators;
  headers: IncomingHttpHeaders;
}

/** What a well-behaved origin answers (RFC 9110 §13.2.2, §14.2): one range at most, If-Range and If-None-Match. */
export function answerOf({ size, contentType, validators = {}, headers }: Asked): Answer {
  const common = {
    'content-type': contentType,
    'accept-ranges': 'bytes',
    'cache-control': 'no-store',
    ...validators,
  };
  if (validators.etag !== undefined && headers['if-none-match'] === validators.etag) {
    return { status: 304, headers: common, start: 0, end: 0 };
  }
  const ifRange = headers['if-range'];
  const isRangeWanted = holdsIfRange(typeof ifRange === 'string' ? ifRange : undefined, validators);
  const range = isRangeWanted ? parseRange(headers.range, size) : undefined;
  if (range === 'unsatisfiable') {
    const refusal = { 'content-range': `bytes */${size}`, 'content-length': 0 };
    return { status: 416, headers: { ...common, ...refusal }, start: 0, end: 0 };
  }
  if (range === undefined) {
    return { status: 200, headers: { ...common, 'content-length': size }, start: 0, end: size };
  }
  const { start, end } = range;
  return { status: 206, headers: { ...common, ...rangeHeaders(start, end, size) }, start, end };
}

export function rangeHeaders(start: number, end: number, size: number): OutgoingHttpHeaders {
  return { 'content-range': `bytes ${start}-${end - 1}/${size}`, 'content-length': end - start };
}

/** Reads a Range header of one range; undefined where there is none that an origin has to honour. */
export function parseRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (found === null) return undefined;
  const [first = '', last = ''] = found.slice(1);
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (first !== '' && last !== '' && Number(last) < start) return undefined;
  return start < end ? { start, end } : 'unsatisfiable';
}

/** The headers without the one of that name. */
export function without(headers: OutgoingHttpHeaders, name: string): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([candidate]) => candidate !== name));
}
