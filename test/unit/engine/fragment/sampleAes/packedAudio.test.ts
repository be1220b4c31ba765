import assert from 'node:assert/strict';
import { ac3Frame, adtsFrame, eac3Frame, id3Tag, mp3Frame } from '../samples.ts';
import { encryptAudio, sizeOfAc3, sizeOfAdts } from './encryptSamples.ts';
import { setupOf } from './encryptTransport.ts';
import { decryptInPieces, iv, key } from './pieces.ts';

/** Frames whose bytes differ, so that one in another's place shows. */
function various(count: number, make: (index: number) => Buffer, header: number): Buffer {
  return Buffer.concat(
    Array.from({ length: count }, (_, index) => {
      const frame = make(index);
      for (let at = header; at < frame.length; at++) frame[at] = (at * 31 + index * 17) & 0xff;
      return frame;
    }),
  );
}

/** ADTS with a CRC behind its header. */
function adtsWithCrc(payloadBytes: number): Buffer {
  const frame = adtsFrame(payloadBytes);
  frame[1] = 0xf0;
  return frame;
}

const formats: readonly [what: string, frames: Buffer, sizeOf: typeof sizeOfAdts][] = [
  ['AAC', various(40, (index) => adtsFrame(index * 7), 7), sizeOfAdts],
  ['AAC with CRC', various(40, (index) => adtsWithCrc(2 + index * 7), 9), sizeOfAdts],
  ['AC-3', various(12, () => ac3Frame(), 7), sizeOfAc3],
  ['E-AC-3', various(12, (index) => eac3Frame(index % 2 === 1), 7), sizeOfAc3],
];

const sizes = [[1], [13], [100, 3000], [1 << 20]];

describe('SAMPLE-AES in packed audio', () => {
  for (const [what, frames, sizeOf] of formats) {
    it(`gives ${what} back, with ID3 tags in front and between`, () => {
      const encrypted = encryptAudio(frames, key, iv, sizeOf);
      assert.notDeepEqual(encrypted, frames);
      const tags = (body: Buffer) => Buffer.concat([id3Tag(63), body, id3Tag(9), id3Tag(200), body]);
      for (const pieces of sizes) assert.deepEqual(decryptInPieces(tags(encrypted), pieces), tags(frames));
    });
  }

  it('takes the setup of the encrypted audio out of the tag, and nothing else', () => {
    const timestamp = privateFrame(
      'com.apple.streaming.transportStreamTimestamp',
      Buffer.from('0000000123456789', 'hex'),
    );
    const setup = privateFrame('com.apple.streaming.audioDescription', setupOf('zaac', Buffer.from('1190', 'hex')));
    const other = privateFrame('example.org', Buffer.from('kept'));
    const clear = Buffer.concat([tagOf([timestamp, other], setup.length), formats[0]![1]]);
    const encrypted = encryptAudio(formats[0]![1], key, iv, sizeOfAdts);
    for (const order of [
      [setup, timestamp, other],
      [timestamp, setup, other],
      [timestamp, other, setup],
    ]) {
      for (const pieces of sizes) {
        const tagged = Buffer.concat([tagOf(order, 0), encrypted]);
        const twice = Buffer.concat([tagged, tagged]);
        assert.deepEqual(decryptInPieces(twice, pieces), Buffer.concat([clear, clear]));
      }
    }
  });

  it('passes what is never encrypted', () => {
    const song = Buffer.concat([id3Tag(63), various(9, () => mp3Frame(), 4)]);
    const captions = Buffer.from('WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n');
    const page = Buffer.from('<html>'.repeat(100));
    for (const bytes of [song, captions, page, Buffer.alloc(0)]) {
      for (const pieces of sizes) assert.deepEqual(decryptInPieces(bytes, pieces), bytes);
    }
  });

  it('passes a tag that holds a picture without holding it', () => {
    const [, frames] = formats[0]!;
    const large = tagOf([privateFrame('example.org', Buffer.alloc(300_000, 7))], 0);
    const encrypted = Buffer.concat([large, encryptAudio(frames, key, iv, sizeOfAdts)]);
    let heldBytes = 0;
    const decrypted = decryptInPieces(encrypted, [1000], undefined, { key, iv }, (taken, given) => {
      heldBytes += taken - given;
      assert.ok(heldBytes < 2000, `${heldBytes} bytes are held`);
    });
    assert.deepEqual(decrypted, Buffer.concat([large, frames]));
  });

  it('finds the frames again behind the rest of one that began before', () => {
    const [, frames] = formats[2]!;
    const rest = Buffer.from(frames.subarray(400, 768));
    // What is encrypted may look like the header of a frame.
    ac3Frame().copy(rest, 90, 0, 7);
    const encrypted = encryptAudio(frames, key, iv, sizeOfAc3);
    const first = encrypted.subarray(0, 768);
    const stream = Buffer.concat([first, rest, encrypted]);
    for (const pieces of sizes) {
      assert.deepEqual(decryptInPieces(stream, pieces), Buffer.concat([frames.subarray(0, 768), rest, frames]));
    }
  });

  it('refuses audio that turns into something else', () => {
    const noise = Buffer.alloc(20_000, 0x33);
    assert.throws(() => decryptInPieces(Buffer.concat([formats[0]![1], noise]), [1000]), {
      name: 'SampleDecryptionError',
      reason: 'damaged',
    });
  });
});

function synchsafe(value: number): Buffer {
  return Buffer.from([(value >> 21) & 0x7f, (value >> 14) & 0x7f, (value >> 7) & 0x7f, value & 0x7f]);
}

function privateFrame(owner: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(`${owner}\0`, 'latin1'), data]);
  return Buffer.concat([Buffer.from('PRIV'), synchsafe(body.length), Buffer.alloc(2), body]);
}

function tagOf(frames: readonly Buffer[], paddingBytes: number): Buffer {
  const body = Buffer.concat([...frames, Buffer.alloc(paddingBytes)]);
  return Buffer.concat([Buffer.from('ID3\x04\0\0', 'latin1'), synchsafe(body.length), body]);
}
