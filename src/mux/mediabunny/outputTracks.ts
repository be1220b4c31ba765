import {
  EncodedAudioPacketSource,
  EncodedVideoPacketSource,
  type EncodedPacket,
  type Output,
  type OutputFormat,
  TextSubtitleSource,
} from 'mediabunny';
import { readFile } from 'node:fs/promises';
import { MuxError } from '../errors.ts';
import { languageCode } from '../languages.ts';
import type { MuxContainer, MuxedTrack, MuxInput } from '../request.ts';
import type { PlannedInput, TrackParameters } from './plan.ts';

/** A track of the output, while it is filled. */
export interface OutputTrack {
  source: { add(packet: EncodedPacket, configuration?: object): Promise<void> };
  /** Index among the planned inputs. */
  input: number;
  /** Index among the tracks of its type in that input. */
  ordinal: number;
  parameters: TrackParameters;
  told: MuxedTrack & { packets: number };
  /** The largest timestamp so far, on the output's time line, in seconds. */
  reachedS?: number;
}

/** Makes a track of the output, for packets of these parameters. */
export type AddTrack = (parameters: TrackParameters, input: MuxInput, isDefault: boolean) => OutputTrack['source'];

/** Adds a track for each one of the inputs. */
export function addTracks(inputs: readonly PlannedInput[], add: AddTrack): OutputTrack[] {
  const tracks: OutputTrack[] = [];
  for (const [index, { input, tracks: found }] of inputs.entries()) {
    const counts = { video: 0, audio: 0 };
    for (const parameters of found) {
      const { type, codec } = parameters;
      const isFirst = tracks.every(({ told }) => told.type !== type);
      const source = add(parameters, input, type === 'video' ? isFirst : (input.isDefault ?? isFirst));
      const told = { type, codec, packets: 0, ...namesOf(input, type) };
      tracks.push({ source, input: index, ordinal: counts[type]++, parameters, told });
    }
  }
  return tracks;
}

/** Tracks of a file that mediabunny writes. Throws MuxError for a codec that the container does not hold. */
export function tracksOf(output: Output, container: MuxContainer): AddTrack {
  return (parameters, input, isDefault) => {
    requireCodec(output.format, parameters.codec, container);
    if (parameters.type === 'audio') {
      const source = new EncodedAudioPacketSource(parameters.codec);
      output.addAudioTrack(source, labels(input, isDefault));
      return source;
    }
    const source = new EncodedVideoPacketSource(parameters.codec);
    // Not a frame rate: the clock that timestamps are told in, so that none is rounded.
    output.addVideoTrack(source, { frameRate: parameters.resolution });
    return source;
  };
}

/** A subtitle track of the output with the text that it will hold. */
export interface SubtitleTrack {
  source: TextSubtitleSource;
  text: string;
  told: MuxedTrack;
}

/** Adds a track for each of the subtitles. */
export async function addSubtitles(
  output: Output,
  inputs: readonly MuxInput[],
  container: MuxContainer,
): Promise<SubtitleTrack[]> {
  const tracks: SubtitleTrack[] = [];
  for (const input of inputs.filter(({ kind }) => kind === 'subtitles')) {
    requireCodec(output.format, 'webvtt', container);
    const source = new TextSubtitleSource('webvtt');
    output.addSubtitleTrack(source, labels(input, input.isDefault ?? false));
    const text = await readFile(input.path, 'utf8');
    tracks.push({ source, text, told: { type: 'subtitles', codec: 'webvtt', ...namesOf(input, 'subtitles') } });
  }
  return tracks;
}

function requireCodec(
  format: OutputFormat,
  codec: ReturnType<OutputFormat['getSupportedCodecs']>[number],
  name: string,
) {
  if (format.getSupportedCodecs().includes(codec)) return;
  throw new MuxError('MUX_CODEC', `The codec ${codec} cannot be put into a .${name} file.`, {
    hint: 'A name that ends in .mkv or .mp4 may hold it.',
  });
}

function labels({ language, name }: MuxInput, isDefault: boolean) {
  const code = languageCode(language);
  return {
    ...(code === undefined ? {} : { languageCode: code }),
    ...(name === undefined ? {} : { name }),
    disposition: { default: isDefault },
  };
}

function namesOf({ language, name }: MuxInput, type: MuxedTrack['type']): { language?: string; name?: string } {
  if (type === 'video') return {};
  return { ...(language === undefined ? {} : { language }), ...(name === undefined ? {} : { name }) };
}
