import path from 'node:path';
import type { CheckedRequest } from './checkRequest.ts';
import { EngineError, PlaylistError } from './errors.ts';
import type { DownloadEvent } from './events.ts';
import { initId } from './fragment/sources.ts';
import { diskError } from './output/diskFaults.ts';
import type { OutputFile } from './output/outputFile.ts';
import type { Rendition } from './playlist/model.ts';
import type { Source, Stream } from './source.ts';
import type { SubtitleTrack } from './subtitleTracks.ts';
import type { TimeBreaks } from './timeBreaks.ts';

export type Container = 'mp4' | 'mkv' | 'ts';

/** One file of a stream that goes into the finished one. */
export interface MuxInput {
  path: string;
  kind: 'media' | 'subtitles';
  language?: string;
  name?: string;
  isDefault?: boolean;
  /** Where the times of the media start again, and where the playlist puts that. */
  discontinuities: { offset: number; timeS: number }[];
}

/** What the finished file is made of. */
export interface MuxPlan {
  inputs: MuxInput[];
  /** A temporary name in the target's folder. */
  output: string;
  container: Container;
  muxer: 'mediabunny' | 'ffmpeg';
}

/**
 * Copies the packets of the inputs into one file, given from outside: the engine knows no muxer. Rejects with an error
 * that has a `hint`, or the signal's reason; then nothing is left under the output's name.
 */
export type Muxer = (
  plan: MuxPlan,
  hooks: { signal: AbortSignal; onProgress: (share: number) => void },
) => Promise<unknown>;

const containers: Readonly<Record<string, Container>> = {
  '.mp4': 'mp4',
  '.m4v': 'mp4',
  '.mov': 'mp4',
  '.mkv': 'mkv',
  '.ts': 'ts',
  '.m2ts': 'ts',
};

/**
 * The container that has to be written, by the name of the output; nothing where the fragments one behind the other are
 * what is wanted: a name that says no container, MPEG-TS or fMP4 with one init segment under a name of their own kind.
 */
export function containerFor({ output, mux }: CheckedRequest, { streams, subtitles }: Source): Container | undefined {
  const container = containers[path.extname(output).toLowerCase()];
  if (mux === 'none' || container === undefined) return undefined;
  if (streams.length > 1) return container;
  if (container === 'ts') return undefined;
  if (subtitles.length > 0) return container;
  return container === 'mp4' && isPlainMp4(streams[0]) ? undefined : container;
}

/** What subtitles are written as: as they were asked for where they are a file of their own, else as containers take them. */
export function textFormatOf(request: CheckedRequest, source: Source, mux: Muxer | undefined): 'vtt' | 'srt' {
  const container = mux && containerFor(request, source);
  const isFile = container === undefined || container === 'ts';
  return isFile ? (request.subtitleFormat ?? 'vtt') : 'vtt';
}

/** fMP4 of one piece: one init segment, one time line. */
function isPlainMp4(stream: Stream | undefined): boolean {
  const present = (stream?.listed ?? []).filter(({ gap }) => !gap);
  const inits = new Set(present.map(({ map }) => map && initId(map)));
  return (
    inits.size === 1 && !inits.has(undefined) && !present.some(({ discontinuity }, index) => discontinuity && index > 0)
  );
}

/** Everything that was downloaded. */
export interface FinishedParts {
  request: CheckedRequest;
  source: Source;
  outputs: readonly OutputFile[];
  subtitles: readonly SubtitleTrack[];
  breaks: TimeBreaks;
}

/** A file under its final name. */
export interface FinishedFile {
  path: string;
  rendition: Rendition | undefined;
}

export interface FinishingHooks {
  /** Without it each stream is a file of its own. */
  mux?: Muxer | undefined;
  onEvent: (event: DownloadEvent) => void;
}

/**
 * Gives the files their final names, made into one where that is asked for and there is a muxer. Rejects with an
 * EngineError, or the signal's reason.
 */
export async function finish(
  parts: FinishedParts,
  signal: AbortSignal,
  { mux, onEvent }: FinishingHooks,
): Promise<FinishedFile[]> {
  const { request, source, outputs, subtitles } = parts;
  try {
    const container = containerFor(request, source);
    const streams = [...outputs.map(({ path }, index) => ({ path, rendition: source.streams[index]?.rendition }))];
    const texts = subtitles.map(({ stream, output }) => ({ path: output.path, rendition: stream.rendition }));
    if (container === undefined || mux === undefined) {
      for (const output of outputs) output.finish();
      for (const { output } of subtitles) output.finish();
      return [...streams, ...texts];
    }
    const onProgress = (share: number) => onEvent({ type: 'muxing', share });
    await finishMuxed(container, parts, mux, { signal, onProgress });
    // A transport stream has no place for them.
    if (container === 'ts') for (const { output } of subtitles) output.finish();
    return [...streams.slice(0, 1), ...(container === 'ts' ? texts : [])];
  } finally {
    for (const { output } of subtitles) output.discard();
  }
}

/** Makes one file of all outputs, under the name of the first one. Rejects with an EngineError, or the signal's reason. */
export async function finishMuxed(
  container: Container,
  { request, source, outputs, subtitles, breaks }: FinishedParts,
  mux: Muxer,
  hooks: { signal: AbortSignal; onProgress: (share: number) => void },
): Promise<void> {
  const main = outputs[0] as OutputFile;
  for (const output of outputs) output.settle();
  const inputs = source.streams.map((stream, index) => inputOf(stream, outputs[index] as OutputFile, breaks));
  const texts = container === 'ts' ? [] : subtitles;
  const muxer = request.mux === 'ffmpeg' ? 'ffmpeg' : 'mediabunny';
  try {
    await mux({ inputs: [...inputs, ...texts.map(subtitleInput)], output: main.muxedPath, container, muxer }, hooks);
  } catch (error) {
    hooks.signal.throwIfAborted();
    throw muxError(error, main.path);
  }
  main.finishAs(main.muxedPath);
  for (const output of outputs) output.discard();
}

function subtitleInput({ stream, output }: SubtitleTrack): MuxInput {
  return { path: output.part.path, kind: 'subtitles', ...described(stream), discontinuities: [] };
}

function described({ rendition }: Stream): Pick<MuxInput, 'name' | 'isDefault' | 'language'> {
  return {
    ...(rendition ? { name: rendition.name, isDefault: rendition.isDefault } : {}),
    ...(rendition?.language === undefined ? {} : { language: rendition.language }),
  };
}

function inputOf(stream: Stream, output: OutputFile, breaks: TimeBreaks): MuxInput {
  return {
    path: output.part.path,
    kind: 'media',
    ...described(stream),
    discontinuities: breaks.of(stream.name).map(({ slot, startS }) => ({ offset: slot.start ?? 0, timeS: startS })),
  };
}

function muxError(cause: unknown, target: string): EngineError {
  if (cause instanceof EngineError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const isDisk = cause instanceof Error && 'systemCode' in cause && typeof cause.systemCode === 'string';
  if (isDisk) return diskError(Object.assign(new Error(message), { code: cause.systemCode }), target);
  const hint = cause instanceof Error && 'hint' in cause ? String(cause.hint) : 'Give a name that ends in .ts.';
  return new PlaylistError('HLS_MUX', `${message} What was downloaded is kept.`, { hint, cause });
}
