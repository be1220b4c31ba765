const headerBytes = 10;
const frameHeaderBytes = 10;
const owner = 'com.apple.streaming.audioDescription\0';
/** Unsynchronisation, an extended header and a footer change the layout below. */
const unusualFlags = 0xf0;

/** The bytes of the whole ID3 tag that begins at `at` with 10 bytes at least (ID3v2.4 §3.1); `undefined` where none does. */
export function tagBytesAt(bytes: Buffer, at: number): number | undefined {
  if (bytes.toString('latin1', at, at + 3) !== 'ID3') return undefined;
  const hasFooter = (bytes.readUInt8(at + 5) & 0x10) !== 0;
  return headerBytes + readSynchsafe(bytes, at + 6) + (hasFooter ? headerBytes : 0);
}

/**
 * Replaces in an ID3 tag, in place, the frame that tells the setup of encrypted audio by padding (Apple, "MPEG-2 Stream
 * Encryption Format for HTTP Live Streaming" §2.3.4): the frames behind it move up, the tag keeps its size. A tag of
 * another version or layout stays as it is.
 */
export function clearTag(tag: Buffer): void {
  if (tag.readUInt8(3) !== 4 || (tag.readUInt8(5) & unusualFlags) !== 0) return;
  for (let at = headerBytes; tag.length - at >= frameHeaderBytes && tag[at] !== 0;) {
    const next = at + frameHeaderBytes + readSynchsafe(tag, at + 4);
    if (next > tag.length) return;
    const body = at + frameHeaderBytes;
    const isSetup =
      tag.toString('latin1', at, at + 4) === 'PRIV' && tag.toString('latin1', body, body + owner.length) === owner;
    if (isSetup) {
      tag.copyWithin(at, next);
      tag.fill(0, tag.length - (next - at));
    } else at = next;
  }
}

/** A number in bytes of seven bits each. */
function readSynchsafe(bytes: Buffer, at: number): number {
  return bytes.subarray(at, at + 4).reduce((sum, byte) => sum * 0x80 + (byte & 0x7f), 0);
}
