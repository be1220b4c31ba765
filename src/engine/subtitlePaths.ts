import path from 'node:path';
import type { CheckedRequest } from './checkRequest.ts';
import { outputPaths } from './output/paths.ts';
import type { Stream } from './source.ts';

/** Where the joined subtitles go that are files of their own: beside the output as `<name>.<language>.vtt` or `.srt`. */
export function subtitlePaths(
  { output, subtitleFormat = 'vtt' }: Pick<CheckedRequest, 'output' | 'subtitleFormat'>,
  subtitles: readonly Stream[],
): string[] {
  const { dir, name } = path.parse(output);
  return outputPaths(path.join(dir, `${name}.${subtitleFormat}`), subtitles);
}
