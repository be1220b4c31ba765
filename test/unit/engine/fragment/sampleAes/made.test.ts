import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encryptAudio, encryptVideo, sizeOfAdts } from './encryptSamples.ts';
import { decryptInPieces, iv, key } from './pieces.ts';
import { aacFrames, audioPid, cutAt, nalUnit, streamOf, videoPid, zeroRich, type Part } from './streams.ts';
import { readPackets, readPes, tablesAndClocks, writePacket } from './transport.ts';

/** The elementary stream of a PID, however it is cut. */
function elementary(stream: Buffer, pid: number): Buffer {
  return Buffer.concat((readPes(stream).get(pid) ?? []).map(({ payload }) => payload));
}

function assertDecrypts(encrypted: readonly Part[], clear: { video: Buffer; audio: Buffer }): void {
  const stream = streamOf(encrypted, true);
  const decrypted = decryptInPieces(stream, [1000, 188, 3]);
  assert.deepEqual(elementary(decrypted, videoPid), clear.video);
  assert.deepEqual(elementary(decrypted, audioPid), clear.audio);
  assert.equal(decrypted.length, stream.length);
  const { tables, clocks } = tablesAndClocks(streamOf(encrypted, false));
  assert.deepEqual(tablesAndClocks(decrypted), { tables, clocks });
}

const none = Buffer.alloc(0);

function interleaved(left: readonly Part[], right: readonly Part[]): Part[] {
  const longest = Math.max(left.length, right.length);
  return Array.from({ length: longest }, (_, index) => [left[index], right[index]])
    .flat()
    .filter((part) => part !== undefined);
}

