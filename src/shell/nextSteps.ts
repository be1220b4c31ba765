import { exitCodeFor, type ErrorReport } from '../engine/errors.ts';

/**
 * What a person can do after a failure. `resume` and `tryAgain` are the same but for their name: where nothing was kept
 * there is nothing to resume. So are `resumeWithNewUrl` and `changeUrl`.
 */
export type Step = 'resume' | 'tryAgain' | 'resumeWithNewUrl' | 'changeUrl' | 'allowGaps' | 'chooseFolder';

/** Answers that a new address with a fresh token may change (RFC 9110 §15.5.2 and §15.5.4). */
const DENIED: readonly (number | undefined)[] = [401, 403];

/** Failures of one fragment while the origin is well: another try may be as fruitless, going on without it is not. */
const HOPELESS = /^HLS_(FRAGMENT|INIT|KEY)_(STATUS|TRUNCATED|TOO_LARGE|RANGE|CONTENT|DECRYPT)$/;

/**
 * What helps after a failure, the best first.
 * @param hasKept whether fragments were kept for a resume.
 */
export function stepsAfter(error: ErrorReport | undefined, hasKept: boolean): Step[] {
  const again = hasKept ? 'resume' : 'tryAgain';
  const newUrl = hasKept ? 'resumeWithNewUrl' : 'changeUrl';
  if (error === undefined) return [again];
  const { code, status } = error;
  if (code.startsWith('HLS_DISK_')) return stepsAfterDisk(error, again);
  if (DENIED.includes(status)) return [newUrl];
  if (code === 'HLS_PLAYLIST_CHANGED') return [again];
  if (code === 'HLS_URL' || code === 'HLS_OPTION' || exitCodeFor(code) === 4) return [newUrl];
  if (code.startsWith('HLS_PLAYLIST_')) return [again, newUrl];
  const isOriginIll = status !== undefined && (status === 429 || status >= 500);
  return HOPELESS.test(code) && !isOriginIll ? [again, 'allowGaps'] : [again];
}

function stepsAfterDisk({ code }: ErrorReport, again: Step): Step[] {
  switch (code) {
    case 'HLS_DISK_BUSY':
    case 'HLS_DISK_REMOVED':
      return [again, 'chooseFolder'];
    case 'HLS_DISK_FULL':
    case 'HLS_DISK_IO':
      return ['chooseFolder', again];
    default:
      return ['chooseFolder'];
  }
}
