import { made } from '../content/content.ts';
import { packetOffsets, pesStampOffsets, pidOf } from '../content/transport.ts';
import { transportClip } from './clips.ts';
import { composed, vod } from './multivariant.ts';
import { SMALL, transportParts, transportTrack } from './plain.ts';
import type { Part, Shape, Stream } from './stream.ts';
import { FRAGMENT_S, head, single } from './stream.ts';

/** A playlist that says VOD and has no EXT-X-ENDLIST. */
export function vodNoEnd(shape: Shape): Stream {
  const parts = transportParts('vod-no-end', '360p-av', SMALL, shape);
  return single(transportTrack(parts, { head: vod(), isOpen: true }));
}

/** EXT-X-BITRATE before each fragment. */
export function bitrate(shape: Shape): Stream {
  const parts = transportParts('bitrate', '360p-av', SMALL, shape).map((part): Part => {
    return { ...part, tags: [`#EXT-X-BITRATE:${Math.round((part.media.size * 8) / FRAGMENT_S / 1000)}`] };
  });
  return single(transportTrack(parts, { head: head(3) }));
}

/** The time of the first fragment of `daterange`. */
export const PROGRAM_START = '2024-03-01T20:15:00.000Z';

/** The date ranges of `daterange`, as the attributes of all tags of one ID together; a tag may repeat some. */
export const DATE_RANGES: readonly (Readonly<Record<string, string>> & { ID: string })[] = [
  { ID: 'programme', CLASS: 'lab.programme', 'START-DATE': '2024-03-01T20:15:00Z', 'X-TITLE': 'Evening, part 1' },
  {
    ID: 'splice-1',
    'START-DATE': '2024-03-01T20:15:02Z',
    'PLANNED-DURATION': '4.5',
    'SCTE35-OUT':
      '0xFC002F0000000000FF000014056FFFFFF000E011622DCAFF000052636200000000000A0008029896F50000008700000000',
    DURATION: '4.1',
    'SCTE35-IN': '0xFC002A0000000000FF00000F056FFFFFF000E01162FFFF',
  },
  {
    ID: 'ad-1',
    CLASS: 'com.apple.hls.interstitial',
    'START-DATE': '2024-03-01T20:15:02Z',
    DURATION: '4.1',
    'X-ASSET-URI': 'http://ads.example/one/index.m3u8',
    'X-RESUME-OFFSET': '0',
    'X-RESTRICT': 'SKIP,JUMP',
    CUE: 'PRE,ONCE',
  },
  {
    ID: 'ad-2',
    CLASS: 'com.apple.hls.interstitial',
    'START-DATE': '2024-03-01T20:15:05.760Z',
    'X-ASSET-LIST': 'http://ads.example/list.json',
    'X-SNAP': 'IN,OUT',
  },
];

const BARE = ['DURATION', 'PLANNED-DURATION', 'SCTE35-OUT', 'SCTE35-IN', 'X-RESUME-OFFSET'];

/** Date ranges, one in two tags, and two interstitials; nothing serves what those name. */
export function daterange(shape: Shape): Stream {
  const [programme, splice, ...ads] = DATE_RANGES;
  const { DURATION: duration = '', 'SCTE35-IN': end = '', ...begin } = splice!;
  const ended = { ID: begin.ID, DURATION: duration, 'SCTE35-IN': end };
  const opening = [`#EXT-X-PROGRAM-DATE-TIME:${PROGRAM_START}`, rangeTag(programme!), rangeTag(begin)];
  const tagsAt: Readonly<Record<number, string[]>> = { 0: [...opening, ...ads.map(rangeTag), rangeTag(ended)] };
  const parts = transportParts('daterange', '360p-av', SMALL, shape).map((part): Part => ({
    ...part,
    tags: tagsAt[part.index] ?? [],
  }));
  return single(transportTrack(parts, { head: head(6) }));
}

function rangeTag(attributes: Readonly<Record<string, string>>): string {
  const list = Object.entries(attributes).map(
    ([name, value]) => `${name}=${BARE.includes(name) ? value : `"${value}"`}`,
  );
  return `#EXT-X-DATERANGE:${list.join()}`;
}

/** One variant, and a playlist of its I-frames, which are ranges of its fragments. */
export function iframes(shape: Shape): Stream {
  const parts = transportParts('iframes', '360p-av', SMALL, shape);
  const best = transportTrack(parts, { folder: '360p/', head: vod() });
  const bytes = frameBytes('360p-av');
  const frames = parts.map((part): Part => {
    const media = made(bytes, () => part.media.slice(0, bytes));
    return { ...part, path: `../360p/${part.path}`, tags: [`#EXT-X-BYTERANGE:${bytes}@0`], media, sent: undefined };
  });
  const only = transportTrack(frames, { folder: 'iframes/', head: [...vod(), '#EXT-X-I-FRAMES-ONLY'] });
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=60000,CODECS="avc1.64001e",RESOLUTION=640x360,URI="iframes/index.m3u8"',
    '#EXT-X-STREAM-INF:BANDWIDTH=1300000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360',
    '360p/index.m3u8',
  ];
  return composed(lines, { best, variants: { '360p': best, iframes: only }, audio: {}, subtitles: {} });
}

/** How many bytes the clip's tables and its first frame take: up to where the second frame starts. */
function frameBytes(clip: string): number {
  const { bytes } = transportClip(clip);
  const starts = packetOffsets(bytes).filter((offset) => pesStampOffsets(bytes, offset).length > 0);
  const second = starts.slice(1).find((offset) => pidOf(bytes, offset) === pidOf(bytes, starts[0]!));
  return second ?? bytes.length;
}
