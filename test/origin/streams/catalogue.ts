import { aesIv, aesNone, aesRotation, aesSequence } from './encrypted.ts';
import { blank, bomCrlf, empty, html, huge, noExtm3u } from './hostile.ts';
import { define, drmClearkeyMixed, drmFairplay, drmPlayready, drmWidevine, keysMany, sessionKey } from './keys.ts';
import { fmp4, fmp4Aes, fmp4AesClearMap, fmp4ByteRange, fmp4Chunks, fmp4Maps, mapsMany } from './mp4.ts';
import { liveEvent, liveWindow } from './live.ts';
import { hostileTitles, multivariant } from './multivariant.ts';
import { redundant, steering } from './pathways.ts';
import { discontinuity, gap, live, plain, SMALL } from './plain.ts';
import { byteRange, byteRangeImplicit } from './ranges.ts';
import { sampleAesFmp4, sampleAesTs } from './sampleAes.ts';
import type { Shape, Stream } from './stream.ts';
import { alternates, subtitles } from './subtitles.ts';
import { bitrate, daterange, iframes, vodNoEnd } from './tags.ts';

const catalogue = {
  '4k': { is: 'real 4K in MPEG-TS', make: plain('4k', '2160p-av', { fragments: 600, fragmentBytes: 5_400_000 }) },
  tiny: { is: 'many small fragments', make: plain('tiny', '360p-av', { fragments: 5000, fragmentBytes: 24_000 }) },
  small: { is: 'a few fragments', make: plain('small', '360p-av', SMALL) },
  fmp4: { is: 'fMP4 with EXT-X-MAP', make: fmp4 },
  'fmp4-maps': { is: 'two maps at a discontinuity', make: fmp4Maps },
  'fmp4-chunks': { is: 'fMP4, two moofs in each fragment', make: fmp4Chunks },
  'fmp4-byterange': { is: 'fMP4 in one file, map and fragments by range', make: fmp4ByteRange },
  'fmp4-aes': { is: 'fMP4, encrypted with its map, explicit IV', make: fmp4Aes },
  'fmp4-aes-clear-map': { is: 'fMP4, encrypted, its map in the clear', make: fmp4AesClearMap },
  byterange: { is: 'byte ranges with offsets', make: byteRange },
  'byterange-implicit': { is: 'byte ranges without offsets', make: byteRangeImplicit },
  'aes-iv': { is: 'AES-128, explicit IVs', make: aesIv },
  'aes-sequence': { is: 'AES-128, IV from the media sequence', make: aesSequence },
  'aes-rotation': { is: 'AES-128, the key changes midway', make: aesRotation },
  'aes-none': { is: 'AES-128, METHOD=NONE in the middle', make: aesNone },
  'sample-aes-ts': { is: 'SAMPLE-AES in MPEG-TS', make: sampleAesTs },
  'sample-aes-fmp4': { is: 'SAMPLE-AES in fMP4 (cbcs)', make: sampleAesFmp4 },
  discontinuity: { is: 'another clip in the middle', make: discontinuity },
  gap: { is: 'EXT-X-GAP with URLs that answer 404', make: gap },
  multivariant: { is: 'four variants, audio and subtitles in two languages', make: multivariant },
  alternates: { is: 'English audio in the variant, German beside it', make: alternates },
  subtitles: { is: 'WebVTT whose cues cross the borders of files', make: subtitles },
  redundant: { is: 'each variant at either origin', make: redundant },
  steering: { is: 'content steering over four pathways: streams/pathways.ts', make: steering },
  define: { is: 'EXT-X-DEFINE in all its forms, needs ?edition=night', make: define },
  'session-key': { is: 'EXT-X-SESSION-KEY', make: sessionKey },
  'keys-many': { is: 'keys of two formats on each fragment', make: keysMany },
  'maps-many': { is: 'another map and back, no discontinuity', make: mapsMany },
  'drm-fairplay': { is: 'under FairPlay', make: drmFairplay },
  'drm-widevine': { is: 'under Widevine', make: drmWidevine },
  'drm-playready': { is: 'under PlayReady', make: drmPlayready },
  'drm-clearkey-mixed': { is: 'half clear, half under Clear Key and Widevine', make: drmClearkeyMixed },
  daterange: { is: 'date ranges and interstitials', make: daterange },
  iframes: { is: 'a playlist of I-frames beside the variant', make: iframes },
  bitrate: { is: 'EXT-X-BITRATE', make: bitrate },
  'vod-no-end': { is: 'VOD without EXT-X-ENDLIST', make: vodNoEnd },
  'live-window': { is: 'a broadcast, its window sliding: live/settings.ts', make: liveWindow },
  'live-event': { is: 'a broadcast whose playlist only grows', make: liveEvent },
  live: { is: 'no EXT-X-ENDLIST, static', make: live },
  'hostile-bom-crlf': { is: 'a byte order mark and CRLF', make: bomCrlf },
  'hostile-titles': { is: 'odd titles and names', make: hostileTitles },
  huge: { is: '20,000 fragments', make: huge },
  html: { is: 'an HTML page instead of a playlist', make: html },
  'no-extm3u': { is: 'a playlist without #EXTM3U', make: noExtm3u },
  blank: { is: 'a playlist of no bytes', make: blank },
  empty: { is: 'a playlist without fragments', make: empty },
} satisfies Record<string, { is: string; make: (shape: Shape) => Stream }>;

/** A stream of the lab. */
export type StreamName = keyof typeof catalogue;

export const STREAM_NAMES = Object.keys(catalogue) as StreamName[];

export function isStreamName(name: string): name is StreamName {
  return Object.hasOwn(catalogue, name);
}

/** What the stream is about, in a few words. */
export function describe(name: StreamName): string {
  return catalogue[name].is;
}

const REMEMBERED = 32;
const built = new Map<string, Stream>();

/** The stream in that shape. The newest few are remembered: they hold recipes, not bytes. */
export function streamOf(name: StreamName, shape: Shape): Stream {
  const id = JSON.stringify([name, shape.fragments, shape.fragmentBytes]);
  const known = built.get(id);
  if (known !== undefined) return known;
  const stream = catalogue[name].make(shape);
  const oldest = built.keys().next();
  if (built.size >= REMEMBERED && oldest.done !== true) built.delete(oldest.value);
  built.set(id, stream);
  return stream;
}
