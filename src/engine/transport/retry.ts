import type { TransferError } from '../errors.ts';
import type { Limits } from '../request.ts';
import { seconds } from './watchdog.ts';

/** What the next step after a failed try is; `why` it is the last, where more than its error is to be told. */
export type RetryDecision = { action: 'retry'; delayMs: number } | { action: 'fail'; why?: string };

export interface FailedTry {
  error: TransferError;
  /** Tries so far, this one included. */
  tries: number;
  /** Of them, those whose bytes were refused, this one included. */
  refusals: number;
  /** How long the resource has made no progress. */
  idleMs: number;
  /** Something of this download has come: the network is there and the address is no typo. */
  isUnderWay: boolean;
}

const baseDelayMs = 200;
const maxDelayMs = 5_000;
/** The last try before the time without progress is over has at least so long, or a tenth of it. */
const lastTryMs = 500;
/** Answers that say "later": RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4. */
const temporaryStatuses: ReadonlySet<number> = new Set([408, 425, 429]);
/** Bytes that are wrong are rarely right the next time: two more tries, no more. */
const contentTries = 3;

/**
 * Decides whether a failed try is worth another: exponential back-off with equal jitter, and not before the wait that
 * the origin announced is over. `random` is in [0, 1).
 */
export function decideRetry(failed: FailedTry, limits: Limits, random: () => number): RetryDecision {
  const { error, tries, idleMs } = failed;
  if (idleMs >= limits.noProgressMs) return { action: 'fail', why: `; nothing useful came for ${seconds(idleMs)}` };
  if (!isWorthAnother(failed, limits)) return { action: 'fail' };
  const ceilingMs = Math.min(maxDelayMs, baseDelayMs * 2 ** (tries - 1));
  const delayMs = Math.round(ceilingMs / 2 + (random() * ceilingMs) / 2);
  if (error.retryAfterMs !== undefined) {
    if (error.retryAfterMs > limits.retryAfterMs)
      return { action: 'fail', why: tooLongAWait(error.retryAfterMs, limits) };
    return { action: 'retry', delayMs: Math.max(error.retryAfterMs, delayMs) };
  }
  const spareMs = limits.noProgressMs - idleMs - Math.min(lastTryMs, limits.noProgressMs / 10);
  if (spareMs > 0) return { action: 'retry', delayMs: Math.min(delayMs, spareMs) };
  return { action: 'fail', why: `; nothing useful came for ${seconds(idleMs)}` };
}

function tooLongAWait(askedMs: number, { retryAfterMs }: Limits): string {
  return ` and asks to wait ${seconds(askedMs)}, longer than the ${seconds(retryAfterMs)} that are allowed`;
}

function isWorthAnother({ error, tries, refusals, isUnderWay }: FailedTry, limits: Limits): boolean {
  if (tries >= limits.tries || refusals >= contentTries) return false;
  switch (error.reason) {
    case 'STATUS':
      return isTemporary(error.status ?? 0);
    case 'UNREACHABLE':
      // A wrong host name in the playlist's URL is the user's typo: say so at once.
      return error.resource !== 'playlist' || isUnderWay;
    case 'TLS':
    case 'TOO_LARGE':
    case 'REDIRECT':
    case 'POLICY':
      return false;
    case 'CONTENT':
    case 'DECRYPT':
    case 'RANGE':
    case 'RESET':
    case 'TIMEOUT':
    case 'STALLED':
    case 'TRUNCATED':
      return true;
  }
}

/** Whether a failed try's bytes were refused for what they are, rather than lost on the way. */
export function isRefusal({ reason }: TransferError): boolean {
  return reason === 'CONTENT' || reason === 'DECRYPT' || reason === 'RANGE';
}

/** Whether a status says that the same request may succeed later. */
export function isTemporary(status: number): boolean {
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
