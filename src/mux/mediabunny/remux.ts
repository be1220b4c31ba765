import {
  Logging,
  LogLevel,
  MkvOutputFormat,
  Mp4OutputFormat,
  Output,
  StreamTarget,
  type StreamTargetChunk,
} from 'mediabunny';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { WritableStream } from 'node:stream/web';
import { asMuxError, MuxError } from '../errors.ts';
import { moveIndexToFront, writeAll } from '../fastStart.ts';
import { languageCode } from '../languages.ts';
import type { MuxedTrack, MuxRequest, MuxResult } from '../request.ts';
import { TransportOutput } from '../transport/output.ts';
import { copySection } from './copySection.ts';
import { addSubtitles, addTracks, type OutputTrack, tracksOf } from './outputTracks.ts';
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
    const copy = copier(inputs, progressOf(inputs, onProgress));
    const write = request.container === 'ts' ? writeTransportStream : writeContainer;
    const result = await write(request, inputs, descriptor, copy);
    onProgress(1);
    return result;
  } catch (error) {
    throw explained(error);
  } finally {
    for (const file of opened) file[Symbol.dispose]();
  }
}

/** Copies all packets to the tracks; resolves with where they end, in seconds. */
type Copy = (tracks: readonly OutputTrack[]) => Promise<number>;

function copier(inputs: readonly PlannedInput[], onPacket: () => void): Copy {
  return async (tracks) => {
    let endS = 0;
    for (const index of (inputs[0]?.sections ?? []).keys()) {
      endS = await copySection(index, endS, inputs, tracks, onPacket);
    }
    return endS;
  };
}

async function writeContainer(
  { container, inputs: asked }: MuxRequest,
  inputs: readonly PlannedInput[],
  descriptor: number,
  copy: Copy,
): Promise<MuxResult> {
  const format = container === 'mp4' ? new Mp4OutputFormat({ fastStart: false }) : new MkvOutputFormat();
  const output = new Output({ format, target: targetOf(descriptor) });
  const tracks = addTracks(inputs, tracksOf(output, container));
  const subtitles = await addSubtitles(output, asked, container);
  await output.start();
  for (const { source, text } of subtitles) {
    await source.add(text);
    source.close();
  }
  const durationS = await copy(tracks);
  await output.finalize();
  const bytes = container === 'mp4' ? moveIndexToFront(descriptor) : fstatSync(descriptor).size;
  return { bytes, durationS, tracks: [...tracks, ...subtitles].map(({ told }): MuxedTrack => told) };
}

async function writeTransportStream(
  { inputs: asked }: MuxRequest,
  inputs: readonly PlannedInput[],
  descriptor: number,
  copy: Copy,
): Promise<MuxResult> {
  if (asked.some(({ kind }) => kind === 'subtitles')) {
    throw new MuxError('MUX_CODEC', 'A .ts file cannot hold WebVTT subtitles.', {
      hint: 'A name that ends in .mp4 or .mkv can hold them.',
    });
  }
  const output = new TransportOutput(descriptor);
  const tracks = addTracks(inputs, (parameters, { language }) => {
    const { codec } = parameters;
    if (parameters.type === 'audio') {
      return output.addTrack({ codec, description: parameters.description, language: languageCode(language) });
    }
    // Packets of a stream that varies come with their parameters.
    return output.addTrack({ codec, description: parameters.isVarying === true ? undefined : parameters.description });
  });
  const durationS = await copy(tracks);
  return { bytes: output.end(), durationS, tracks: tracks.map(({ told }) => told) };
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

const WAYS_OUT =
  'A name that ends in .ts keeps the stream as it came; with ffmpeg installed, --mux ffmpeg may repair it.';

function explained(error: unknown): MuxError {
  const isOurs = error instanceof ReferenceError;
  if (!(error instanceof Error) || error instanceof MuxError || 'syscall' in error || isOurs) return asMuxError(error);
  if (error.message.startsWith('Timestamps cannot be smaller')) {
    const message = 'The timestamps go back where no discontinuity is declared.';
    return new MuxError('MUX_TIMES', message, { hint: WAYS_OUT, cause: error });
  }
  // What is left is what the demuxers say of media that they do not understand.
  return new MuxError('MUX_FORMAT', `The media cannot be read: ${error.message}`, { hint: WAYS_OUT, cause: error });
}
