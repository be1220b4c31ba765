import assert from 'node:assert/strict';
import { readPlaylist } from '../../../../src/engine/playlist/read.ts';
import { assertPlaylistError, BASE, readMultivariantSample } from './samples.ts';

function sample(...lines: string[]): string {
  return ['#EXTM3U', ...lines].join('\n');
}

describe('reading a multivariant playlist', () => {
  it('gives every field of variants and renditions', () => {
    const { findings, ...playlist } = readMultivariantSample(
      sample(
        '#EXT-X-VERSION:6',
        '#EXT-X-INDEPENDENT-SEGMENTS',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="Director\'s cut",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="en.m3u8"',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="Français",LANGUAGE="fr-CA",AUTOSELECT=YES',
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="Forced, German",FORCED=YES,URI="/de.m3u8"',
        '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="CC1",INSTREAM-ID="CC1"',
        '#EXT-X-STREAM-INF:BANDWIDTH=43200000,AVERAGE-BANDWIDTH=40000000,RESOLUTION=3840x2160,FRAME-RATE=59.940,' +
          'CODECS="avc1.640033,mp4a.40.2",AUDIO="aac",SUBTITLES="subs",PATHWAY-ID="CDN-A",VIDEO-RANGE=SDR',
        "2160p's.m3u8",
        '#EXT-X-STREAM-INF:BANDWIDTH=64000',
        'http://other.example/audio.m3u8',
        '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=100000,RESOLUTION=640x360,URI="iframe.m3u8"',
      ),
    );
    assert.deepEqual(
      findings.map(({ code, line }) => [code, line]),
      [
        ['unused-group', 7],
        ['missing-codecs', 10],
      ],
    );
    assert.deepEqual(playlist, {
      kind: 'multivariant',
      url: BASE,
      version: 6,
      isIndependent: true,
      variants: [
        {
          url: "https://cdn.example/vod/2160p's.m3u8",
          bandwidth: 43_200_000,
          averageBandwidth: 40_000_000,
          width: 3840,
          height: 2160,
          frameRate: 59.94,
          codecs: 'avc1.640033,mp4a.40.2',
          audio: 'aac',
          subtitles: 'subs',
          pathway: 'CDN-A',
          videoRange: 'SDR',
          isIframe: false,
        },
        { url: 'http://other.example/audio.m3u8', bandwidth: 64_000, isIframe: false },
        {
          url: 'https://cdn.example/vod/iframe.m3u8',
          bandwidth: 100_000,
          width: 640,
          height: 360,
          isIframe: true,
        },
      ],
      renditions: [
        {
          type: 'AUDIO',
          groupId: 'aac',
          name: "Director's cut",
          language: 'en',
          isDefault: true,
          isAutoselect: true,
          isForced: false,
          url: 'https://cdn.example/vod/en.m3u8',
        },
        {
          type: 'AUDIO',
          groupId: 'aac',
          name: 'Français',
          language: 'fr-CA',
          isDefault: false,
          isAutoselect: true,
          isForced: false,
        },
        {
          type: 'SUBTITLES',
          groupId: 'subs',
          name: 'Forced, German',
          isDefault: false,
          isAutoselect: false,
          isForced: true,
          url: 'https://cdn.example/de.m3u8',
        },
        {
          type: 'CLOSED-CAPTIONS',
          groupId: 'cc',
          instreamId: 'CC1',
          name: 'CC1',
          isDefault: false,
          isAutoselect: false,
          isForced: false,
        },
      ],
    });
  });

  it('tolerates spaces in attribute lists and leaves out what is malformed', () => {
    const [variant] = readMultivariantSample(
      sample('#EXT-X-STREAM-INF: BANDWIDTH = 1280000.4 , RESOLUTION=wide , FRAME-RATE=fast, CODECS="", X', 'a.m3u8'),
    ).variants;
    assert.deepEqual(variant, { url: 'https://cdn.example/vod/a.m3u8', bandwidth: 1_280_000, isIframe: false });
  });

  it('takes the average where BANDWIDTH is missing', () => {
    const text = sample('#EXT-X-STREAM-INF:AVERAGE-BANDWIDTH=5', 'a', '#EXT-X-STREAM-INF:RESOLUTION=1x1', 'b');
    assert.deepEqual(
      readMultivariantSample(text).variants.map(({ bandwidth }) => bandwidth),
      [5, 0],
    );
  });

  it('keeps more variants than are parsed at once in their order', () => {
    const lines = Array.from({ length: 1234 }, (_, n) => `#EXT-X-STREAM-INF:BANDWIDTH=${n + 1}\n${n}.m3u8`);
    const { variants } = readMultivariantSample(sample(...lines));
    assert.deepEqual(
      variants.map(({ url, bandwidth }) => `${bandwidth} ${url}`),
      lines.map((_, n) => `${n + 1} https://cdn.example/vod/${n}.m3u8`),
    );
  });

  it('reports variants without a URI, URIs without a variant, renditions without type or group', () => {
    const { variants, renditions, findings } = readMultivariantSample(
      sample(
        'stray.m3u8',
        '#EXT-X-STREAM-INF:BANDWIDTH=1',
        '#EXT-X-STREAM-INF:BANDWIDTH=2',
        'b.m3u8',
        '#EXT-X-MEDIA:TYPE=AUDIO,NAME="no group"',
        '#EXT-X-MEDIA:TYPE=SMELL,GROUP-ID="g",NAME="n"',
        '#EXT-X-STREAM-INF:BANDWIDTH=3',
      ),
    );
    assert.deepEqual(
      variants.map(({ bandwidth }) => bandwidth),
      [2],
    );
    assert.deepEqual(renditions, []);
    const ofReader = new Set(['uri-without-stream-inf', 'variant-without-uri', 'missing-attribute', 'bad-attribute']);
    assert.deepEqual(
      findings.filter(({ code }) => ofReader.has(code)).map(({ severity, code, line }) => [severity, code, line]),
      [
        ['error', 'uri-without-stream-inf', 2],
        ['error', 'variant-without-uri', 3],
        ['error', 'missing-attribute', 6],
        ['error', 'bad-attribute', 7],
        ['error', 'variant-without-uri', 8],
      ],
    );
  });

  it('hands its variables on to media playlists', () => {
    const text = sample(
      ...['#EXT-X-DEFINE:NAME="cdn",VALUE="https://a.example"', '#EXT-X-DEFINE:QUERYPARAM="token"'],
      ...['#EXT-X-STREAM-INF:BANDWIDTH=1', '{$cdn}/a.m3u8?t={$token}'],
    );
    const { variables, variants } = readMultivariantSample(text);
    assert.deepEqual(variables, { cdn: 'https://a.example', token: 'secret' });
    assert.equal(variants[0]?.url, 'https://a.example/a.m3u8?t=secret');
  });

  it('refuses URIs that are not fetched', () => {
    for (const lines of [
      ['#EXT-X-STREAM-INF:BANDWIDTH=1', 'file:///a.m3u8'],
      ['#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="data:,x"'],
      ['#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="g",NAME="n",URI="file:///a.m3u8"', '#EXT-X-STREAM-INF:BANDWIDTH=1', 'a'],
    ]) {
      assertPlaylistError(() => readPlaylist(sample(...lines), BASE), 'HLS_PLAYLIST_SYNTAX', /scheme .* is refused/);
    }
  });

  it('refuses an I-frame variant without a URI', () => {
    const text = sample('#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1');
    assertPlaylistError(() => readPlaylist(text, BASE), 'HLS_PLAYLIST_SYNTAX', /Line 2 .*no URI/);
  });
});
