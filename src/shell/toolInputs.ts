import { isJobId } from '../jobs/record.ts';
import { toAbsolute } from './localPath.ts';
import { checkPlaylistUrl } from './playlistLinks.ts';

/** What `hotframe_download_playlist` takes. */
export interface DownloadInput {
  url: string;
  /** Absolute here; a relative one starts at the workspace folder. */
  output: string;
  variant?: string;
  audio?: string;
  subtitles?: string;
  /** Seconds. */
  duration?: number;
}

/** What `hotframe_list_jobs` takes. */
export interface ListInput {
  limit: number;
  state?: string;
}

/** What `hotframe_hot_frames` takes. */
export interface HotFramesInput {
  job: string;
  /** Name of one of the job's profiles; its first one without it. */
  profile?: string;
  top: number;
}

/** Bounds and defaults of the inputs, as the manifest declares them. */
export const toolBounds = {
  limit: { minimum: 1, maximum: 100, default: 20 },
  top: { minimum: 1, maximum: 50, default: 10 },
  duration: { minimum: 1, maximum: 86_400 },
  states: ['running', 'complete', 'completeWithGaps', 'failed', 'cancelled', 'interrupted'],
} as const;

/** An input that does not fit its schema; the message is for the model, and names the property. */
export class ToolInputError extends Error {
  constructor(property: string, message: string) {
    super(`"${property}" ${message}`);
    this.name = 'ToolInputError';
  }
}

/**
 * Reads the input of `hotframe_download_playlist`: not every caller holds it against the schema first.
 * @param folder what a relative output starts from.
 * @throws ToolInputError for the first property that is wrong.
 */
export function readDownloadInput(input: unknown, folder: string | undefined): DownloadInput {
  const given = readObject(input, ['url', 'output', 'variant', 'audio', 'subtitles', 'duration']);
  const url = required(given, 'url');
  if (checkPlaylistUrl(url) !== undefined) throw new ToolInputError('url', 'is not an http:// or https:// URL');
  return {
    url: url.trim(),
    output: readOutput(required(given, 'output'), folder),
    ...optional(given, 'variant'),
    ...optional(given, 'audio'),
    ...optional(given, 'subtitles'),
    ...(given.has('duration') ? { duration: readNumber(given, 'duration', toolBounds.duration) } : {}),
  };
}

/** Reads the input of `hotframe_list_jobs`. Throws ToolInputError. */
export function readListInput(input: unknown): ListInput {
  const given = readObject(input, ['limit', 'state']);
  const { state } = optional(given, 'state');
  const states: readonly string[] = toolBounds.states;
  if (state !== undefined && !states.includes(state)) {
    throw new ToolInputError('state', `is not one of ${states.join(', ')}`);
  }
  return { limit: readWhole(given, 'limit', toolBounds.limit), ...(state === undefined ? {} : { state }) };
}

/** Reads the input of `hotframe_hot_frames`. Throws ToolInputError. */
export function readHotFramesInput(input: unknown): HotFramesInput {
  const given = readObject(input, ['job', 'profile', 'top']);
  const job = required(given, 'job');
  if (!isJobId(job)) throw new ToolInputError('job', 'is no id of a job; hotframe_list_jobs names them');
  return { job, ...optional(given, 'profile'), top: readWhole(given, 'top', toolBounds.top) };
}

function readObject(input: unknown, known: readonly string[]): Map<string, unknown> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new ToolInputError('input', 'is not an object');
  }
  const given = new Map<string, unknown>(Object.entries(input).filter(([, value]) => value !== undefined));
  for (const name of given.keys()) {
    if (!known.includes(name)) throw new ToolInputError(name, `is not known; there are ${known.join(', ')}`);
  }
  return given;
}

function required(given: ReadonlyMap<string, unknown>, name: string): string {
  const value = given.get(name);
  if (typeof value !== 'string' || value.trim() === '') throw new ToolInputError(name, 'is missing or not a text');
  return value;
}

function optional<Name extends string>(given: ReadonlyMap<string, unknown>, name: Name): { [Key in Name]?: string } {
  return given.has(name) ? ({ [name]: required(given, name) } as { [Key in Name]?: string }) : {};
}

function readNumber(
  given: ReadonlyMap<string, unknown>,
  name: string,
  { minimum, maximum }: { minimum: number; maximum: number },
): number {
  const value = given.get(name);
  if (typeof value === 'number' && value >= minimum && value <= maximum) return value;
  throw new ToolInputError(name, `is not a number from ${minimum} to ${maximum}`);
}

function readWhole(
  given: ReadonlyMap<string, unknown>,
  name: string,
  bounds: { minimum: number; maximum: number; default: number },
): number {
  const value = given.has(name) ? readNumber(given, name, bounds) : bounds.default;
  if (!Number.isInteger(value)) throw new ToolInputError(name, 'is not a whole number');
  return value;
}

function readOutput(wished: string, folder: string | undefined): string {
  const path = toAbsolute(wished, folder);
  if (path === undefined) throw new ToolInputError('output', 'is relative, and no folder on a disk is open');
  return path;
}
