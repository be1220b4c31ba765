import assert from 'node:assert/strict';

import type { Cue, Lab, StreamName } from '../../origin/lab.ts';
import { startLab } from '../../origin/lab.ts';
import { packetOffsets, pidOf } from '../../origin/content/transport.ts';
import { DATE_RANGES, PROGRAM_START } from '../../origin/streams/tags.ts';
import { get } from './client.ts';

describe('tags and renditions of the lab', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  async function text(stream: StreamName, path = 'index.m3u8', fragments = 12): Promise<string> {
    return (await get(lab.url(stream, { fragments }).replace('index.m3u8', path))).body.toString();
  }

  it('vod-no-end: says VOD and does not end', async () => {
    const playlist = await text('vod-no-end');
    assert.match(playlist, /^#EXT-X-PLAYLIST-TYPE:VOD$/m);
    assert.ok(!playlist.includes('#EXT-X-ENDLIST'));
  });

  it('bitrate: that of each fragment', async () => {
    const rates = [...(await text('bitrate')).matchAll(/^#EXT-X-BITRATE:(\d+)\n#EXTINF:1\.92,\n(f\d+\.ts)/gm)];
    assert.equal(rates.length, 12);
    for (const [, rate, file] of rates.slice(0, 3)) {
      const { body } = await get(`${lab.http}/bitrate/${file!}`);
      assert.equal(Number(rate), Math.round((body.length * 8) / 1.92 / 1000));
    }
  });

  it('daterange: each range, one of them in two tags', async () => {
    const playlist = await text('daterange');
    assert.ok(playlist.includes(`#EXT-X-PROGRAM-DATE-TIME:${PROGRAM_START}\n`));
    const joined = new Map<string, Record<string, string>>();
    const tags = [...playlist.matchAll(/^#EXT-X-DATERANGE:(.*)$/gm)].map(([, list = '']) =>
      Object.fromEntries(
        [...list.matchAll(/([A-Z\d-]+)=(?:"([^"]*)"|([^,]*))/g)].map(([, name, a, b]) => [name!, a ?? b!]),
      ),
    );
    for (const tag of tags) joined.set(tag['ID']!, { ...joined.get(tag['ID']!), ...tag });
    assert.equal(tags.length, DATE_RANGES.length + 1);
    assert.deepEqual([...joined.values()], DATE_RANGES);
  });

  it('iframes: the beginning of each fragment, up to its second frame', async () => {
    assert.match(await text('iframes'), /^#EXT-X-I-FRAME-STREAM-INF:.*URI="iframes\/index\.m3u8\?/m);
    const playlist = await text('iframes', 'iframes/index.m3u8');
    assert.match(playlist, /^#EXT-X-I-FRAMES-ONLY$/m);
    const [, length = ''] = /^#EXT-X-BYTERANGE:(\d+)@0\n/m.exec(playlist)!;
    const { body } = await get(`${lab.http}/iframes/360p/f000000.ts`, { range: `bytes=0-${Number(length) - 1}` });
    const starts = packetOffsets(body).filter((at) => pidOf(body, at) === 256 && (body.readUInt8(at + 1) & 0x40) !== 0);
    assert.equal(starts.length, 1);
  });

  it('alternates: a default within the variant, another beside it', async () => {
    const media = (await text('alternates')).split('\n').filter((line) => line.startsWith('#EXT-X-MEDIA'));
    assert.equal(media.length, 2);
    assert.match(media[1]!, /LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES$/);
    assert.match(media[0]!, /LANGUAGE="de",AUTOSELECT=YES,URI="audio-de\/index\.m3u8/);
    assert.deepEqual(Object.keys((await lab.digest('alternates')).outputs!.audio), ['de']);
  });

  describe('subtitles', () => {
    /** The cues of one file, their times on the clock of the video. */
    function cuesOf(file: string): Cue[] {
      const [, ticks, local] = /^X-TIMESTAMP-MAP=MPEGTS:(\d+),LOCAL:(.*)$/m.exec(file)!;
      const shift = (Number(ticks) - 154_800) / 90_000 - seconds(local!);
      return file.split(/\n{2,}/).flatMap((block) => {
        const found = /^(?:(?<id>.*)\n)?(?<from>[\d:.]+) --> (?<to>[\d:.]+)(?: (?<settings>.*))?\n(?<text>[^]+)$/.exec(
          block,
        );
        if (found === null) return [];
        const { id, from, to, settings, text: said } = found.groups!;
        const at = (time: string): number => Math.round((seconds(time) + shift) * 1000) / 1000;
        return [
          {
            ...(id === undefined ? {} : { id }),
            startS: at(from!),
            endS: at(to!),
            ...(settings === undefined ? {} : { settings }),
            text: said!.trimEnd(),
          },
        ];
      });
    }

    function seconds(time: string): number {
      return time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
    }

    it('the files joined, each cue once, are what the lab says', async () => {
      const { cues } = (await lab.digest('subtitles', { fragments: 12 })).outputs!;
      for (const language of ['en', 'de']) {
        const files = [];
        for (let index = 0; index < 12; index++) {
          const path = `subtitles-${language}/f${String(index).padStart(6, '0')}.vtt`;
          files.push(cuesOf((await text('subtitles', path)).replace('\uFEFF', '').replaceAll('\r\n', '\n')));
        }
        const once = new Map(files.flat().map((cue) => [JSON.stringify(cue), cue]));
        const right = cues![language]!;
        assert.deepEqual(
          [...once.values()].sort((one, other) => one.startS - other.startS),
          right,
        );
        assert.ok(files.flat().length > right.length + 3, 'cues cross borders');
        assert.deepEqual(
          files.flatMap((file, index) => (file.length === 0 ? [index] : [])),
          [3, 8],
        );
        assert.ok(right.some((cue, place) => right.slice(place + 1).some((later) => later.text === cue.text)));
      }
    });

    it('trips readers: clocks, line ends, a byte order mark', async () => {
      const file = (index: number): Promise<string> => text('subtitles', `subtitles-en/f00000${index}.vtt`);
      assert.match(await file(0), /^WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:154800,LOCAL:00:00:00\.000\n\nNOTE\n/);
      assert.match(await file(1), /MPEGTS:327600,LOCAL:00:01:00\.000\n/);
      assert.match(await file(2), /^WEBVTT\r\n/);
      assert.ok((await get(`${lab.http}/subtitles/subtitles-en/f000004.vtt`)).body[0] === 0xef);
    });
  });
});
