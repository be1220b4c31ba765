import { SourceMap, type SourceMapPayload } from 'node:module';
import { posix, win32 } from 'node:path';
import { findNamed } from './namedFile.ts';

/** A place in a file: an absolute path, line and column from 1. */
export interface FilePlace {
  path: string;
  line: number;
  column: number;
}

/** A larger map is not worth the wait. */
export const MAP_MAX_BYTES = 64 * 2 ** 20;

/** How far from its end a script may name its map: the comment stands in the last lines. */
const COMMENT_ROOM = 4096;

const INLINE = /^data:application\/json(?:;charset=[\w-]+)?(;base64)?,/;

/** Where a script says that its map is: a path, or the map itself; undefined where it says nothing that is on this machine. */
export function mapOf(script: string, scriptPath: string): { path: string } | { text: string } | undefined {
  const end = script.slice(-COMMENT_ROOM);
  const matches = [...end.matchAll(/^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm)];
  const address = matches.at(-1)?.[1] ?? inlineMap(script);
  if (address === undefined) return undefined;
  const inline = INLINE.exec(address);
  if (inline !== null) {
    const data = address.slice(inline[0].length);
    return { text: inline[1] === undefined ? decodeURIComponent(data) : Buffer.from(data, 'base64').toString('utf8') };
  }
  const path = resolve(scriptPath, address);
  return path === undefined ? undefined : { path };
}

/** A map inside of the script is longer than the room in which a comment is looked for. */
function inlineMap(script: string): string | undefined {
  const at = script.lastIndexOf('\n//# sourceMappingURL=data:');
  if (at < 0) return undefined;
  const line = script.slice(at + '\n//# sourceMappingURL='.length);
  return /\n\S/.test(line) ? undefined : line.trim();
}

/**
 * Where the code at a place of a generated script was written, by the script's map; undefined where the map says nothing of it.
 *
 * @param map text of the map, and the path that its sources are relative to
 * @throws {SyntaxError} when the map is none
 */
export function findOriginal(place: FilePlace, map: { text: string; path: string }): FilePlace | undefined {
  const payload: unknown = JSON.parse(map.text.replace(/^\)\]\}'[^\n]*\n/, ''));
  if (!isMap(payload)) throw new SyntaxError('it is no source map');
  const entry = new SourceMap(payload).findEntry(place.line - 1, place.column - 1);
  // Node answers with an empty object where nothing is mapped.
  if (!('originalSource' in entry) || typeof entry.originalSource !== 'string') return undefined;
  // What the map puts on another line than asked for is of other code.
  if (entry.generatedLine !== place.line - 1) return undefined;
  const root: unknown = payload.sourceRoot;
  const isRooted = typeof root === 'string' && root !== '' && !isAbsolute(entry.originalSource);
  const source = isRooted ? `${root.replace(/\/$/, '')}/${entry.originalSource}` : entry.originalSource;
  const path = resolve(map.path, source);
  return path === undefined ? undefined : { path, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

function isMap(value: unknown): value is SourceMapPayload {
  if (typeof value !== 'object' || value === null) return false;
  const { mappings, sources } = value as Record<string, unknown>;
  return (
    typeof mappings === 'string' && Array.isArray(sources) && sources.every((source) => typeof source === 'string')
  );
}

function isAbsolute(source: string): boolean {
  return posix.isAbsolute(source) || win32.isAbsolute(source) || /^[a-z][a-z0-9+.-]*:/i.test(source);
}

/** The path of something that a file names; undefined for what is not on this machine. */
function resolve(from: string, to: string): string | undefined {
  const isWindows = win32.isAbsolute(from) && !posix.isAbsolute(from);
  const named = findNamed(to.startsWith('file:') ? to : decodePath(to), isWindows);
  if (named === undefined) return undefined;
  if ('absolute' in named) return named.absolute;
  const paths = isWindows ? win32 : posix;
  return paths.resolve(paths.dirname(from), named.relative);
}

/** Maps hold addresses, so that a blank may be written as `%20`. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}
