import assert from 'node:assert/strict';

import { all } from '../../origin/content/content.ts';
import type { TransportClip } from '../../origin/content/transport.ts';
import {
  PACKET_BYTES,
  packetOffsets,
  pcrOffset,
  pesStampOffsets,
  pidOf,
  readPcrBase,
  readPesStamp,
  transportFragment,
} from '../../origin/content/transport.ts';
import { transportClip } from '../../origin/streams/clips.ts';

const CLIPS = ['2160p-av', '2160p', '1080p', '720p', '360p', '360p-av', 'audio-en', 'audio-de'];
const MODULUS = 2 ** 33;

function fragmentOf(clip: TransportClip, turn: number, sizeBytes = 0): Buffer {
  return Buffer.concat([...all(transportFragment({ clip, turn, marker: `marker ${turn}`, sizeBytes }))]);
}

/** All times of a fragment in the order of its packets: PTS and DTS as they are, PCRs below 0. */
function stampsOf(bytes: Buffer): number[] {
  return packetOffsets(bytes).flatMap((offset) => {
    const pcr = pcrOffset(bytes, offset);
    const pes = pesStampOffsets(bytes, offset).map((at) => readPesStamp(bytes, at));
    return pcr === undefined ? pes : [-readPcrBase(bytes, pcr) - 1, ...pes];
  });
}

describe('MPEG-TS fragments of the lab', () => {
  for (const name of CLIPS) {
    it(`${name}: every continuity counter runs on across fragments`, () => {
      const clip = transportClip(name);
      const bytes = Buffer.concat([0, 1, 2, 3, 4].map((turn) => fragmentOf(clip, turn, clip.bytes.length + 2000)));
      const last = new Map<number, number>();
      let compared = 0;
      for (const offset of packetOffsets(bytes)) {
        const pid = pidOf(bytes, offset);
        if (pid === 0x1fff) continue;
        const control = bytes.readUInt8(offset + 3);
        const before = last.get(pid);
        if (before !== undefined) {
          const expected = (control & 0x10) === 0 ? before : (before + 1) % 16;
          assert.equal(control & 0x0f, expected, `PID ${pid} at byte ${offset}`);
          compared++;
        }
        last.set(pid, control & 0x0f);
      }
      assert.ok(compared > 5 * 40);
    });

    it(`${name}: times move by the duration at each turn`, () => {
      const clip = transportClip(name);
      const first = stampsOf(fragmentOf(clip, 0));
      assert.ok(first.length > 10);
      assert.ok(first.some((stamp) => stamp < 0) && first.some((stamp) => stamp > 0));
      for (const turn of [1, 2, 599]) {
        const shift = turn * 172_800;
        const moved = first.map((stamp) => (stamp < 0 ? stamp - shift : stamp + shift));
        assert.deepEqual(stampsOf(fragmentOf(clip, turn)), moved);
      }
    });
  }

  it('wraps times at 33 bits', () => {
    const clip = transportClip('2160p-av');
    const turn = Math.floor(MODULUS / 172_800);
    const shift = turn * 172_800;
    const raw = stampsOf(fragmentOf(clip, 0)).filter((stamp) => stamp > 0);
    const moved = stampsOf(fragmentOf(clip, turn)).filter((stamp) => stamp > 0);
    assert.ok(raw.some((stamp) => stamp + shift >= MODULUS));
    assert.deepEqual(
      moved,
      raw.map((stamp) => (stamp + shift) % MODULUS),
    );
  });

  it('leaves everything but times and counters as it was', () => {
    const clip = transportClip('360p-av');
    const moved = fragmentOf(clip, 7).subarray(0, clip.bytes.length);
    for (const { offset } of clip.stamps) clip.bytes.copy(moved, offset, offset, offset + 5);
    for (const { offset } of clip.counters) clip.bytes.copy(moved, offset, offset, offset + 1);
    assert.ok(moved.equals(clip.bytes));
  });

  it('keeps the marker bits around PTS and DTS', () => {
    const bytes = fragmentOf(transportClip('2160p-av'), 123_456);
    for (const offset of packetOffsets(bytes)) {
      for (const at of pesStampOffsets(bytes, offset)) {
        assert.deepEqual(
          [at, at + 2, at + 4].map((place) => bytes.readUInt8(place) & 1),
          [1, 1, 1],
        );
      }
    }
  });

  it('has the size that was asked for, in whole packets, filled up with null packets', () => {
    const clip = transportClip('2160p-av');
    const bytes = fragmentOf(clip, 3, 5_400_000);
    assert.equal(bytes.length, Math.round(5_400_000 / PACKET_BYTES) * PACKET_BYTES);
    const padding = packetOffsets(bytes).filter((offset) => offset >= clip.bytes.length);
    assert.ok(padding.every((offset) => pidOf(bytes, offset) === 0x1fff));
    assert.equal(bytes.toString('latin1', clip.bytes.length + 4, clip.bytes.length + 12), 'marker 3');
  });

  it('is never smaller than its clip and its marker', () => {
    const clip = transportClip('360p-av');
    assert.equal(fragmentOf(clip, 0, 1).length, clip.bytes.length + PACKET_BYTES);
  });

  it('is cut anywhere', () => {
    const clip = transportClip('360p-av');
    const content = transportFragment({ clip, turn: 2, marker: 'm', sizeBytes: 900_000 });
    const whole = Buffer.concat([...all(content)]);
    for (const [start, end] of [
      [0, 1],
      [clip.bytes.length - 1, clip.bytes.length + 300],
      [500_000, 899_000],
      [content.size - 1, content.size],
    ] as const) {
      assert.ok(Buffer.concat([...content.slice(start, end)]).equals(whole.subarray(start, end)));
    }
  });
});
