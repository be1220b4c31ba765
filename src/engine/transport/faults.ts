import { TransferError, type Resource, type TransferCause, type TransferDetails } from '../errors.ts';
import { ProxyError } from './proxyError.ts';

/** What a fault is about, for messages. */
export interface Subject {
  resource: Resource;
  url: string;
  /** Index in the plan, from 0. */
  fragment?: number | undefined;
  /** For people: `fragment 12 of 600`. */
  label: string;
}

/** A TransferError about `subject`: `<label>: <what>`, with the next step that fits its cause where none is given. */
export function transferError(
  subject: Subject,
  reason: TransferCause,
  what: string,
  details: Omit<TransferDetails, 'hint' | 'url' | 'fragment'> & { hint?: string } = {},
): TransferError {
  return new TransferError(subject.resource, reason, `${subject.label}: ${what}`, {
    ...details,
    hint: details.hint ?? hintFor(reason, details.status),
    url: subject.url,
    fragment: subject.fragment,
  });
}

function hintFor(reason: TransferCause, status: number | undefined): string {
  switch (reason) {
    case 'STATUS':
      return statusHint(status ?? 0);
    case 'UNREACHABLE':
      return 'Check the URL and the network, then try again.';
    case 'TLS':
      return 'Check the address and the clock; a private certificate authority must be trusted first (--ca on the command line).';
    case 'RESET':
    case 'TIMEOUT':
    case 'STALLED':
    case 'TRUNCATED':
      return 'Try again; a lower concurrency is kinder to a busy origin.';
    case 'TOO_LARGE':
      return 'The origin sends more than the playlist can justify; check that the URL is the right one.';
    case 'REDIRECT':
      return 'Open the address in a browser to see where it leads.';
    case 'POLICY':
      return 'Addresses of private networks can be allowed by a setting (--allow-private-addresses on the command line).';
    case 'RANGE':
      return 'The origin does not serve the byte ranges of its playlist; try another variant or origin.';
    case 'CONTENT':
      return 'The origin answers with something else, often an error or login page; open the address in a browser.';
    case 'DECRYPT':
      return 'The key does not fit the data; check that the playlist is current.';
  }
}

function statusHint(status: number): string {
  if (status === 401 || status === 403) {
    return 'The address may have expired or need a header; get a fresh URL.';
  }
  if (status === 404 || status === 410) return 'The origin no longer has it; check the URL or get a fresh playlist.';
  if (status === 429) return 'The origin limits requests; wait, then try again with a lower concurrency.';
  if (status === 416) return 'The origin does not have the byte ranges of its playlist; try another variant or origin.';
  return status < 400 ? 'Open the address in a browser to see what it answers.' : 'Try again later.';
}

const unreachableCodes: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_NODATA',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** A name in a public playlist has private addresses only. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
  readonly host: string;
  readonly address: string;

  constructor(host: string, address: string) {
    super(`${host} is at the private address ${address}`);
    this.host = host;
    this.address = address;
  }
}

/** The TransferError for a host that is at a private address. */
export function privateAddressError(subject: Subject, cause: PrivateAddressError): TransferError {
  const { host, address } = cause;
  const where =
    host === address ? `the private address ${address}` : `${host}, which is at the private address ${address}`;
  return transferError(subject, 'POLICY', `a public playlist leads to ${where}`, { cause });
}

function proxyFault(subject: Subject, cause: ProxyError): TransferError {
  const { reason, message, hint, status } = cause;
  return transferError(subject, reason, message, { hint, status, cause });
}

/** undici refuses a request as malformed: ours to answer for, no fault of the origin. */
const refusedRequestCodes: ReadonlySet<string> = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED']);

/**
 * Turns what undici or a socket reports into a TransferError that keeps it as its cause. What is a defect of ours
 * comes back as it is.
 */
export function describeFault(
  cause: unknown,
  subject: Subject,
  progress: { received: number; expected: number | undefined },
): unknown {
  const code = codeOf(cause);
  if (cause instanceof PrivateAddressError) return privateAddressError(subject, cause);
  if (cause instanceof ProxyError) return proxyFault(subject, cause);
  if (refusedRequestCodes.has(code)) return cause;
  const host = URL.canParse(subject.url) ? new URL(subject.url).host : 'the origin';
  if (unreachableCodes.has(code)) {
    return transferError(subject, 'UNREACHABLE', `${unreachableWords(code, host)} (${code})`, { cause });
  }
  if (isTlsCode(code)) return transferError(subject, 'TLS', `no trusted connection to ${host} (${code})`, { cause });
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return transferError(subject, 'CONTENT', `the headers that ${host} sends are too long`, { cause });
  }
  const { received, expected } = progress;
  const breach = protocolBreach(cause);
  if (breach !== undefined) {
    const what =
      received === 0 && expected === undefined
        ? `what ${host} sends is not HTTP (${breach})`
        : `the body is not framed as HTTP says, after ${received} bytes (${breach})`;
    return transferError(subject, 'CONTENT', what, { cause });
  }
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' && received === 0 && expected === undefined) {
    return transferError(subject, 'CONTENT', `the lengths that ${host} states contradict each other`, { cause });
  }
  if (expected !== undefined && received !== expected) {
    return transferError(subject, 'TRUNCATED', `the connection ended after ${received} of ${expected} bytes`, {
      cause,
    });
  }
  if (received > 0) {
    const what = `the connection ended in the middle of the body, after ${received} bytes`;
    return transferError(subject, 'TRUNCATED', what, { cause });
  }
  const what = `${host} ended the connection without an answer (${code || 'no reason given'})`;
  return transferError(subject, 'RESET', what, { cause });
}

/** How HTTP's own framing is broken, in undici's words; the end of the connection in the middle of a body is no breach. */
export function protocolBreach(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || cause.name !== 'HTTPParserError') return undefined;
  const reason = /\(([^)]*)\)$/.exec(cause.message)?.[1] ?? 'no reason given';
  return reason === 'Invalid EOF state' ? undefined : reason;
}

function unreachableWords(code: string, host: string): string {
  if (code === 'ECONNREFUSED') return `nothing listens at ${host}`;
  if (code.startsWith('EAI') || code === 'ENOTFOUND') return `the host ${host} is not known`;
  return `${host} cannot be reached`;
}

/** Whether a code of Node or OpenSSL says that TLS failed. */
export function isTlsCode(code: string): boolean {
  return /CERT|TLS|SSL|EPROTO|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code);
}

/** The code of what a socket or undici reports, of the first where it is several; empty where it has none. */
export function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code;
  return '';
}
