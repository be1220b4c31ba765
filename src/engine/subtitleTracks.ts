import path from 'node:path';
import type { CheckedRequest } from './checkRequest.ts';
import { PlaylistError, TransferError } from './errors.ts';
import type { FragmentTools } from './fragment/fetchFragment.ts';
import type { LoadedInit } from './fragment/sources.ts';
import { openOutput } from './output/openOutput.ts';
import type { OutputFile } from './output/outputFile.ts';
import { outputPaths } from './output/paths.ts';
import { ReorderMemory } from './output/reorderMemory.ts';
import type { Slot } from './output/slot.ts';
import type { Fragment } from './playlist/model.ts';
import type { Source, Stream } from './source.ts';
import { SubtitleJoiner } from './subtitles/joiner.ts';
import { firstPresentationTicks } from './subtitles/firstPresentation.ts';

/** The subtitles of one rendition, joined; its file has its place, but not its name yet. */
export interface SubtitleTrack {
  stream: Stream;
  output: OutputFile;
}

/** Bytes of the main stream in which its first time has to stand. */
const headBytes = 1 << 20;

/**
 * Fetches the subtitles of a source and joins each into one file, on the time line of the main stream. Rejects with an
 * EngineError, or the signal's reason; then no file is left.
 */
export async function fetchSubtitles(
  { subtitles }: Source,
  main: OutputFile,
  request: CheckedRequest,
  tools: FragmentTools,
): Promise<SubtitleTrack[]> {
  if (subtitles.length === 0) return [];
  const tracks: SubtitleTrack[] = [];
  const paths = subtitlePaths(request, subtitles);
  const [head = Buffer.alloc(0)] = main.part.read(0, headBytes);
  const firstPtsTicks = firstPresentationTicks(head);
  try {
    for (const [index, stream] of subtitles.entries()) {
      const joiner = new SubtitleJoiner(firstPtsTicks === undefined ? {} : { firstPtsTicks });
      await addSegments(joiner, stream, request, tools);
      const text = request.subtitleFormat === 'srt' ? joiner.toSrt() : joiner.toVtt();
      tracks.push({ stream, output: await writeText(paths[index] as string, text, stream) });
    }
    return tracks;
  } catch (error) {
    for (const { output } of tracks) output.discard();
    throw error;
  }
}

function subtitlePaths({ output, subtitleFormat = 'vtt' }: CheckedRequest, subtitles: readonly Stream[]): string[] {
  const { dir, name } = path.parse(output);
  return outputPaths(path.join(dir, `${name}.${subtitleFormat}`), subtitles);
}

async function addSegments(
  joiner: SubtitleJoiner,
  stream: Stream,
  { allowGaps }: CheckedRequest,
  { sources }: FragmentTools,
): Promise<void> {
  let startS = 0;
  for (const fragment of stream.plan.fragments) {
    const { durationS, discontinuity, gap, index } = fragment;
    const segment = gap ? undefined : await fetchSegment(stream, fragment, sources, allowGaps);
    if (segment) {
      const place = { startS, durationS, isDiscontinuity: discontinuity && index > 0 };
      const problem = joiner.add(segment.bytes, { ...place, ...(segment.init ? { init: segment.init.clear } : {}) });
      if (problem) throw unusable(stream, problem.message);
    }
    startS += durationS;
  }
}

async function fetchSegment(
  stream: Stream,
  fragment: Fragment,
  sources: FragmentTools['sources'],
  allowGaps: boolean,
): Promise<{ bytes: Buffer; init: LoadedInit | undefined } | undefined> {
  try {
    return await sources.segment(fragment, `Segment ${fragment.index + 1} of ${stream.name}`);
  } catch (error) {
    if (allowGaps && error instanceof TransferError) return undefined;
    throw error;
  }
}

async function writeText(target: string, text: string, { id, plan }: Stream): Promise<OutputFile> {
  const fragments = plan.fragments.slice(0, 1);
  const memory = new ReorderMemory(Infinity);
  const { output } = await openOutput({ path: target, stream: id, fragments, memory, resume: false });
  const [slot] = output.slots as [Slot];
  slot.write(Buffer.from(text));
  slot.finish();
  return output;
}

function unusable({ name }: Stream, problem: string): PlaylistError {
  return new PlaylistError('HLS_PLAYLIST_SUBTITLES', `The ${name} cannot be joined: ${problem}.`, {
    hint: 'Download without these subtitles.',
  });
}
