import type { TransferError } from '../errors.ts';
import type { Limits } from '../request.ts';

/** What the next step after a failed try is. */
export type RetryDecision = { action: 'retry'; delayMs: number } | { action: 'fail' };

export interface FailedTry {
  error: TransferError;
  /** Tries so far, this one included. */
  tries: number;
  /** Since the resource last made progress. */
  idleMs: number;
}

const baseDelayMs = 200;
const maxDelayMs = 5_000;
/** Answers that say "later": RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4. */
const temporaryStatuses: ReadonlySet<number> = new Set([408, 425, 429]);
/** Bytes that are wrong are rarely right the next time: two more tries, no more. */
const contentTries = 3;

/**
 * Decides whether a failed try is worth another: exponential back-off with equal jitter, or the wait that the origin
 * announced. `random` is in [0, 1).
 */
export function decideRetry({ error, tries, idleMs }: FailedTry, limits: Limits, random: () => number): RetryDecision {
  if (tries >= triesFor(error, limits)) return { action: 'fail' };
  if (error.retryAfterMs !== undefined) {
    return error.retryAfterMs > limits.retryAfterMs
      ? { action: 'fail' }
      : { action: 'retry', delayMs: error.retryAfterMs };
  }
  const ceilingMs = Math.min(maxDelayMs, baseDelayMs * 2 ** (tries - 1));
  const delayMs = Math.round(ceilingMs / 2 + (random() * ceilingMs) / 2);
  return idleMs + delayMs > limits.noProgressMs ? { action: 'fail' } : { action: 'retry', delayMs };
}

function triesFor(error: TransferError, limits: Limits): number {
  switch (error.reason) {
    case 'STATUS':
      return isTemporary(error.status ?? 0) ? limits.tries : 1;
    case 'UNREACHABLE':
      // A wrong host name in the playlist's URL is the user's typo: say so at once.
      return error.resource === 'playlist' ? 1 : limits.tries;
    case 'TLS':
    case 'TOO_LARGE':
    case 'REDIRECT':
    case 'POLICY':
      return 1;
    case 'CONTENT':
    case 'DECRYPT':
    case 'RANGE':
      return Math.min(contentTries, limits.tries);
    case 'RESET':
    case 'TIMEOUT':
    case 'STALLED':
    case 'TRUNCATED':
      return limits.tries;
  }
}

function isTemporary(status: number): boolean {
  return status >= 500 || temporaryStatuses.has(status);
}

/**
 * Retry-After in milliseconds from `nowMs` (RFC 9110 §10.2.3: seconds or an HTTP date), never negative; `undefined`
 * when it is neither.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const dateMs = Date.parse(value);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
