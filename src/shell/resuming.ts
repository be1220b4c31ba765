import { stat } from 'node:fs/promises';
import type { JobRecord, JobRequest } from '../jobs/record.ts';
import type { JobSecrets } from '../jobs/secrets.ts';
import { checkPlaylistUrl } from './playlistLinks.ts';
import type { DownloadOptions } from './downloads.ts';
import { pickWishes } from './wishes.ts';
import { withoutUndefined } from './withoutUndefined.ts';

/** What may differ when a job goes on. */
export interface ResumeChange {
  /** A fresh URL of the same playlist; a person is asked before headers go to another origin. */
  url?: string;
  allowGaps?: boolean;
}

/** The argument of the command `hotframe.resume` behind the job: what it holds of a change, and nothing else. */
export function toResumeChange(value: unknown): ResumeChange {
  if (typeof value !== 'object' || value === null) return {};
  const { url, allowGaps } = value as Record<string, unknown>;
  if (url !== undefined && (typeof url !== 'string' || checkPlaylistUrl(url) !== undefined)) {
    throw new TypeError('"url" is no http(s) URL');
  }
  return {
    ...(url === undefined ? {} : { url: url.trim() }),
    ...(typeof allowGaps === 'boolean' ? { allowGaps } : {}),
  };
}

/**
 * What a job goes on with: its own request and settings. Gaps once allowed stay allowed, and the setting as it is now
 * may allow them.
 */
export function resumeOptions(
  request: JobRequest,
  secrets: JobSecrets,
  change: ResumeChange,
  areGapsAllowed: boolean,
): DownloadOptions {
  const { output, settings } = request;
  const { url, headers, ca } = secrets;
  const allowGaps = change.allowGaps ?? (request.allowGaps === true || areGapsAllowed);
  return {
    url: change.url ?? url,
    output,
    ...withoutUndefined({ headers, ca }),
    ...pickWishes(request),
    allowGaps,
    settings,
  };
}

/**
 * A job's secrets at another URL: its headers go to another origin only when a person says so. Nothing when the person leaves.
 * @param ask with the headers' names, the URL that they were given for and the other one
 */
export async function secretsAt(
  url: string,
  before: JobSecrets | undefined,
  ask: (names: readonly string[], given: URL, other: URL) => Promise<'send' | 'leaveOut' | undefined>,
): Promise<JobSecrets | undefined> {
  const { headers, ...others } = before ?? {};
  const names = Object.keys(headers ?? {});
  if (before === undefined || headers === undefined || names.length === 0) return { ...others, url };
  const [given, other] = [new URL(before.url), new URL(url)];
  const answer = given.origin === other.origin ? 'send' : await ask(names, given, other);
  if (answer === undefined) return undefined;
  return { ...others, url, ...(answer === 'send' ? { headers } : {}) };
}

/** Whether, since a job was made, somebody put a file where its own is to be. */
export async function hasReplaced({ createdAt, request }: JobRecord): Promise<boolean> {
  try {
    return (await stat(request.output)).mtimeMs > Date.parse(createdAt);
  } catch (error) {
    // Whatever else is wrong with the place, the download meets and tells it.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
