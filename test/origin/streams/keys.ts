import { encrypted, secret, sequenceIv } from '../content/cipher.ts';
import { held } from '../content/content.ts';
import { keyResource, keyTag } from './encrypted.ts';
import { boxParts, boxTrack, mapResource, tagged } from './mp4.ts';
import { composed, vod } from './multivariant.ts';
import { boxClip } from './clips.ts';
import { SMALL, transportParts, transportTrack } from './plain.ts';
import type { Part, Resource, Shape, Stream } from './stream.ts';
import { fileName, head, resourcesOf, single } from './stream.ts';

const FAIRPLAY = 'KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"';
const WIDEVINE = 'KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed",KEYFORMATVERSIONS="1"';
const PLAYREADY = 'KEYFORMAT="com.microsoft.playready",KEYFORMATVERSIONS="1"';
const CLEAR_KEY = 'KEYFORMAT="org.w3.clearkey",KEYFORMATVERSIONS="1"';

/** What a DRM system puts into its URI, in base64. */
const initData = (name: string): string => secret(`init data ${name}`).toString('base64');

const FAIRPLAY_KEY = `#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://lab.example/asset",${FAIRPLAY}`;
const WIDEVINE_KEY = `#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI="data:text/plain;base64,${initData('widevine')}",KEYID=0x${secret('key ID').toString('hex')},${WIDEVINE}`;
const PLAYREADY_KEY = `#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI="data:text/plain;charset=UTF-16;base64,${initData('playready')}",${PLAYREADY}`;
const CLEAR_KEY_KEY = `#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI="data:application/json;base64,${initData('clear key')}",${CLEAR_KEY}`;

/** Keys of the formats identity and FairPlay on each fragment; the first changes, then both end. */
export function keysMany(shape: Shape): Stream {
  const clear = transportParts('keys-many', '360p-av', SMALL, shape);
  const fairplay = `#EXT-X-KEY:METHOD=AES-128,URI="skd://lab.example/keys-many",${FAIRPLAY}`;
  const others = new Map<string, Resource>();
  let before: number | undefined;
  const parts = clear.map((part): Part => {
    const third = Math.floor((part.index * 3) / clear.length);
    const isNew = third !== before;
    before = third;
    if (third === 2) return { ...part, tags: isNew ? ['#EXT-X-KEY:METHOD=NONE'] : [] };
    const [key, iv] = [secret(`key ${third}`), secret(`iv keys-many ${third}`)];
    others.set(`key-${third}.bin`, keyResource(held(key)));
    const identity = `${keyTag(third, iv)},KEYFORMAT="identity",KEYFORMATVERSIONS="1/2"`;
    const tags = isNew ? [identity, ...(third === 0 ? [fairplay] : [])] : [];
    return { ...part, tags, sent: encrypted(part.media, key, iv) };
  });
  return single(transportTrack(parts, { head: head(5), others }));
}

/** The key of the media playlists stands in the multivariant one too. */
export function sessionKey(shape: Shape): Stream {
  const key = secret('key 0');
  const parts = transportParts('session-key', '360p-av', SMALL, shape).map((part): Part => {
    const tags = part.index === 0 ? [keyTag(0)] : [];
    return { ...part, tags, sent: encrypted(part.media, key, sequenceIv(part.index)) };
  });
  const others = new Map([['key-0.bin', keyResource(held(key))]]);
  const best = transportTrack(parts, { folder: '360p/', head: vod(), others });
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="360p/key-0.bin"',
    '#EXT-X-STREAM-INF:BANDWIDTH=1300000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360',
    '360p/index.m3u8',
  ];
  return composed(lines, { best, variants: { '360p': best }, audio: {}, subtitles: {} });
}

