import { exitCodeFor, type ErrorCode, type ExitCode } from '../engine/errors.ts';
import type { JobState } from '../jobs/record.ts';

/** The exit code of a download, the same as the command line's (docs/reference.md, "Exit codes"). */
export function exitCodeOf(state: JobState, code?: ErrorCode): ExitCode {
  switch (state) {
    case 'complete':
      return 0;
    case 'completeWithGaps':
      return 6;
    case 'cancelled':
    case 'interrupted':
    case 'paused':
      return 130;
    case 'failed':
    case 'queued':
    case 'running':
      return code === undefined ? 3 : exitCodeFor(code);
  }
}
