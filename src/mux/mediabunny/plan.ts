import type { AudioCodec, InputTrack, VideoCodec } from 'mediabunny';
import { MuxError } from '../errors.ts';
import { ByteFile } from '../media/byteFile.ts';
import { detectFormat, type SourceFormat } from '../media/container.ts';
import { unknownStreams } from '../media/programMap.ts';
import { type Section, splitSections } from '../media/sections.ts';
import type { MuxInput, MuxRequest } from '../request.ts';
import { openPart, unknownCodec } from './openPart.ts';

/** Parameters that every part of a track shares, but for those of pictures that tell theirs in the stream. */
export type TrackParameters = { resolution: number } & (
  | {
      type: 'video';
      codec: VideoCodec;
      width: number;
      height: number;
      description?: Uint8Array;
      /** Set where the size or the decoder's configuration changes: each key frame then has its own in front of it. */
      isVarying?: boolean;
    }
  | { type: 'audio'; codec: AudioCodec; sampleRate: number; channels: number; description?: Uint8Array }
);

/** A media input, cut and looked into. */
export interface PlannedInput {
  input: MuxInput;
  file: ByteFile;
  format: SourceFormat;
  sections: Section[];
  tracks: TrackParameters[];
}

/**
 * Looks at the start of every part of the media inputs, so that what cannot be muxed is told before anything is written.
 * The files are added to `opened` and stay open.
 */
export async function planInputs(request: MuxRequest, opened: Disposable[]): Promise<PlannedInput[]> {
  const planned: PlannedInput[] = [];
  for (const input of request.inputs) {
    if (input.kind === 'subtitles') continue;
    const file = new ByteFile(input.path);
    opened.push(file);
    const format = detectFormat(file);
    const sections = splitSections(file, format, input.discontinuities ?? []);
    planned.push({ input, file, format, sections, tracks: await findTracks(file, format, sections) });
  }
  const counts = new Set(planned.map(({ sections }) => sections.length));
  if (counts.size > 1) {
    throw new MuxError('MUX_TIMES', 'The audio has other discontinuities than the video: they cannot be aligned.', {
      hint: 'The playlists of the stream contradict each other (RFC 8216, section 6.2.4); download them one by one.',
    });
  }
  if (planned.every(({ tracks }) => tracks.length === 0)) {
    throw new MuxError('MUX_FORMAT', 'There is neither video nor audio to be muxed.', {
      hint: 'The stream may be empty; a name that ends in .ts keeps it as it came.',
    });
  }
  return planned;
}

async function findTracks(
  file: ByteFile,
  format: SourceFormat,
  sections: readonly Section[],
): Promise<TrackParameters[]> {
  const known: TrackParameters[] = [];
  for (const part of sections.flatMap(({ parts }) => parts)) {
    if (format === 'mpegTs') {
      const [unknown] = part.ranges.flatMap((range) => unknownStreams(file, range));
      if (unknown !== undefined) throw unknownCodec(unknown.type, unknown.name);
    }
    using open = await openPart(file, format, part);
    const found = await Promise.all(open.tracks.map(parametersOf));
    for (const type of ['video', 'audio'] as const) {
      const before = known.filter((parameters) => parameters.type === type);
      const now = found.filter((parameters) => parameters.type === type);
      for (const [index, parameters] of now.entries()) {
        const first = before[index];
        if (first === undefined) known.push(parameters);
        else unite(first, parameters);
      }
    }
  }
  return known.sort((one, other) => Number(other.type === 'video') - Number(one.type === 'video'));
}

/** The parameters of a track in the file. */
export async function parametersOf(track: InputTrack): Promise<TrackParameters> {
  const resolution = await track.getTimeResolution();
  if (track.isVideoTrack()) {
    const config = await track.getDecoderConfig();
    const [width, height, codec] = [await track.getCodedWidth(), await track.getCodedHeight(), await track.getCodec()];
    if (codec !== null) return { type: 'video', codec, width, height, resolution, ...described(config) };
  } else if (track.isAudioTrack()) {
    const config = await track.getDecoderConfig();
    const [sampleRate, channels] = [await track.getSampleRate(), await track.getNumberOfChannels()];
    const codec = await track.getCodec();
    if (codec !== null) return { type: 'audio', codec, sampleRate, channels, resolution, ...described(config) };
  }
  throw unknownCodec(track.type, await track.getInternalCodecId());
}

function described(config: { description?: unknown } | null): { description?: Uint8Array } {
  const description = bytesOf(config?.description);
  return description === undefined ? {} : { description };
}

/** The bytes of a decoder's description, in whichever of the forms of WebCodecs it is. */
export function bytesOf(description: unknown): Uint8Array | undefined {
  if (description instanceof ArrayBuffer) return new Uint8Array(description);
  if (!ArrayBuffer.isView(description)) return undefined;
  return new Uint8Array(description.buffer, description.byteOffset, description.byteLength);
}

/** Notes what changes from one part of a track to another. Throws MuxError for what no track can hold. */
function unite(first: TrackParameters, next: TrackParameters): void {
  const [before, now] = [describe(first), describe(next)];
  const hasSameDescription =
    (first.description === undefined) === (next.description === undefined) &&
    Buffer.compare(first.description ?? new Uint8Array(), next.description ?? new Uint8Array()) === 0;
  if (before === now && hasSameDescription) return;
  if (first.type === 'video' && next.codec === first.codec && (next.codec === 'avc' || next.codec === 'hevc')) {
    first.isVarying = true;
    return;
  }
  const what = before === now ? `another decoder configuration (${now})` : `${now} after ${before}`;
  throw new MuxError('MUX_PARAMETERS', `The ${next.type} changes in the middle of the stream: ${what}.`, {
    hint: 'One track cannot hold both; a name that ends in .ts keeps the stream as it came.',
  });
}

function describe(parameters: TrackParameters): string {
  const { codec } = parameters;
  if (parameters.type === 'video') return `${codec} ${parameters.width} × ${parameters.height}`;
  return `${codec} ${parameters.sampleRate} Hz, ${parameters.channels} channels`;
}