/** MPEG-TS under FairPlay alone. */
export const drmFairplay = protectedTransport('drm-fairplay', [FAIRPLAY_KEY]);
/** fMP4 under Widevine alone. */
export const drmWidevine = protectedBoxes('drm-widevine', [WIDEVINE_KEY]);
/** fMP4 under PlayReady alone. */
export const drmPlayready = protectedBoxes('drm-playready', [PLAYREADY_KEY]);
/** fMP4 whose first half is in the clear, its second under Clear Key and Widevine. */
export const drmClearkeyMixed = protectedBoxes('drm-clearkey-mixed', [CLEAR_KEY_KEY, WIDEVINE_KEY], true);

function protectedTransport(label: string, tags: readonly string[]) {
  return (shape: Shape): Stream => {
    const parts = transportParts(label, '360p-av', SMALL, shape).map(locked(label));
    return unattainable(transportTrack(tagged(parts, 0, tags), { head: head(5) }));
  };
}

function protectedBoxes(label: string, tags: readonly string[], hasClearLead = false) {
  return (shape: Shape): Stream => {
    const clear = boxParts(label, '360p-av', shape);
    const from = hasClearLead ? Math.floor(clear.length / 2) : 0;
    const parts = clear.map((part) => (part.index < from ? part : locked(label)(part)));
    const mapped = tagged(parts, 0, ['#EXT-X-MAP:URI="init.mp4"']);
    const others = new Map([['init.mp4', mapResource(boxClip('360p-av').init)]]);
    return unattainable(boxTrack(tagged(mapped, from, tags), others));
  };
}

/** What nobody can read who has no licence. */
function locked(label: string) {
  return (part: Part): Part => ({ ...part, sent: encrypted(part.media, secret(label), sequenceIv(part.index)) });
}

/** A stream of one playlist of which no correct download exists. */
function unattainable(track: Parameters<typeof resourcesOf>[0]): Stream {
  return { resources: resourcesOf(track), variants: {}, audio: {}, subtitles: {} };
}

/**
 * Variables from the query (`edition=night`), from the playlist and from the multivariant one: in URIs of variants,
 * fragments, keys and maps, and in an IV.
 */
export function define(shape: Shape): Stream {
  const [key, iv] = [secret('key 0'), secret('iv define')];
  const { init } = boxClip('360p-av');
  const clear = boxParts('define', '360p-av', shape);
  const tags = ['#EXT-X-KEY:METHOD=AES-128,URI="key-{$edition}.bin",IV=0x{$iv}', '#EXT-X-MAP:URI="{$map}.mp4"'];
  const others = new Map<string, Resource>([
    ['key-night.bin', keyResource(held(key))],
    ['init-night.mp4', mapResource(encrypted(init, key, iv))],
  ]);
  const parts = clear.map((part): Part => {
    const { index, media } = part;
    const sent = encrypted(media, key, iv);
    others.set(fileName(index, 'm4s'), {
      kind: 'fragment',
      contentType: 'video/mp4',
      body: sent,
      fragmentAt: () => index,
    });
    return { ...part, path: `{$letter}${fileName(index, 'm4s').slice(1)}`, sent: undefined };
  });
  const best = {
    ...boxTrack(tagged(parts, 0, tags), others),
    folder: 'night-360p/',
    head: [
      ...head(11),
      '#EXT-X-DEFINE:IMPORT="edition"',
      `#EXT-X-DEFINE:NAME="iv",VALUE="${iv.toString('hex')}"`,
      '#EXT-X-DEFINE:NAME="map",VALUE="init-{$edition}"',
      '#EXT-X-DEFINE:NAME="letter",VALUE="f"',
    ],
  };
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:11',
    '#EXT-X-DEFINE:QUERYPARAM="edition"',
    '#EXT-X-DEFINE:NAME="quality",VALUE="360p"',
    '#EXT-X-STREAM-INF:BANDWIDTH=1300000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360',
    '{$edition}-{$quality}/index.m3u8',
  ];
  return composed(lines, { best, variants: { '360p': best }, audio: {}, subtitles: {} });
}
