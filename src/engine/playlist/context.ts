import { PlaylistError } from '../errors.ts';
import type { Attribute, Attributes } from './attributes.ts';
import { readAttributes } from './attributes.ts';
import type { Place, TagLine } from './lines.ts';
import type { Variables } from './variables.ts';

/** What every part of the reader needs: where the playlist came from, and its variables. */
export interface Context {
  /** Absolute http(s) URL of the playlist. */
  url: string;
  variables: Variables;
}

const SYNTAX_HINT = 'Ask the publisher of the stream to correct the playlist; `hotframe inspect` lists what is wrong.';

/** A PlaylistError that names the line; `message` continues "Line 7: …". */
export function syntaxError(url: string, place: Place, message: string, cause?: unknown): PlaylistError {
  return new PlaylistError('HLS_PLAYLIST_SYNTAX', `Line ${place.line} of the playlist: ${message}`, {
    hint: SYNTAX_HINT,
    url,
    cause,
  });
}

/** The tag's attributes with variables substituted (RFC 8216bis §4.3). Throws PlaylistError for an undefined variable. */
export function attributesOf(tag: TagLine, context: Context): Attributes {
  return readAttributes(tag, (text, place) => context.variables.substitute(text, place));
}

/** The non-empty value of an attribute. */
export function textOf(attributes: Attributes, name: string): string | undefined {
  const value = attributes.get(name)?.value;
  return value === '' ? undefined : value;
}

/**
 * The absolute URL of a URI line or URI attribute, without its fragment part.
 * Throws PlaylistError for what is no URL and for every scheme but http and https: a playlist from the network must not
 * make us read local files.
 */
export function resolveUri(uri: string, place: Place, context: Context): string {
  const url = uri === '' ? null : URL.parse(uri, context.url);
  if (url === null) throw syntaxError(context.url, place, 'the URI is not valid.');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw syntaxError(
      context.url,
      place,
      `a URI with the scheme ${url.protocol} is refused; only http and https are fetched.`,
    );
  }
  if (url.hash !== '') url.hash = '';
  return url.href;
}

/** The absolute URL of a URI that is told but never trusted; undefined when it is none of the web. */
export function webUrl(uri: string | undefined, base: string): string | undefined {
  const url = uri === undefined || uri === '' ? null : URL.parse(uri, base);
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;
}

/** The absolute URL of a tag's URI attribute; throws PlaylistError when it is missing. */
export function resolveUriAttribute(attribute: Attribute | undefined, tag: TagLine, context: Context): string {
  if (attribute === undefined) throw syntaxError(context.url, tag, `#${tag.name} has no URI.`);
  return resolveUri(attribute.value, attribute, context);
}
