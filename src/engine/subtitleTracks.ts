import type { CheckedRequest } from './checkRequest.ts';
import { EngineError, TransferError } from './errors.ts';
import type { FragmentTools } from './fragment/fetchFragment.ts';
import type { LoadedInit } from './fragment/sources.ts';
import type { LiveSubtitles } from './liveSubtitles.ts';
import type { OutputFile } from './output/outputFile.ts';
import type { Fragment } from './playlist/model.ts';
import type { Source, Stream } from './source.ts';
import { joinRecorded, unusable } from './subtitleJoining.ts';
import { subtitlePaths } from './subtitlePaths.ts';
import type { SubtitleRecording } from './subtitleRecording.ts';
import { firstPresentationTicks } from './subtitles/firstPresentation.ts';
import { SubtitleJoiner } from './subtitles/joiner.ts';
import { TextOutput } from './subtitles/textOutput.ts';

/** The subtitles of one rendition, joined; its file has its place, but not its name yet. */
export interface SubtitleTrack {
  stream: Stream;
  output: OutputFile;
}

/** Bytes of the main stream in which its first time has to stand. */
const headBytes = 1 << 20;

/**
 * Joins the subtitles of a source, each into one file on the time line of the main stream: those of a live stream as they were
 * recorded, others are fetched now. Rejects with an EngineError, or the signal's reason; then no file is left. Live ones that
 * cannot be joined are left out, and the receipt says so.
 */
export async function joinSubtitles(
  { subtitles }: Source,
  main: OutputFile,
  request: CheckedRequest,
  tools: FragmentTools,
  live: LiveSubtitles,
): Promise<SubtitleTrack[]> {
  if (subtitles.length === 0) return [];
  await live.end();
  const tracks: SubtitleTrack[] = [];
  const paths = subtitlePaths(request, subtitles);
  try {
    for (const [index, stream] of subtitles.entries()) {
      const recording = live.of(stream);
      const write = (text: TextOutput) =>
        recording ? joinRecorded(recording, live.line, main, text) : joinFetched(stream, main, request, tools, text);
      const output = await written(paths[index] as string, stream, request, write, recording);
      if (output) tracks.push({ stream, output });
    }
    return tracks;
  } catch (error) {
    for (const { output } of tracks) output.discard();
    throw error;
  }
}

/** Opens a text and has it written; nothing where that could not be done and need not be. */
async function written(
  path: string,
  { id }: Stream,
  { subtitleFormat = 'vtt' }: CheckedRequest,
  write: (text: TextOutput) => Promise<boolean>,
  recording: SubtitleRecording | undefined,
): Promise<OutputFile | undefined> {
  let text: TextOutput | undefined;
  let isWritten = false;
  try {
    text = await TextOutput.open(path, id, subtitleFormat);
    isWritten = await write(text);
    return isWritten ? text.output : undefined;
  } catch (error) {
    if (!recording || !(error instanceof EngineError)) throw error;
    recording.failed(error);
    return undefined;
  } finally {
    if (!isWritten) text?.output.discard();
  }
}

async function joinFetched(
  stream: Stream,
  main: OutputFile,
  { allowGaps }: CheckedRequest,
  { sources }: FragmentTools,
  text: TextOutput,
): Promise<true> {
  const [head = Buffer.alloc(0)] = main.part.read(0, headBytes);
  const firstPtsTicks = firstPresentationTicks(head);
  const joiner = new SubtitleJoiner(firstPtsTicks === undefined ? {} : { firstPtsTicks });
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
  text.add(joiner.cues());
  text.end(joiner.head);
  return true;
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
