import { TransferError, type Resource, type TransferCause, type TransferDetails } from '../errors.ts';

/** What a fault is about, for messages. */
export interface Subject {
  resource: Resource;
  url: string;
  /** Index in the plan, from 0. */
  fragment?: number | undefined;
  /** For people: `fragment 12 of 600`. */
  label: string;
}

/** A TransferError about `subject`: `<label>: <what>`, with the next step that fits its cause. */
export function transferError(
  subject: Subject,
  reason: TransferCause,
  what: string,
  details: Omit<TransferDetails, 'hint' | 'url' | 'fragment'> = {},
): TransferError {
  return new TransferError(subject.resource, reason, `${subject.label}: ${what}`, {
    ...details,
    hint: hintFor(reason, details.status),
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
  return 'Try again later.';
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

/** Turns what undici or a socket reports into a TransferError that keeps it as its cause. */
export function describeFault(
  cause: unknown,
  subject: Subject,
  progress: { received: number; expected: number | undefined },
) {
  const code = codeOf(cause);
  const host = URL.canParse(subject.url) ? new URL(subject.url).host : 'the origin';
  if (unreachableCodes.has(code)) {
    return transferError(subject, 'UNREACHABLE', `${unreachableWords(code, host)} (${code})`, { cause });
  }
  if (isTlsCode(code)) return transferError(subject, 'TLS', `no trusted connection to ${host} (${code})`, { cause });
  const { received, expected } = progress;
  if (expected !== undefined && received !== expected) {
    return transferError(subject, 'TRUNCATED', `the connection ended after ${received} of ${expected} bytes`, {
      cause,
    });
  }
  if (received > 0) {
    return transferError(
      subject,
      'TRUNCATED',
      `the connection ended in the middle of the body, after ${received} bytes`,
      { cause },
    );
  }
  return transferError(
    subject,
    'RESET',
    `${host} ended the connection without an answer (${code || 'no reason given'})`,
    { cause },
  );
}

function unreachableWords(code: string, host: string): string {
  if (code === 'ECONNREFUSED') return `nothing listens at ${host}`;
  if (code.startsWith('EAI') || code === 'ENOTFOUND') return `the host ${host} is not known`;
  return `${host} cannot be reached`;
}

function isTlsCode(code: string): boolean {
  return /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code);
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code;
  return '';
}
