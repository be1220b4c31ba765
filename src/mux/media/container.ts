import { MuxError } from '../errors.ts';
import type { ByteFile } from './byteFile.ts';

/** The formats of media that a playlist may list (RFC 8216, section 3). */
export type SourceFormat = 'mpegTs' | 'fragmentedMp4' | 'packedAudio';

const TS_PACKET_BYTES = 188;

/** What a media file is, by its first bytes. Throws MuxError for anything else. */
export function detectFormat(file: ByteFile): SourceFormat {
  const head = file.read(0, TS_PACKET_BYTES + 1);
  if (head[0] === 0x47 && (head.length <= TS_PACKET_BYTES || head[TS_PACKET_BYTES] === 0x47)) return 'mpegTs';
  const text = head.toString('latin1', 0, 8);
  if (/^.{4}(ftyp|styp|moov|moof|sidx|emsg|prft)/s.test(text)) return 'fragmentedMp4';
  const isFrame = head.length > 1 && head.readUInt16BE(0) >= 0xffe0;
  if (text.startsWith('ID3') || isFrame) return 'packedAudio';
  throw new MuxError('MUX_FORMAT', 'The media is neither MPEG-TS nor fragmented MP4 nor packed AAC or MP3 audio.', {
    hint: 'A name that ends in .ts keeps the stream as it came.',
  });
}
