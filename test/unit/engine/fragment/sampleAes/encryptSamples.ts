import { createCipheriv } from 'node:crypto';

/** AES-128 in CBC mode over whole blocks, no padding. */
function encryptBlocks(bytes: Buffer, key: Buffer, iv: Buffer): Buffer {
  const cipher = createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}

/** Encrypts an H.264 byte stream as Apple's listing 2-1 says: slices longer than 48 bytes, one block of ten. */
export function encryptVideo(stream: Buffer, key: Buffer, iv: Buffer): Buffer {
  const parts: Buffer[] = [];
  let done = 0;
  for (const { start, end } of nalUnits(stream)) {
    parts.push(stream.subarray(done, start));
    const unit = stream.subarray(start, end);
    const type = unit.readUInt8(0) & 0x1f;
    parts.push(type === 1 || type === 5 ? encryptNalUnit(unit, key, iv) : unit);
    done = end;
  }
  return Buffer.concat([...parts, stream.subarray(done)]);
}

function encryptNalUnit(unit: Buffer, key: Buffer, iv: Buffer): Buffer {
  if (unit.length <= 48) return unit;
  const encrypted = Buffer.from(unit);
  const places: number[] = [];
  let at = 32;
  while (at < unit.length) {
    if (unit.length - at > 16) {
      places.push(at);
      at += 16;
    }
    at += Math.min(144, unit.length - at);
  }
  const blocks = encryptBlocks(Buffer.concat(places.map((place) => unit.subarray(place, place + 16))), key, iv);
  places.forEach((place, index) => blocks.copy(encrypted, place, index * 16, index * 16 + 16));
  return preventStartCodes(encrypted);
}

/** Puts a 03 behind 00 00 wherever a byte of at most 03 follows (ISO/IEC 14496-10 §7.4.1). */
export function preventStartCodes(bytes: Buffer): Buffer {
  const escaped: number[] = [];
  let zeros = 0;
  for (const byte of bytes) {
    if (zeros >= 2 && byte <= 3) {
      escaped.push(3);
      zeros = 0;
    }
    escaped.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Buffer.from(escaped);
}

/** The NAL units of a byte stream, without start codes and the zeros before them. */
export function nalUnits(stream: Buffer): { start: number; end: number }[] {
  const starts: number[] = [];
  for (let at = 0; at + 3 <= stream.length; at++) {
    if (stream[at] === 0 && stream[at + 1] === 0 && stream[at + 2] === 1) starts.push(at + 3);
  }
  return starts.map((start, index) => {
    const next = starts[index + 1];
    let end = next === undefined ? stream.length : next - 3;
    while (end > start && stream[end - 1] === 0) end--;
    return { start, end };
  });
}

/** Encrypts frames that follow each other as Apple's listings 2-2 to 2-4 say; `sizeOf` tells a frame's and its header's. */
export function encryptAudio(
  stream: Buffer,
  key: Buffer,
  iv: Buffer,
  sizeOf: (frame: Buffer) => { bytes: number; header: number },
): Buffer {
  const encrypted = Buffer.from(stream);
  for (let at = 0; at < stream.length;) {
    const { bytes, header } = sizeOf(stream.subarray(at));
    const body = at + header + 16;
    const count = Math.floor((at + bytes - body) / 16) * 16;
    if (count > 0) encryptBlocks(stream.subarray(body, body + count), key, iv).copy(encrypted, body);
    at += bytes;
  }
  return encrypted;
}

export function sizeOfAdts(frame: Buffer): { bytes: number; header: number } {
  const bytes = ((frame[3]! & 3) << 11) | (frame[4]! << 3) | (frame[5]! >> 5);
  return { bytes, header: (frame[1]! & 1) === 1 ? 7 : 9 };
}

/** For the 192 kbit/s at 48 kHz of AC-3, and for E-AC-3, which says its own length. */
export function sizeOfAc3(frame: Buffer): { bytes: number; header: number } {
  const isEnhanced = frame[5]! >> 3 > 10;
  return { bytes: isEnhanced ? ((frame.readUInt16BE(2) & 0x7ff) + 1) * 2 : 768, header: 0 };
}