describe('SAMPLE-AES in made transport streams', () => {
  it('gives back slices of any length full of bytes that prevent start codes', () => {
    for (let length = 0; length < 420; length++) {
      const video = Buffer.concat([
        nalUnit(9, none),
        nalUnit(5, zeroRich(length, 250, length)),
        nalUnit(1, zeroRich(300, 200, 7)),
      ]);
      const payload = encryptVideo(video, key, iv);
      assertDecrypts([{ pid: videoPid, payload, hasLength: length % 2 === 0 }], { video, audio: none });
    }
  });

  it('keeps the length of a PES packet right, and its header where a packet must shrink to it', () => {
    const video = Buffer.concat([nalUnit(5, zeroRich(60, 256, 3)), nalUnit(1, zeroRich(60, 256, 4))]);
    const payload = encryptVideo(video, key, iv);
    for (let room = 15; room <= 184; room++) {
      assertDecrypts([{ pid: videoPid, payload, hasLength: true, roomBytes: [room, 1, 2] }], { video, audio: none });
    }
  });

  it('gives back slices and frames that go on in the next PES packet, cut anywhere', () => {
    const video = Buffer.concat([
      nalUnit(7, zeroRich(20, 9, 1)),
      nalUnit(5, zeroRich(900, 120, 2)),
      nalUnit(1, zeroRich(700, 9, 3)),
    ]);
    const audio = aacFrames([100, 371, 0, 16, 33, 900]);
    const encryptedVideo = encryptVideo(video, key, iv);
    const encryptedAudio = encryptAudio(audio, key, iv, sizeOfAdts);
    for (let cut = 1; cut < encryptedVideo.length; cut += 7) {
      const parts = cutAt(encryptedVideo, [cut, cut + 200], { pid: videoPid, hasLength: true });
      const sound = cutAt(encryptedAudio, [cut, cut + 1, cut + 90], { pid: audioPid, hasLength: true });
      assertDecrypts(interleaved(sound, parts), { video, audio });
    }
  });

  it('makes packets that are sent twice empty', () => {
    const video = nalUnit(5, zeroRich(2000, 100, 5));
    const stream = streamOf([{ pid: videoPid, payload: encryptVideo(video, key, iv) }], true);
    const packets = readPackets(stream);
    const doubled = Buffer.concat(
      packets.flatMap((packet) => (packet.pid === videoPid ? [packet, packet] : [packet])).map(writePacket),
    );
    const decrypted = decryptInPieces(doubled, [5000]);
    assert.deepEqual(elementary(decrypted, videoPid), video);
    assert.equal(decrypted.length, doubled.length);
  });

  it('reads the tables of an init segment', () => {
    const video = nalUnit(5, zeroRich(2000, 100, 5));
    const stream = streamOf([{ pid: videoPid, payload: encryptVideo(video, key, iv) }], true);
    const [init, media] = [stream.subarray(0, 2 * 188), stream.subarray(2 * 188)];
    assert.throws(() => decryptInPieces(media, [188]), { reason: 'unsupported' });
    assert.deepEqual(elementary(decryptInPieces(media, [188], init), videoPid), video);
  });

  it('leaves a stream that is not protected as it is', () => {
    const parts = [{ pid: videoPid, payload: nalUnit(5, zeroRich(2000, 100, 5)) }];
    const stream = streamOf(parts, false);
    assert.deepEqual(decryptInPieces(stream, [999]), stream);
  });

  const picture = encryptVideo(nalUnit(1, zeroRich(20_000, 20, 5)), key, iv);
  const sound = encryptAudio(aacFrames(Array.from({ length: 300 }, () => 900)), key, iv, sizeOfAdts);
  const everySecondFrame = Array.from({ length: 150 }, (_, frame) => 1500 + frame * 1814);
  const long: [what: string, parts: Part[]][] = [
    ['pictures', Array.from({ length: 40 }, () => ({ pid: videoPid, payload: picture }))],
    ['frames of sound, cut in the middle', cutAt(sound, everySecondFrame, { pid: audioPid, hasLength: true })],
  ];
  for (const [what, parts] of long) {
    it(`holds no more than the PES packets that are not whole: ${what}`, () => {
      const stream = streamOf(parts, true);
      assert.ok(stream.length > 250_000);
      let heldBytes = 0;
      decryptInPieces(stream, [1316], undefined, { key, iv }, (taken, given) => {
        heldBytes += taken - given;
        assert.ok(heldBytes < 45_000, `${heldBytes} bytes are held`);
      });
    });
  }

  it('notices a key that gives what no encoder writes', () => {
    const slice = Buffer.concat([
      Buffer.from([0, 0, 1, 0x65]),
      Buffer.alloc(31, 7),
      Buffer.alloc(16),
      Buffer.alloc(50, 7),
    ]);
    const stream = streamOf([{ pid: videoPid, payload: encryptVideo(slice, key, iv) }], true);
    assert.throws(() => decryptInPieces(stream, [188]), { name: 'SampleDecryptionError', reason: 'key' });
  });

  it('gives back whatever an encoder writes', () => {
    const slice = fc.tuple(fc.constantFrom(1, 5, 5, 6, 7, 9), fc.nat(900), fc.nat(256), fc.nat());
    const run = fc.record({
      slices: fc.array(slice, { minLength: 1, maxLength: 6 }),
      frames: fc.array(fc.nat(600), { maxLength: 12 }),
      videoCuts: fc.array(fc.nat(3000), { maxLength: 5 }),
      audioCuts: fc.array(fc.nat(2000), { maxLength: 5 }),
      roomBytes: fc.array(fc.integer({ min: 20, max: 184 }), { minLength: 1, maxLength: 5 }),
      hasLength: fc.boolean(),
    });
    fc.assert(
      fc.property(run, ({ slices, frames, videoCuts, audioCuts, roomBytes, hasLength }) => {
        const video = Buffer.concat(
          slices.map(([type, length, zeros, seed]) => nalUnit(type, zeroRich(length, zeros, seed))),
        );
        const audio = aacFrames(frames);
        const pictures = cutAt(encryptVideo(video, key, iv), videoCuts, { pid: videoPid, roomBytes, hasLength });
        const sound = cutAt(encryptAudio(audio, key, iv, sizeOfAdts), audioCuts, {
          pid: audioPid,
          roomBytes,
          hasLength,
        });
        assertDecrypts(interleaved(pictures, sound), { video, audio });
      }),
      { numRuns: 300 },
    );
  }).timeout(60_000);
});
