/** Bytes that `looksLikeMedia` needs to decide for sure: one transport packet and the next one's sync byte. */
export const mediaHeadBytes = 189;

/** Bytes of a transport packet, and its first one (ISO/IEC 13818-1 §2.4.3.2). */
export const packetBytes = 188;
export const syncByte = 0x47;

/** Top-level boxes that may start an fMP4 segment or init segment (ISO/IEC 14496-12, RFC 8216bis §3.1.2). */
const boxTypes: ReadonlySet<string> = new Set(
  'ftyp styp moov moof mdat sidx ssix emsg prft free skip wide uuid pdin mfra meta'.split(' '),
);

/**
 * Whether a segment that begins with `head` can be one of the formats that RFC 8216bis §3.1 allows: MPEG-2 transport
 * stream, fragmented MP4, packed audio (ID3 tag, ADTS, MPEG audio, AC-3) or WebVTT. `head` holds the first
 * `mediaHeadBytes` bytes, or all of a shorter segment.
 */
export function looksLikeMedia(head: Buffer): boolean {
  return isTransportStream(head) || isFragmentedMp4(head) || isPackedAudio(head) || isWebVtt(head);
}

/** Whether the segment is an MPEG-2 transport stream. */
export function isTransportStream(head: Buffer): boolean {
  return head[0] === syncByte && (head.length <= packetBytes || head[packetBytes] === syncByte);
}

/** Whether the segment is a fragmented MP4 file. */
export function isFragmentedMp4(head: Buffer): boolean {
  return head.length >= 8 && boxTypes.has(head.toString('latin1', 4, 8));
}

/** Whether the segment is packed audio (RFC 8216bis §3.1.4): an ID3 tag, or frames without one. */
export function isPackedAudio(head: Buffer): boolean {
  if (head.length < 3) return false;
  if (head.toString('latin1', 0, 3) === 'ID3') return true;
  const word = head.readUInt16BE(0);
  // ADTS (ISO/IEC 14496-3) and MPEG audio (ISO/IEC 11172-3) start with a sync word of 11 or 12 bits; AC-3 with 0x0B77.
  return (word & 0xffe0) === 0xffe0 || word === 0x0b77;
}

function isWebVtt(head: Buffer): boolean {
  const start = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  return head.toString('latin1', start, start + 6) === 'WEBVTT';
}
