import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MuxError } from '../../../src/mux/errors.ts';
import type { MuxContainer, MuxInput } from '../../../src/mux/request.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import {
  clip,
  counts,
  ffmpeg,
  makeClip,
  media,
  muxed,
  payloads,
  pictures,
  probe,
  requireFfmpeg,
  times,
} from './media.ts';

/** Files behind each other, a discontinuity between any two. */
async function joined(target: string, sources: readonly string[], seconds: number): Promise<MuxInput> {
  const contents = await Promise.all(sources.map((source) => readFile(source)));
  await writeFile(target, Buffer.concat(contents));
  let offset = 0;
  const discontinuities = contents.slice(0, -1).map((content, index) => {
    offset += content.length;
    return { offset, timeS: (index + 1) * seconds };
  });
  return media(target, { discontinuities });
}

const repeat = <T>(count: number, values: T[]): T[] => Array.from({ length: count }, () => values).flat();

describe('mux across discontinuities', function () {
  this.timeout(60_000);
  let folder: Awaited<ReturnType<typeof temporaryFolder>> | undefined;
  const file = (name: string): string => path.join(folder?.path ?? '', name);

  before(async function () {
    requireFfmpeg(this);
    folder = await temporaryFolder();
  });

  after(() => folder?.[Symbol.asyncDispose]());

  for (const container of ['mp4', 'mkv', 'ts'] satisfies MuxContainer[]) {
    it(`makes one time line of clocks that start again, in .${container}`, async () => {
      const source = clip('360p-av.mpegts');
      const input = await joined(file('three.mpegts'), [source, source, source], 1.92);
      const output = file(`three.${container}`);
      const { durationS } = await muxed({ inputs: [input], output, container });
      const probed = await probe(output);
      assert.deepEqual(counts(probed), ['h264 36', 'aac 270']);
      assert.equal(probed.warnings, '');
      // Each section is as long as its longest track: sound and picture keep their distance, nothing overlaps.
      const sectionS = 1.9413;
      assert.ok(Math.abs(durationS - 3 * sectionS) < 0.001, String(durationS));
      const [video, audio] = [await times(output, 'v'), await times(output, 'a')];
      const distances = [0, 1, 2].map((index) => (video[12 * index] ?? 0) - (audio[90 * index] ?? 0));
      for (const distance of distances) assert.ok(Math.abs(distance - 0.0213) < 0.0015, String(distances));
      for (const [index, time] of video.entries()) {
        const expected = (video[0] ?? 0) + (index % 12) * 0.16 + Math.floor(index / 12) * sectionS;
        assert.ok(Math.abs(time - expected) < 0.0015, `picture ${index} at ${time}, not ${expected}`);
      }
      assert.deepEqual(await payloads(output, 'v', 'h264'), repeat(3, await payloads(source, 'v', 'h264')));
      assert.deepEqual(await payloads(output, 'a', 'aac'), repeat(3, await payloads(source, 'a', 'aac')));
    });
  }

  it('runs on where the 33 bits of a timestamp overflow', async () => {
    const source = file('wrap.mpegts');
    const shift = String(2 ** 33 / 90_000 - 2);
    await ffmpeg('-i', clip('360p-av.mpegts'), '-c', 'copy', '-output_ts_offset', shift, '-f', 'mpegts', source);
    const raw = await times(source, 'v');
    const output = file('wrap.mp4');
    await muxed({ inputs: [media(source)], output, container: 'mp4' });
    const [video, before] = [await times(output, 'v'), await times(clip('360p-av.mpegts'), 'v')];
    assert.ok(raw.length === 12 && video.length === 12);
    for (const [index, time] of video.entries()) {
      const expected = (before[index] ?? 0) - (before[0] ?? 0);
      assert.ok(Math.abs(time - (video[0] ?? 0) - expected) < 0.0001, `picture ${index} at ${time}`);
    }
  });

  it('keeps the hole that fragments left before a discontinuity', async () => {
    const source = clip('360p-av.mpegts');
    const input = await joined(file('hole.mpegts'), [source, source], 20);
    await muxed({ inputs: [input], output: file('hole.mp4'), container: 'mp4' });
    const video = await times(file('hole.mp4'), 'v');
    assert.ok(Math.abs((video[12] ?? 0) - 20.02) < 0.01, String(video[12]));
  });

  it('says where a clock starts again that no tag tells of', async () => {
    const source = clip('360p-av.mpegts');
    const input = await joined(file('undeclared.mpegts'), [source, source, source], 1.92);
    const muxing = muxed({ inputs: [media(input.path)], output: file('undeclared.mp4'), container: 'mp4' });
    await assert.rejects(muxing, (error) => error instanceof MuxError && error.code === 'MUX_TIMES');
  });

  it('moves all tracks alike: video, two languages, subtitles', async () => {
    const video = await joined(file('v.mpegts'), repeat(2, [clip('360p.mpegts')]), 1.92);
    const english = await joined(file('en.mpegts'), repeat(2, [clip('audio-en.mpegts')]), 1.92);
    const german = await joined(file('de.mpegts'), repeat(2, [clip('audio-de.mpegts')]), 1.92);
    const subtitles = file('en.vtt');
    await writeFile(subtitles, 'WEBVTT\n\n00:00.500 --> 00:01.000\nOne\n\n00:02.500 --> 00:03.000\nTwo\n');
    const inputs: MuxInput[] = [
      video,
      { ...english, language: 'en', name: 'English', isDefault: false },
      { ...german, language: 'de', name: 'Deutsch', isDefault: true },
      { path: subtitles, kind: 'subtitles', language: 'en', name: 'Captions' },
    ];
    for (const container of ['mp4', 'mkv'] as const) {
      const output = file(`languages.${container}`);
      const { tracks } = await muxed({ inputs, output, container });
      const { streams } = await probe(output);
      assert.deepEqual(counts({ streams: streams.slice(0, 3) }), ['h264 24', 'aac 180', 'aac 180']);
      assert.deepEqual(
        streams.slice(1).map(({ tags }) => tags?.['language']),
        ['eng', 'deu', 'eng'],
      );
      assert.deepEqual(
        streams.slice(1, 3).map(({ disposition }) => disposition.default),
        [0, 1],
      );
      assert.deepEqual(tracks.at(-1), { type: 'subtitles', codec: 'webvtt', language: 'en', name: 'Captions' });
      const starts = await Promise.all(['v', 'a:0', 'a:1'].map((stream) => times(output, stream)));
      const seconds = starts.map((track) => (track[track.length / 2] ?? 0) - (track[0] ?? 0));
      for (const second of seconds) assert.ok(Math.abs(second - 1.9413) < 0.0015, String(seconds));
      // The cues are in the file as they were, whatever this ffprobe makes of them.
      const bytes = (await readFile(output)).toString('latin1');
      assert.ok(bytes.includes('One') && bytes.includes('Two'));
    }
    const { warnings, streams } = await muxed({
      inputs: inputs.slice(0, 3),
      output: file('languages.ts'),
      container: 'ts',
    }).then(() => probe(file('languages.ts')));
    assert.equal(warnings, '');
    assert.deepEqual(counts({ streams }), ['h264 24', 'aac 180', 'aac 180']);
    assert.deepEqual(
      streams.slice(1).map(({ tags }) => tags?.['language']),
      ['eng', 'deu'],
    );
  });

  it('refuses renditions whose discontinuities contradict each other, and subtitles in .ts', async () => {
    const video = await joined(file('two.mpegts'), repeat(2, [clip('360p.mpegts')]), 1.92);
    const inputs = [video, media(clip('audio-en.mpegts'))];
    const muxing = muxed({ inputs, output: file('two.mp4'), container: 'mp4' });
    await assert.rejects(muxing, (error) => error instanceof MuxError && error.code === 'MUX_TIMES');
    await writeFile(file('none.vtt'), 'WEBVTT\n\n00:00.000 --> 00:01.000\nOne\n');
    const captioned: MuxInput[] = [media(clip('360p.mpegts')), { path: file('none.vtt'), kind: 'subtitles' }];
    const captioning = muxed({ inputs: captioned, output: file('captions.ts'), container: 'ts' });
    await assert.rejects(captioning, (error) => error instanceof MuxError && error.code === 'MUX_CODEC');
  });

  it('takes several init segments of the same parameters as one track', async () => {
    const source = clip('360p-av.mp4');
    const input = await joined(file('maps.mp4x'), repeat(3, [source]), 1.92);
    await muxed({ inputs: [input], output: file('maps.mp4'), container: 'mp4' });
    const probed = await probe(file('maps.mp4'));
    assert.deepEqual(counts(probed), ['h264 36', 'aac 270']);
    assert.equal(probed.warnings, '');
    assert.deepEqual(await pictures(file('maps.mp4')), repeat(3, await pictures(source)));
  });

  for (const [name, sources] of [
    ['init segments', ['360p-av.mp4', '720p-av.mp4']],
    ['transport streams', ['360p.mpegts', '1080p.mpegts']],
  ] as const) {
    it(`takes ${name} of different sizes as one track whose key frames tell theirs`, async () => {
      const clips = sources.map(clip);
      const input = await joined(file('sizes'), clips, 1.92);
      const expected = (await Promise.all(clips.map((one) => pictures(one)))).flat();
      for (const container of ['mp4', 'mkv', 'ts'] as const) {
        const output = file(`sizes.${container}`);
        await muxed({ inputs: [input], output, container });
        const probed = await probe(output);
        assert.equal(counts(probed)[0], 'h264 24');
        assert.equal(probed.warnings, '');
        if (container === 'mp4') assert.equal(probed.streams[0]?.codec_tag_string, 'avc3');
        assert.deepEqual(await pictures(output), expected, container);
      }
    });
  }

  it('says what changes where no track can hold both', async () => {
    const other = file('44100.mp4x');
    const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100:duration=2'];
    const flags = '+empty_moov+default_base_moof+frag_keyframe';
    await ffmpeg(...tone, '-ac', '2', '-c:a', 'aac', '-f', 'mp4', '-movflags', flags, other);
    const input = await joined(file('other.mp4x'), [clip('360p-av.mp4'), other], 1.92);
    const muxing = muxed({ inputs: [input], output: file('other.mp4'), container: 'mp4' });
    await assert.rejects(
      muxing,
      (error) =>
        error instanceof MuxError &&
        error.code === 'MUX_PARAMETERS' &&
        error.message.includes('aac 44100 Hz, 2 channels after aac 48000 Hz, 1 channels'),
    );
  });

  it('leaves pictures out that nothing can decode, and counts them', async () => {
    const made = await makeClip(file(''), 'gops.mpegts', {
      seconds: 2,
      codecs: ['-c:v', 'libx264', '-bf', '0', '-g', '25', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-f', 'mpegts'],
    });
    const whole = await readFile(made);
    const starts: number[] = [];
    for (let at = 0; at < whole.length; at += 188) {
      const start = whole.readUInt16BE(at + 1);
      if ((start & 0x4000) !== 0 && (start & 0x1fff) === 0x100) starts.push(at);
    }
    // Joined at the seventh picture, as a live stream may be: the next key frame is the 26th.
    const late = file('joined-late.mpegts');
    await writeFile(late, Buffer.concat([whole.subarray(0, 3 * 188), whole.subarray(starts[6])]));
    const output = file('joined-late.mp4');
    const { tracks } = await muxed({ inputs: [media(late)], output, container: 'mp4' });
    assert.equal(tracks[0]?.undecodable, 19);
    assert.equal(tracks[0].packets, 25);
    assert.deepEqual(await pictures(output), (await pictures(made)).slice(25));
  });

  it('places packed audio by the times of its ID3 tags', async () => {
    const adts = file('audio.aac');
    await ffmpeg('-i', clip('audio-en.mpegts'), '-c', 'copy', '-f', 'adts', adts);
    const [firstS = 0] = await times(clip('audio-en.mpegts'), 'a');
    const frames = await readFile(adts);
    // As an origin sends it: a tag in front of each fragment, here two of them, cut between frames.
    const middle = frameBoundary(frames, 45);
    const parts = [tag(firstS), frames.subarray(0, middle), tag(firstS + 0.96), frames.subarray(middle)];
    await writeFile(file('packed.aac'), Buffer.concat(parts));
    const output = file('packed.mp4');
    await muxed({ inputs: [media(clip('360p.mpegts')), media(file('packed.aac'))], output, container: 'mp4' });
    assert.deepEqual(counts(await probe(output)), ['h264 12', 'aac 90']);
    assert.deepEqual(await payloads(output, 'a', 'aac'), await payloads(clip('audio-en.mpegts'), 'a', 'aac'));
    const apart = file('apart.mp4');
    await muxed({
      inputs: [media(clip('360p.mpegts')), media(clip('audio-en.mpegts'))],
      output: apart,
      container: 'mp4',
    });
    const [[packed = 0], [expected = 0]] = [await times(output, 'v'), await times(apart, 'v')];
    assert.ok(Math.abs(packed - expected) < 0.0001, `${packed}, not ${expected}`);
  });
});

/** Offset of the nth ADTS frame. */
function frameBoundary(bytes: Buffer, count: number): number {
  let offset = 0;
  for (let index = 0; index < count; index += 1) offset += (bytes.readUInt32BE(offset + 3) >>> 13) & 0x1fff;
  return offset;
}

/** The ID3 tag in front of a fragment of packed audio (RFC 8216, section 3.4). */
function tag(timeS: number): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(Math.round(timeS * 90_000)));
  const content = Buffer.concat([Buffer.from('com.apple.streaming.transportStreamTimestamp\0', 'latin1'), time]);
  const frame = Buffer.concat([Buffer.from('PRIV\0\0\0\0\0\0', 'latin1'), content]);
  frame.writeUInt32BE(content.length, 4);
  const header = Buffer.from('ID3\x04\0\0\0\0\0\0', 'latin1');
  header.writeUInt8(frame.length, 9);
  return Buffer.concat([header, frame]);
}
