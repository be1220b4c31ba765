import type { JobState } from '../../jobs/record.ts';

/** From how long a download takes nobody is expected to watch it to its end. Milliseconds. */
export const LONG_MS = 30_000;

/**
 * Whether the end of a download is to be told in a notification: a failure, and a file with something missing, always; a
 * whole file when nobody looked, or after long. What a person ended is no news to them.
 * @param wallMs how long it took, if that is known.
 */
export function isEndNews(state: JobState, wallMs: number | undefined, isWindowFocused: boolean): boolean {
  switch (state) {
    case 'failed':
    case 'completeWithGaps':
      return true;
    case 'complete':
      return !isWindowFocused || (wallMs ?? 0) > LONG_MS;
    case 'queued':
    case 'running':
    case 'paused':
    case 'cancelled':
    case 'interrupted':
      return false;
  }
}
