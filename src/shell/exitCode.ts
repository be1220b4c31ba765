import type { ErrorCode, ExitCode } from '../engine/errors.ts';
import type { JobState } from '../jobs/record.ts';

/** Codes of `PlaylistError`; every other `HLS_PLAYLIST_…` tells of the transfer. */
const PLAYLIST_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'HLS_PLAYLIST_NOT_HLS',
  'HLS_PLAYLIST_SYNTAX',
  'HLS_PLAYLIST_EMPTY',
  'HLS_PLAYLIST_LIVE',
  'HLS_PLAYLIST_VARIANT',
  'HLS_PLAYLIST_DRM',
  'HLS_PLAYLIST_ENCRYPTION',
]);

/** The exit code of a download, the same as the command line's (README, "Exit codes"). */
export function exitCodeOf(state: JobState, code?: ErrorCode): ExitCode {
  switch (state) {
    case 'complete':
      return 0;
    case 'completeWithGaps':
      return 6;
    case 'cancelled':
    case 'interrupted':
      return 130;
    case 'failed':
    case 'running':
      return exitCodeOfError(code);
  }
}

function exitCodeOfError(code: ErrorCode | undefined): ExitCode {
  if (code === undefined) return 3;
  if (code === 'HLS_OPTION' || code === 'HLS_URL') return 2;
  if (PLAYLIST_CODES.has(code)) return 4;
  return code.startsWith('HLS_DISK_') ? 5 : 3;
}
