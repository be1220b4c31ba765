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
    return format.parse(content);
  } catch (error) {
    // What is beyond a string, an array or a map of V8 is beyond a viewer, too.
    if (!(error instanceof RangeError)) throw error;
    throw new ProfileError('PROFILE_TOO_LARGE', `the profile is larger than can be held in memory: ${error.message}`, {
      hint: 'Record for a shorter time or with a longer sampling interval.',
      cause: error,
    });
  }
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
