import { readSections } from './fragments.ts';
import type { PlaylistText } from './playlistText.ts';

/** Lines that can be folded into the first one; they count from 0, `to` is the last one. */
export interface Fold {
  from: number;
  to: number;
  isComment: boolean;
}

/** Lines that a fold has at least: two are not worth an arrow in the margin. */
const MIN_LINES = 3;

/**
 * The folds of a playlist: sections between discontinuities, fragments of several tags, variants, runs of the same tag, and
 * comments.
 */
export function foldPlaylist(playlist: PlaylistText): Fold[] {
  const found = [...foldComments(playlist.raw), ...foldRuns(playlist)];
  if (playlist.kind !== 'multivariant') {
    const sections = readSections(playlist.lines);
    if (sections.length > 1) found.push(...sections.map(toFold));
    for (const { fragments } of sections) found.push(...fragments.map(toFold));
  }
  const seen = new Set<number>();
  return found
    .filter(({ from, to }) => to - from + 1 >= MIN_LINES)
    .toSorted((a, b) => a.from - b.from || b.to - a.to)
    .filter(({ from }) => !seen.has(from) && seen.add(from));
}

function toFold({ from, to }: { from: number; to: number }): Fold {
  return { from, to, isComment: false };
}

function foldComments(raw: readonly string[]): Fold[] {
  const isComment = raw.map((line) => /^\s*#(?!EXT)/.test(line));
  return runsOf(isComment.map((is, line) => ({ key: is ? 'comment' : undefined, line }))).map((run) => ({
    ...run,
    isComment: true,
  }));
}

/** Variants have their URI below them; of other tags those fold that follow upon each other. */
function foldRuns({ kind, lines }: PlaylistText): Fold[] {
  const isMultivariant = kind === 'multivariant';
  const keys = lines.map((line) => {
    const key = line.kind === 'tag' && line.name !== 'EXTINF' ? line.name : undefined;
    return { key: isMultivariant && line.kind === 'uri' ? 'EXT-X-STREAM-INF' : key, line: line.line - 1 };
  });
  return runsOf(keys).map(toFold);
}

/** Runs of the same key, by their first and last line; none where there is no key. */
function runsOf(keys: readonly { key: string | undefined; line: number }[]): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  let key: string | undefined;
  for (const item of keys) {
    const last = runs.at(-1);
    if (item.key !== undefined && item.key === key && last !== undefined) last.to = item.line;
    else if (item.key !== undefined) runs.push({ from: item.line, to: item.line });
    key = item.key;
  }
  return runs;
}
