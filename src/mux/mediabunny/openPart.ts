import { ADTS, CustomSource, Input, MP3, MP4, MPEG_TS, type InputTrack } from 'mediabunny';
import { MuxError } from '../errors.ts';
import { type ByteFile, Splice } from '../media/byteFile.ts';
import type { SourceFormat } from '../media/container.ts';
import type { Part } from '../media/sections.ts';

const FORMATS = { mpegTs: [MPEG_TS], fragmentedMp4: [MP4], packedAudio: [ADTS, MP3] };

/** A part with its demuxer, until it is disposed. */
export interface OpenPart extends Disposable {
  part: Part;
  /** Video and audio, in the order of the file. */
  tracks: InputTrack[];
}

/** Opens a part of a file. Throws MuxError where it cannot be read or holds a codec that is unknown here. */
export async function openPart(file: ByteFile, format: SourceFormat, part: Part): Promise<OpenPart> {
  const bytes = new Splice(file, part.ranges);
  const source = new CustomSource({
    getSize: () => bytes.size,
    read: (start, end) => bytes.read(start, end),
    prefetchProfile: 'fileSystem',
  });
  const input = new Input({ source, formats: FORMATS[format] });
  try {
    const tracks = (await input.getTracks()).filter((track) => track.isVideoTrack() || track.isAudioTrack());
    for (const track of tracks) {
      if ((await track.getCodec()) === null) throw unknownCodec(track.type, await track.getInternalCodecId());
    }
    return { part, tracks, [Symbol.dispose]: () => input.dispose() };
  } catch (error) {
    input.dispose();
    throw error;
  }
}

/** A codec for which there is no way into a track. */
export function unknownCodec(type: string, name: unknown): MuxError {
  const shown = typeof name === 'string' || typeof name === 'number' ? `“${name}”` : 'of an unknown name';
  return new MuxError('MUX_CODEC', `The ${type} codec ${shown} cannot be muxed.`, {
    hint: 'A name that ends in .ts keeps the stream as it came; with ffmpeg installed, --mux ffmpeg may take it.',
  });
}
