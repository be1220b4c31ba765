import { TransferError, type EngineError } from '../errors.ts';
import type { MediaPlaylist } from '../playlist/model.ts';

/** When and how the playlist is read next. */
export interface NextReading {
  /** When to begin, on the clock of `now`; may be past. */
  atMs: number;
  /** Delivery directives (RFC 8216bis §6.2.5). */
  query: Readonly<Record<string, string>>;
  /** How long an answer may take. */
  timeoutMs: number;
}

/** How the last reading ended. */
export type ReadingResult =
  | { state: 'news' | 'unchanged' | 'stale'; playlist: MediaPlaylist; query: NextReading['query'] }
  | { state: 'failed'; error: EngineError; failures: number; query: NextReading['query'] };

/** What the next reading is decided from. Never changed. */
export interface Pace {
  targetMs: number;
  /** How long the fragments of the last good reading are together. */
  windowMs: number;
  canBlock: boolean;
  /** Delta updates are offered to who has a reading of at most this age (half the skip boundary); 0 when they are not. */
  deltaMaxAgeMs: number;
  /** Blocking requests in a row that were not held as they should have been. */
  blockingStrikes: number;
  /** Delta updates in a row that did not fit. */
  deltaStrikes: number;
}

/** So often an offer of the origin may turn out empty until it is not taken up any more. */
const maxStrikes = 2;
const leastTimeoutMs = 5_000;
/** Where a playlist says nothing of its target duration or its fragments. */
const usualTargetS = 6;

/** The pace of a playlist that has just been read for the first time. */
export function paceOf(playlist: MediaPlaylist): Pace {
  return adapt(
    { targetMs: 0, windowMs: 0, canBlock: false, deltaMaxAgeMs: 0, blockingStrikes: 0, deltaStrikes: 0 },
    playlist,
  );
}

/** The pace after a good reading, by what it says. */
export function adapt(pace: Pace, { targetDurationS, fragments, serverControl }: MediaPlaylist): Pace {
  const windowS = fragments.reduce((sum, { durationS }) => sum + durationS, 0);
  const longestS = fragments.reduce((longest, { durationS }) => Math.max(longest, durationS), 0);
  return {
    ...pace,
    targetMs: (targetDurationS || longestS || usualTargetS) * 1000,
    windowMs: windowS * 1000,
    canBlock: serverControl?.canBlockReload === true,
    // §6.3.7: no older than half the skip boundary.
    deltaMaxAgeMs: (serverControl?.canSkipUntilS ?? 0) * 500,
  };
}

/** The pace with the origin's blocking judged by how it answered: at once and without news is no blocking. */
export function judgeBlocking(pace: Pace, result: ReadingResult, tookMs: number): Pace {
  if (result.query['_HLS_msn'] === undefined) return pace;
  if (result.state === 'news') return { ...pace, blockingStrikes: 0 };
  const isRefused = result.state === 'failed' && result.error instanceof TransferError && result.error.status === 400;
  const isIgnored = result.state !== 'failed' && tookMs < pace.targetMs / 2;
  return isRefused || isIgnored ? { ...pace, blockingStrikes: pace.blockingStrikes + 1 } : pace;
}

/** Whether the next reading may be asked for as a delta update of one that is `ageMs` old. */
export function mayAskForDelta(pace: Pace, ageMs: number): boolean {
  return pace.deltaStrikes < maxStrikes && ageMs < pace.deltaMaxAgeMs;
}

/** Whether the origin holds a reload until there is news, as far as is known. */
export function canBlock(pace: Pace): boolean {
  return pace.canBlock && pace.blockingStrikes < maxStrikes;
}

/** What a blocking reload waits for: a fragment, or the part of it at that place (§6.2.5.2). */
export interface Awaited {
  sequence: number;
  part?: number;
}

/**
 * When the playlist is read again (RFC 8216bis §6.3.4): after news a target duration from the start of the last reading, after
 * none half of one, after a failure between half and one of them from now, as long as it lasts; where the origin holds its
 * answer until `awaited` is there, at once after news.
 */
export function nextReading(
  pace: Pace,
  last: ReadingResult,
  startedMs: number,
  nowMs: number,
  awaited: Awaited | undefined,
): NextReading {
  const plainMs = Math.max(leastTimeoutMs, 2 * pace.targetMs);
  if (last.state === 'failed') {
    return { atMs: nowMs + failureDelayMs(pace, last.error, last.failures), query: {}, timeoutMs: plainMs };
  }
  const isBlocking = awaited !== undefined && canBlock(pace);
  const query = isBlocking ? directivesFor(awaited) : {};
  const timeoutMs = isBlocking ? Math.max(leastTimeoutMs, 3 * pace.targetMs) : plainMs;
  if (last.state !== 'news') return { atMs: startedMs + pace.targetMs / 2, query, timeoutMs };
  return { atMs: isBlocking ? nowMs : startedMs + newsDelayMs(pace), query, timeoutMs };
}

function directivesFor({ sequence, part }: Awaited): Record<string, string> {
  return { _HLS_msn: String(sequence), ...(part === undefined ? {} : { _HLS_part: String(part) }) };
}

/** A window shorter than two target durations would slide on in one; half of one is what is allowed in any case. */
function newsDelayMs({ targetMs, windowMs }: Pace): number {
  return Math.max(targetMs / 2, Math.min(targetMs, windowMs / 2));
}

/** A wait that the origin asks for is granted as far as the window lasts. */
function failureDelayMs({ targetMs, windowMs }: Pace, error: EngineError, failures: number): number {
  const delayMs = targetMs * Math.min(1, 0.5 + 0.125 * (failures - 1));
  const askedMs = error instanceof TransferError ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(delayMs, Math.min(askedMs, windowMs / 2));
}

/**
 * How long nothing new may come until a stream is dead, in seconds: three times what the playlist lists, at least six target
 * durations and a minute, at most an hour (an event's playlist lists hours).
 */
export function deadAfterS({ targetMs, windowMs }: Pace): number {
  return Math.max(60, (6 * targetMs) / 1000, Math.min((3 * windowMs) / 1000, 3600));
}
