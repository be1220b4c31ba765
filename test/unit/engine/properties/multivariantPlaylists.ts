import fc from 'fast-check';

const name = fc.oneof(
  fc.constantFrom('aac', 'English', "Director's cut", 'Deutsch', 'L’été, 360p', 'constructor', ''),
  fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => text.replaceAll(/["\r\n]/g, '')),
);

const rendition = fc
  .record({
    type: fc.constantFrom('AUDIO', 'AUDIO', 'SUBTITLES', 'VIDEO', 'CLOSED-CAPTIONS'),
    group: fc.constantFrom('aac', 'ac3', 'text'),
    name,
    language: fc.option(fc.constantFrom('en', 'de', 'de-AT', 'EN-us')),
    isDefault: fc.boolean(),
    isAutoselect: fc.boolean(),
    uri: fc.option(fc.constantFrom('en.m3u8', 'audio/de.m3u8?token=secret', 'https://other.example/a.m3u8')),
  })
  .map(({ type, group, name, language, isDefault, isAutoselect, uri }) =>
    [
      `#EXT-X-MEDIA:TYPE=${type},GROUP-ID="${group}",NAME="${name}"`,
      ...(language === null ? [] : [`LANGUAGE="${language}"`]),
      `DEFAULT=${isDefault ? 'YES' : 'NO'},AUTOSELECT=${isAutoselect ? 'YES' : 'NO'}`,
      ...(uri === null ? [] : [`URI="${uri}"`]),
    ].join(),
  );

const variant = fc
  .record({
    bandwidth: fc.option(fc.integer({ min: 1, max: 100_000_000 })),
    size: fc.option(fc.constantFrom('640x360', '1280x720', '1920x1080', '3840x2160')),
    frameRate: fc.option(fc.constantFrom('25', '59.940', '6.250')),
    codecs: fc.option(fc.constantFrom('avc1.640033,mp4a.40.2', 'hvc1.2.4.L153.B0')),
    audio: fc.option(fc.constantFrom('aac', 'ac3', 'none of them')),
    isIframe: fc.boolean(),
    uri: fc.constantFrom('2160p.m3u8', '360p.m3u8?token=secret', '//cdn.example/x.m3u8', 'ü b.m3u8'),
  })
  .map(({ bandwidth, size, frameRate, codecs, audio, isIframe, uri }) => {
    const attributes = [
      ...(bandwidth === null ? [] : [`BANDWIDTH=${bandwidth},AVERAGE-BANDWIDTH=${bandwidth}`]),
      ...(size === null ? [] : [`RESOLUTION=${size}`]),
      ...(frameRate === null ? [] : [`FRAME-RATE=${frameRate}`]),
      ...(codecs === null ? [] : [`CODECS="${codecs}"`]),
      ...(audio === null ? [] : [`AUDIO="${audio}"`]),
    ].join();
    return isIframe
      ? `#EXT-X-I-FRAME-STREAM-INF:${attributes},URI="${uri}"`
      : `#EXT-X-STREAM-INF:${attributes}\n${uri}`;
  });

/** Multivariant playlists of every kind that the RFC allows and writers write. */
export const multivariantPlaylists: fc.Arbitrary<string> = fc
  .record({
    head: fc.subarray([
      ...['#EXT-X-VERSION:6', '#EXT-X-INDEPENDENT-SEGMENTS', '#EXT-X-DEFINE:NAME="host",VALUE="https://h.example"'],
      ...['#EXT-X-SESSION-DATA:DATA-ID="x",VALUE="y"', '#EXT-X-CONTENT-STEERING:SERVER-URI="/s",PATHWAY-ID="a"'],
      ...['#EXT-X-SESSION-KEY:METHOD=AES-128,URI="k"', '#EXT-X-START:TIME-OFFSET=1', '# a comment', ''],
    ]),
    renditions: fc.array(rendition, { maxLength: 4 }),
    variants: fc.array(variant, { minLength: 1, maxLength: 5 }),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
    hasMark: fc.boolean(),
  })
  .map(({ head, renditions, variants, lineEnd, hasMark }) => {
    const lines = ['#EXTM3U', ...head, ...renditions, ...variants.flatMap((text) => text.split('\n')), ''];
    return (hasMark ? '\uFEFF' : '') + lines.join(lineEnd);
  });
