import { held } from '../content/content.ts';
import { SMALL, transportParts, transportTrack } from './plain.ts';
import type { Part, Resource, Shape, Stream, Track, Tracks } from './stream.ts';
import { fileName, FIRST_TICKS, FRAGMENT_S, head, playlistResource, resourcesOf, times, TYPES } from './stream.ts';

const VARIANTS = [
  { name: '2160p', resolution: '3840x2160', codecs: 'avc1.640033', bandwidth: 5_000_000, bytes: 1_000_000 },
  { name: '1080p', resolution: '1920x1080', codecs: 'avc1.640028', bandwidth: 2_200_000, bytes: 400_000 },
  { name: '720p', resolution: '1280x720', codecs: 'avc1.64001f', bandwidth: 1_100_000, bytes: 200_000 },
  { name: '360p', resolution: '640x360', codecs: 'avc1.64001e', bandwidth: 400_000, bytes: 60_000 },
];
const LANGUAGES = [
  { language: 'en', name: 'English', isDefault: 'YES' },
  { language: 'de', name: 'Deutsch', isDefault: 'NO' },
];
const AUDIO_BYTES = 15_000;

/** Four variants of video, audio in two languages, subtitles in two. */
export function multivariant(shape: Shape): Stream {
  const variants = Object.fromEntries(
    VARIANTS.map(({ name, bytes }) => [name, video(`multivariant ${name}`, name, bytes, shape)]),
  );
  const audio = Object.fromEntries(LANGUAGES.map(({ language }) => [language, audioTrack(language, shape)]));
  const subtitles = Object.fromEntries(LANGUAGES.map(({ language }) => [language, subtitlesTrack(language, shape)]));
  const lines = ['#EXTM3U', '#EXT-X-VERSION:6', '#EXT-X-INDEPENDENT-SEGMENTS'];
  for (const { language, name, isDefault } of LANGUAGES) {
    const common = `NAME="${name}",LANGUAGE="${language}",DEFAULT=${isDefault},AUTOSELECT=YES`;
    lines.push(`#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",${common},CHANNELS="1",URI="audio-${language}/index.m3u8"`);
    lines.push(
      `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",${common},FORCED=NO,URI="subtitles-${language}/index.m3u8"`,
    );
  }
  // Neither the best nor the worst comes first.
  for (const place of [1, 0, 3, 2]) {
    const { name, resolution, codecs, bandwidth, bytes } = VARIANTS[place]!;
    const average = Math.round(((bytes + AUDIO_BYTES) * 8) / FRAGMENT_S);
    const rates = `BANDWIDTH=${bandwidth},AVERAGE-BANDWIDTH=${average}`;
    const what = `CODECS="${codecs},mp4a.40.2",RESOLUTION=${resolution},FRAME-RATE=6.250`;
    lines.push(`#EXT-X-STREAM-INF:${rates},${what},AUDIO="aac",SUBTITLES="text"`, `${name}/index.m3u8`);
  }
  return composed(lines, { best: variants['2160p']!, variants, audio, subtitles });
}

/** One variant and one rendition, with names and titles that trip readers. */
export function hostileTitles(shape: Shape): Stream {
  const titles = [
    'Prélude, à l’aube',
    '第二章 「間奏」',
    '100 % Überraschung 🎬',
    'C:\\Temp\\"x"',
    '%E0%A4%A',
    '#EXTINF:9',
  ];
  const track = video('hostile-titles', '360p', SMALL.fragmentBytes, shape);
  const parts = track.parts.map((part): Part => ({ ...part, title: titles[part.index % titles.length]! }));
  const best = { ...track, parts };
  const lines = [
    '#EXTM3U',
    `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="Director's cut",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="audio-en/index.m3u8"`,
    `#EXT-X-STREAM-INF:BANDWIDTH=1200000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360,NAME="L'été, 360p",AUDIO="aac"`,
    '360p/index.m3u8',
  ];
  return composed(lines, { best, variants: { '360p': best }, audio: { en: audioTrack('en', shape) }, subtitles: {} });
}

/** A stream of the multivariant playlist of these lines and of those tracks. */
export function composed(lines: readonly string[], tracks: Tracks): Stream {
  const resources = new Map<string, Resource>([['index.m3u8', playlistResource(lines.join('\n') + '\n')]]);
  for (const group of [tracks.variants, tracks.audio, tracks.subtitles]) {
    for (const track of Object.values(group)) {
      for (const [path, resource] of resourcesOf(track)) resources.set(path, resource);
    }
  }
  return { ...tracks, resources };
}

function video(label: string, name: string, fragmentBytes: number, shape: Shape): Track {
  const parts = transportParts(label, name, { fragments: SMALL.fragments, fragmentBytes }, shape);
  return transportTrack(parts, { folder: `${name}/`, head: vod() });
}

/** Audio alone in that language, `en` or `de`, in a folder of its own. */
export function audioTrack(language: string, shape: Shape): Track {
  const usual = { fragments: SMALL.fragments, fragmentBytes: AUDIO_BYTES };
  const count = shape.fragments ?? usual.fragments;
  const parts = transportParts(`audio ${language}`, `audio-${language}`, usual, { fragments: count });
  return transportTrack(parts, { folder: `audio-${language}/`, head: vod() });
}

function subtitlesTrack(language: string, shape: Shape): Track {
  const parts = times(shape.fragments ?? SMALL.fragments, (index): Part => {
    const media = held(Buffer.from(cue(language, index)));
    return { index, path: fileName(index, 'vtt'), tags: [], media, sent: media };
  });
  return { folder: `subtitles-${language}/`, contentType: TYPES.vtt, head: vod(), parts, others: new Map() };
}

/** A file of one cue, its time mapped on the video's first frame. */
function cue(language: string, index: number): string {
  const word = language === 'de' ? 'Fragment Nummer' : 'Fragment number';
  const [start, end] = [index * FRAGMENT_S, index * FRAGMENT_S + 1.5].map(clock);
  return `WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:${FIRST_TICKS},LOCAL:00:00:00.000\n\n${index}\n${start} --> ${end}\n${word} ${index}\n\n`;
}

/** As WebVTT writes times: `00:00:01.500`. */
export function clock(seconds: number): string {
  return new Date(Math.round(seconds * 1000)).toISOString().slice(11, 23);
}

/** The tags that a recording's media playlist starts with. */
export function vod(): string[] {
  return [...head(6), '#EXT-X-PLAYLIST-TYPE:VOD'];
}
