import { arrangeFindings, lintLines } from '../engine/playlist/lint.ts';
import type { Finding } from '../engine/playlist/model.ts';
import type { PlaylistText, Span } from './playlistText.ts';

/** A finding of the engine's lint with the piece of text that it is about. */
export interface Judgement extends Pick<Finding, 'severity' | 'code' | 'message' | 'expected'> {
  span: Span;
}

/**
 * What the engine's lint finds in a playlist that is being written, in the order of the text, at most 50 of a code. A plain
 * M3U list is not judged: nothing of HLS holds for it. Linear, never throws.
 */
export function judgePlaylist({ kind, lines, raw }: PlaylistText): Judgement[] {
  if (kind === 'list') return [];
  return arrangeFindings(lintLines(lines, kind)).map(({ line, column, ...finding }) => {
    const text = raw[line - 1] ?? '';
    const start = Math.min(column - 1, text.length);
    return { ...finding, span: { line: line - 1, start, end: endOf(text, start) } };
  });
}

/** Where that ends which begins there: a tag's name, a quoted value, a variable, a word of an attribute list, or the line. */
function endOf(text: string, start: number): number {
  const rest = text.slice(start);
  const match = PIECES.map((piece) => piece.exec(rest)).find((found) => found !== null);
  const isUri = !text.trimStart().startsWith('#') && !rest.startsWith('{$');
  const piece = isUri || match === undefined ? rest.trimEnd() : match[0].trimEnd();
  return start + Math.max(piece.length, rest === '' ? 0 : 1);
}

const PIECES = [/^#[^:\s]+/, /^"[^"]*"?/, /^\{\$[^}]*\}?/, /^[^,="]+/];
