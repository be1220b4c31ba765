import type { ArmSettings } from '../jobs/record.ts';
import { toAbsolute } from './localPath.ts';
import { checkPlaylistUrl } from './playlistLinks.ts';
import { readWishes, type GivenWishes } from './wishes.ts';

/** A `"type": "hotframe"` task as `tasks.json` has it (`contributes.taskDefinitions`). */
export interface HotframeTask
  extends GivenWishes, Partial<Pick<ArmSettings, 'profile' | 'write' | 'concurrency' | 'http'>> {
  url: string;
  output: string;
  headersFile?: string;
}

/** A task definition that cannot run; the message names the property. */
export class TaskDefinitionError extends Error {
  readonly property: string;

  constructor(property: string, message: string) {
    super(`"${property}": ${message}`);
    this.name = 'TaskDefinitionError';
    this.property = property;
  }
}

const CHOICES: Record<'profile' | 'write' | 'http', readonly string[]> = {
  profile: ['cpu', 'native', 'heap', 'none'],
  write: ['buffered', 'streaming'],
  http: ['1.1', '2', 'auto'],
};

/**
 * Checks a definition and makes its paths absolute.
 * @param folder what relative paths start from; without one they are refused.
 * @throws TaskDefinitionError naming the first property that is wrong.
 */
export function parseTask(definition: Readonly<Record<string, unknown>>, folder: string | undefined): HotframeTask {
  const url = requireText(definition, 'url');
  if (checkPlaylistUrl(url) !== undefined) throw new TaskDefinitionError('url', 'is not an http:// or https:// URL');
  const headersFile = optionalText(definition, 'headersFile');
  return {
    url: url.trim(),
    output: requirePath('output', requireText(definition, 'output'), folder),
    ...(headersFile === undefined ? {} : { headersFile: requirePath('headersFile', headersFile, folder) }),
    ...readWishes(definition, (property, message) => new TaskDefinitionError(property, message)),
    ...parseChoices(definition),
    ...parseConcurrency(definition['concurrency']),
  };
}

function parseChoices(definition: Readonly<Record<string, unknown>>): Partial<HotframeTask> {
  const chosen: Record<string, unknown> = {};
  for (const [property, values] of Object.entries(CHOICES)) {
    const value = definition[property];
    if (value === undefined) continue;
    if (!values.includes(value as string)) throw new TaskDefinitionError(property, `is one of ${values.join(', ')}`);
    chosen[property] = value;
  }
  return chosen;
}

function parseConcurrency(value: unknown): Partial<HotframeTask> {
  if (value === undefined) return {};
  if (value === 'auto' || (typeof value === 'number' && Number.isInteger(value) && value >= 1)) {
    return { concurrency: value };
  }
  throw new TaskDefinitionError('concurrency', 'is "auto" or a whole number from 1');
}

function requireText(definition: Readonly<Record<string, unknown>>, property: string): string {
  const value = optionalText(definition, property);
  if (value === undefined) throw new TaskDefinitionError(property, 'is missing');
  return value;
}

function optionalText(definition: Readonly<Record<string, unknown>>, property: string): string | undefined {
  const value = definition[property];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value.trim() === '') throw new TaskDefinitionError(property, 'is not a text');
  return value;
}

function requirePath(property: string, wished: string, folder: string | undefined): string {
  const path = toAbsolute(wished, folder);
  if (path !== undefined) return path;
  throw new TaskDefinitionError(property, 'is relative, and the task is in no folder on a disk');
}
