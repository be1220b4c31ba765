import {
  Logging,
  LogLevel,
  MkvOutputFormat,
  Mp4OutputFormat,
  MpegTsOutputFormat,
  Output,
  StreamTarget,
  type StreamTargetChunk,
} from 'mediabunny';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { WritableStream } from 'node:stream/web';
import { asMuxError, MuxError } from '../errors.ts';
import { moveIndexToFront, writeAll } from '../fastStart.ts';
import type { MuxContainer, MuxRequest, MuxResult } from '../request.ts';
import { copySection } from './copySection.ts';
import { addSubtitles, addTracks } from './outputTracks.ts';
import { planInputs, type PlannedInput } from './plan.ts';

/** How much is collected before it is written. */
const CHUNK_BYTES = 1024 * 1024;

/** What is left to do when the last packet is copied: writing the index and moving it to the front. */
const COPY_SHARE = 0.95;

/**
 * Copies the packets of the inputs into one file, with timestamps that run on across discontinuities.
 * @throws MuxError; the output may then be there in part.
 */
export async function remux(request: MuxRequest, onProgress: (share: number) => void): Promise<MuxResult> {
  // What it prints would end in the extension host's log; what matters it throws.
  Logging.level = LogLevel.Silent;
  const opened: Disposable[] = [];
  try {
    const inputs = await planInputs(request, opened);
    const descriptor = openSync(request.output, 'w+');
    opened.push({ [Symbol.dispose]: () => closeSync(descriptor) });
    const output = new Output({ format: formatOf(request.container), target: targetOf(descriptor) });
    const tracks = addTracks(output, inputs, request.container);
    const subtitles = await addSubtitles(output, request.inputs, request.container);
    await output.start();
    for (const { source, text } of subtitles) {
      await source.add(text);
      source.close();
    }
    const tell = progressOf(inputs, onProgress);
    let endS = 0;
    for (const index of (inputs[0]?.sections ?? []).keys()) endS = await copySection(index, endS, inputs, tracks, tell);
    await output.finalize();
    const bytes = request.container === 'mp4' ? moveIndexToFront(descriptor) : fstatSync(descriptor).size;
    onProgress(1);
    return { bytes, durationS: endS, tracks: [...tracks, ...subtitles].map(({ told }) => told) };
  } catch (error) {
    throw explained(error);
  } finally {
    for (const file of opened) file[Symbol.dispose]();
  }
}

function formatOf(container: MuxContainer): Mp4OutputFormat | MkvOutputFormat | MpegTsOutputFormat {
  switch (container) {
    case 'mp4':
      return new Mp4OutputFormat({ fastStart: false });
    case 'mkv':
      return new MkvOutputFormat();
    case 'ts':
      return new MpegTsOutputFormat();
  }
}

/** Each write is done when the stream goes on: what is not on its way to the disk is not in memory either. */
function targetOf(descriptor: number): StreamTarget {
  const stream = new WritableStream<StreamTargetChunk>({
    write: ({ data, position }) => writeAll(descriptor, data, position),
  });
  return new StreamTarget(stream, { chunked: true, chunkSize: CHUNK_BYTES });
}

/** Tells how much of the inputs was read, in steps of a hundredth. */
function progressOf(inputs: readonly PlannedInput[], onProgress: (share: number) => void): () => void {
  const total = inputs.reduce((sum, { file }) => sum + file.size, 0);
  let told = 0;
  return () => {
    const read = inputs.reduce((sum, { file }) => sum + file.furthest, 0);
    const share = (COPY_SHARE * read) / total;
    if (share < told + 0.01) return;
    told = share;
    onProgress(share);
  };
}

function explained(error: unknown): MuxError {
  if (error instanceof Error && error.message.startsWith('Timestamps cannot be smaller')) {
    return new MuxError('MUX_TIMES', 'The timestamps go back where no discontinuity is declared.', {
      hint: 'A name that ends in .ts keeps the stream as it came; with ffmpeg installed, --muxer ffmpeg may repair it.',
      cause: error,
    });
  }
  return asMuxError(error);
}
