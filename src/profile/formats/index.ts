import { ProfileError } from '../errors.ts';
import type { Profile } from '../model.ts';
import type { Content } from './content.ts';
import { readContent } from './content.ts';
import * as cpuprofile from './cpuprofile.ts';
import * as flamegraphSvg from './flamegraphSvg.ts';
import * as folded from './folded.ts';
import * as gecko from './gecko.ts';
import * as heapprofile from './heapprofile.ts';
import * as perfScript from './perfScript.ts';
import * as pprof from './pprof.ts';
import * as speedscope from './speedscope.ts';
import * as traceEvents from './traceEvents.ts';
import { UNREADABLE_FORMATS } from './unreadable.ts';
import { ADDED_KEY, toldLosses, unpackTimeline } from '../timelineFile.ts';

const ADDED_COMMENT = new RegExp(`^# ${ADDED_KEY}: (.*)$`, 'm');
/** The comment is looked for so far from the end: a timeline of 10,000 fragments has a megabyte. */
const COMMENT_LENGTH = 4 * 2 ** 20;

/** Formats that are read, the most certain signs first. */
const FORMATS = [speedscope, gecko, cpuprofile, heapprofile, traceEvents, pprof, flamegraphSvg, perfScript] as const;

/**
 * Reads a profile of any known format, recognised by its content; gzip is unpacked.
 *
 * @param name what messages call the file
 * @throws {ProfileError} PROFILE_FORMAT, PROFILE_BROKEN, PROFILE_EMPTY, PROFILE_TOO_LARGE
 */
export function readProfile(bytes: Uint8Array, name: string): Profile {
  const content = readContent(bytes, name);
  const format = FORMATS.find(({ detect }) => detect(content));
  if (format !== undefined) return parseWhole(format, content);
  const known = UNREADABLE_FORMATS.find((format) => format.detect(content));
  if (known !== undefined) {
    throw new ProfileError('PROFILE_FORMAT', `${name} is ${known.name}, which is not readable yet`, {
      hint: known.hint,
    });
  }
  // Last, because almost any text with numbers at the ends of its lines could be folded stacks.
  if (folded.detect(content)) return parseWhole(folded, content);
  throw unknown(content, name);
}

function parseWhole(format: { parse: (content: Content) => Profile }, content: Content): Profile {
  try {
    return withAdded(format.parse(content), content);
  } catch (error) {
    // What is beyond a string, an array or a map of V8 is beyond a viewer, too.
    if (!(error instanceof RangeError)) throw error;
    throw new ProfileError('PROFILE_TOO_LARGE', `the profile is larger than can be held in memory: ${error.message}`, {
      hint: 'Record for a shorter time or with a longer sampling interval.',
      cause: error,
    });
  }
}

/** With what Hotframe adds to the profiles that it records: under a key of its own in JSON, in a comment of folded stacks. */
function withAdded(profile: Profile, content: Content): Profile {
  const added = addedIn(content);
  const timeline = unpackTimeline(added);
  return { ...profile, lost: [...profile.lost, ...toldLosses(added)], ...(timeline ? { timeline } : {}) };
}

function addedIn(content: Content): unknown {
  switch (content.kind) {
    case 'json':
      return isObject(content.value) ? content.value[ADDED_KEY] : undefined;
    case 'text':
      return parseAdded(ADDED_COMMENT.exec(content.text.slice(-COMMENT_LENGTH))?.[1] ?? 'null');
    case 'brokenJson':
    case 'binary':
      return undefined;
  }
}

/** A profile whose comment is damaged is a profile all the same. */
function parseAdded(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknown(content: Content, name: string): ProfileError {
  if (content.kind === 'brokenJson') {
    return new ProfileError('PROFILE_BROKEN', `${name} is not whole: ${content.reason}`, {
      hint: 'The file was cut off or damaged; copy or record it again.',
    });
  }
  if (content.kind === 'text' && content.text.trim() === '') {
    return new ProfileError('PROFILE_EMPTY', `${name} holds nothing but blanks`, { hint: 'Record the profile again.' });
  }
  return new ProfileError('PROFILE_FORMAT', `${name} is not a profile that is known here`, {
    hint: 'Known are V8 CPU and heap profiles, perf script text, folded stacks (a;b;c 12), flame graphs as SVG (flamegraph.pl, inferno), pprof, speedscope, Firefox and samply, Chrome trace events.',
  });
}
