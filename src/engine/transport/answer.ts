import type { IncomingHttpHeaders } from 'node:http';
import type { TransferError } from '../errors.ts';
import type { ByteRange } from '../playlist/model.ts';
import type { Body } from './body.ts';
import { transferError, type Subject } from './faults.ts';
import { contentCoding, fieldOf, parseContentRange, transferCoding } from './fields.ts';
import { isTemporary, parseRetryAfter } from './retry.ts';

/** What was asked for. */
export interface Asked {
  subject: Subject;
  byteRange: ByteRange | undefined;
  /** The interrupted body whose rest was asked for. */
  interrupted: Body | undefined;
  maxBytes: number;
}

/** The head of a final answer that is no redirect. */
export interface Head {
  status: number;
  headers: IncomingHttpHeaders;
}

/** What an answer's body is, and which part of it is delivered. */
export interface Portion {
  /** It is the rest of the interrupted body. */
  isContinued: boolean;
  /** Bytes that will come, where the origin says so. */
  announcedBytes: number | undefined;
  /** Of them, so many are dropped first, then at most so many delivered (`Infinity`: to the end). */
  skipBytes: number;
  takeBytes: number;
  /** Place of the first byte in the resource. */
  position: number;
  /** Length of the whole resource, where the origin says so. */
  completeBytes: number | undefined;
}

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Where a redirect leads: its first Location. `undefined` when it has none, or it is no redirect. */
export function redirectLocation({ status, headers }: Head): string | undefined {
  if (!redirectStatuses.has(status)) return undefined;
  const location = headers.location as string | string[] | undefined;
  const first = (Array.isArray(location) ? location[0] : location)?.trim();
  return first === '' ? undefined : first;
}

/** The Range and If-Range to ask with (RFC 9110 §14.2, §13.1.5). */
export function rangeHeaders(byteRange: ByteRange | undefined, interrupted: Body | undefined): Record<string, string> {
  const ifRange = interrupted?.ifRange;
  if (interrupted === undefined || ifRange === undefined) {
    return byteRange ? { range: `bytes=${byteRange.offset}-${lastOf(byteRange)}` } : {};
  }
  const first = (byteRange?.offset ?? 0) + interrupted.deliveredBytes;
  return { range: `bytes=${first}-${byteRange ? lastOf(byteRange) : ''}`, 'if-range': ifRange };
}

/**
 * Checks an answer against what was asked for. Throws a TransferError for a status that is no answer, for the wrong part
 * of the resource, for a compressed one (playlists apart) and for one that is too large.
 */
export function judgeAnswer(asked: Asked, head: Head): Portion {
  const { subject, interrupted, maxBytes } = asked;
  const portion =
    interrupted && (head.status === 206 || head.status === 416)
      ? continuedPortion(asked, interrupted, head)
      : freshPortion(asked, head);
  // Playlists are decompressed where they are read.
  const contents = subject.resource === 'playlist' ? undefined : contentCoding(head.headers);
  const coding = transferCoding(head.headers) ?? contents;
  if (coding !== undefined) {
    throw transferError(subject, 'CONTENT', `the origin compressed it as ${coding}, which was not asked for`);
  }
  const bytes = portion.takeBytes === Infinity ? portion.announcedBytes : portion.takeBytes;
  const before = portion.isContinued ? (interrupted?.deliveredBytes ?? 0) : 0;
  if (bytes !== undefined && before + bytes > maxBytes) throw tooLarge(subject, maxBytes);
  return portion;
}

/** More came, or is announced, than the resource may have. */
export function tooLarge(subject: Subject, maxBytes: number): TransferError {
  const bound = subject.resource === 'fragment' ? 'its duration justifies' : 'it may have';
  return transferError(subject, 'TOO_LARGE', `more than the ${maxBytes} bytes that ${bound}`);
}

function freshPortion({ subject, byteRange }: Asked, head: Head): Portion {
  const { status, headers } = head;
  const announcedBytes = announcedLength(headers);
  const portion = { isContinued: false, announcedBytes, skipBytes: 0, takeBytes: Infinity, position: 0 };
  if (status === 200) {
    if (!byteRange) return { ...portion, completeBytes: announcedBytes };
    const { offset, length } = byteRange;
    if (announcedBytes !== undefined && announcedBytes < offset + length) {
      throw endsEarly(subject, offset + length - announcedBytes);
    }
    return { ...portion, skipBytes: offset, takeBytes: length, completeBytes: announcedBytes };
  }
  if (status !== 206) throw statusError(subject, head);
  if (!byteRange) {
    throw transferError(subject, 'RANGE', 'the origin answered a part of it (206), though all was asked for', {
      status,
      hint: 'The origin or something on the way to it is broken; try again later or from another network.',
    });
  }
  const range = parseContentRange(fieldOf(headers, 'content-range'));
  if (range?.first !== byteRange.offset || range.last !== lastOf(byteRange)) {
    throw wrongRange(subject, `${byteRange.offset}-${lastOf(byteRange)}`, headers);
  }
  const { completeBytes } = range;
  return { ...portion, takeBytes: byteRange.length, position: byteRange.offset, completeBytes };
}

/** The rest of a body must be exactly that, of the same representation; anything else is never joined to it. */
function continuedPortion({ subject, byteRange }: Asked, body: Body, { headers }: Head): Portion {
  const position = (byteRange?.offset ?? 0) + body.deliveredBytes;
  const range = parseContentRange(fieldOf(headers, 'content-range'));
  const complete = body.completeBytes ?? range?.completeBytes;
  const last = byteRange ? lastOf(byteRange) : complete === undefined ? undefined : complete - 1;
  const announcedBytes = announcedLength(headers);
  const isRight =
    range?.first === position &&
    range.last === last &&
    body.isOfSame(headers, range.completeBytes) &&
    contentCoding(headers) === undefined &&
    (announcedBytes === undefined || announcedBytes === range.last - range.first + 1);
  if (!isRight) throw wrongRange(subject, `${position}-${last ?? ''}`, headers);
  const takeBytes = range.last - range.first + 1;
  return { isContinued: true, announcedBytes, skipBytes: 0, takeBytes, position, completeBytes: range.completeBytes };
}

/** The resource ends before the byte range that the playlist names. */
export function endsEarly(subject: Subject, missingBytes: number): TransferError {
  return transferError(subject, 'RANGE', `the resource ends ${missingBytes} bytes before its byte range does`);
}

function wrongRange(subject: Subject, asked: string, headers: IncomingHttpHeaders): TransferError {
  const got = fieldOf(headers, 'content-range')?.slice(0, 80);
  const what = `asked for bytes ${asked}, got ${got === undefined ? 'no Content-Range' : `"${got}"`}`;
  return transferError(subject, 'RANGE', what);
}

function statusError(subject: Subject, { status, headers }: Head): TransferError {
  const retryAfterMs = isTemporary(status) ? parseRetryAfter(fieldOf(headers, 'retry-after'), Date.now()) : undefined;
  return transferError(subject, 'STATUS', `the origin answered ${status}`, { status, retryAfterMs });
}

/** RFC 9112 §6.3: a Transfer-Encoding overrides Content-Length. */
function announcedLength(headers: IncomingHttpHeaders): number | undefined {
  const value = fieldOf(headers, 'content-length');
  const isFramedByLength = headers['transfer-encoding'] === undefined;
  return isFramedByLength && value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}

function lastOf(range: ByteRange): number {
  return range.offset + range.length - 1;
}
