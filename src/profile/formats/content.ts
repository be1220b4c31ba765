import { ProfileError } from '../errors.ts';
import { gunzipSync } from 'node:zlib';

/** A file's content as the formats look at it. */
export type Content =
  | { kind: 'json'; value: unknown }
  | { kind: 'text'; text: string }
  /** Text that begins like JSON and is none. */
  | { kind: 'brokenJson'; text: string; reason: string }
  | { kind: 'binary'; bytes: Uint8Array };

/** A file that V8 could not hold as one string is refused before it is tried. */
export const SIZE_MAX_BYTES = 500 * 2 ** 20;

const GZIP_MAGIC = [0x1f, 0x8b];

/** Do the bytes start as gzip does? */
export function isGzip(start: Uint8Array): boolean {
  return GZIP_MAGIC.every((byte, index) => start[index] === byte);
}

/** Decodes bytes: gzip is unpacked, UTF-8 read as text, text that is JSON parsed. */
export function readContent(bytes: Uint8Array, name: string): Content {
  if (bytes.length > SIZE_MAX_BYTES) throw tooLarge(name, bytes.length);
  if (bytes.length === 0) {
    throw new ProfileError('PROFILE_EMPTY', `${name} is empty`, { hint: 'Record the profile again.' });
  }
  if (isGzip(bytes)) return decode(unpack(bytes, name));
  return decode(bytes);
}

function decode(bytes: Uint8Array): Content {
  // Symbols may hold bytes of another encoding; they become U+FFFD and the profile stays readable.
  const text = new TextDecoder('utf-8').decode(bytes);
  // Protocol buffers may be all letters for long; no text has a zero byte.
  if (bytes.includes(0) || isBinary(text.slice(0, 64 * 1024))) return { kind: 'binary', bytes };
  if (!/^\s*[[{]/.test(text)) return { kind: 'text', text };
  try {
    return { kind: 'json', value: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: 'brokenJson', text, reason: error.message };
    throw error;
  }
}

function isBinary(start: string): boolean {
  const strange = start.match(/\uFFFD/g)?.length ?? 0;
  return strange > start.length / 100;
}

function unpack(bytes: Uint8Array, name: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: SIZE_MAX_BYTES });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(name);
    throw damagedGzip(name, error);
  }
}

/** The error for gzip that cannot be unpacked. */
export function damagedGzip(name: string, cause: unknown): ProfileError {
  return new ProfileError('PROFILE_BROKEN', `${name} is a damaged gzip file`, {
    hint: 'Copy the file again, or unpack it yourself.',
    cause,
  });
}

/** The error for a file with more bytes, as it is or unpacked, than the limit. */
export function tooLarge(name: string, sizeBytes?: number, limitBytes = SIZE_MAX_BYTES): ProfileError {
  const size = sizeBytes === undefined ? 'unpacks to' : `has ${Math.round(sizeBytes / 2 ** 20)} MiB,`;
  return new ProfileError('PROFILE_TOO_LARGE', `${name} ${size} more than the ${limitBytes / 2 ** 20} MiB read here`, {
    hint: 'Fold the stacks first (stackcollapse-perf.pl, inferno-collapse-perf) and open the folded file.',
  });
}
