import { lexLines, type Line, type TagLine } from '../engine/playlist/lines.ts';

/** A piece of one line of a text as editors count: line and UTF-16 columns from 0, `end` exclusive. */
export interface Span {
  line: number;
  start: number;
  end: number;
}

/** What a text is, as far as it is written: `list` is an M3U list of files or channels, which is no HLS. */
export type PlaylistKind = 'multivariant' | 'media' | 'list';

/** A playlist while somebody works on it: nothing in it need be right. */
export interface PlaylistText {
  kind: PlaylistKind;
  /** Tags and URIs, without blank lines and comments; their places count from 1. */
  lines: readonly Line[];
  /** Every line as it is, without its end. */
  raw: readonly string[];
}

/** Splits a text as editors do (LF, CRLF or a lone CR ends a line) and reads its tags. Linear, never throws. */
export function readPlaylistText(text: string): PlaylistText {
  const lines = lexLines(text);
  return { kind: kindOf(lines), lines, raw: text.split(/\r\n|\r|\n/) };
}

const MULTIVARIANT: ReadonlySet<string> = new Set(['EXT-X-STREAM-INF', 'EXT-X-I-FRAME-STREAM-INF', 'EXT-X-MEDIA']);

/** The first tag that only one kind of playlist has decides; tags of the other kind are findings then. */
function kindOf(lines: readonly Line[]): PlaylistKind {
  let isHls = false;
  let hasEntry = false;
  for (const line of lines) {
    if (line.kind === 'uri') hasEntry = true;
    else if (MULTIVARIANT.has(line.name)) return 'multivariant';
    else if (line.name.startsWith('EXT-X-')) isHls = true;
    else if (line.name === 'EXTINF') {
      if (isHls) return 'media';
      hasEntry = true;
    }
  }
  return isHls || !hasEntry ? 'media' : 'list';
}

/** The span of a tag's name with its `#`. */
export function tagNameSpan({ line, column, name }: TagLine): Span {
  return { line: line - 1, start: column - 1, end: column + name.length };
}
