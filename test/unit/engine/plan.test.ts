import assert from 'node:assert/strict';
import { planDownload, planLive } from '../../../src/engine/plan.ts';
import { assertPlaylistError, readMediaSample, vod } from './playlist/samples.ts';

const ONE = ['#EXTINF:4,', 'a.ts'];
const AES = '#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x01';
const FAIRPLAY = '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://a",KEYFORMAT="com.apple.streamingkeydelivery"';
const WIDEVINE =
  '#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI="data:text/plain;base64,AA",KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"';

function plan(...lines: string[]) {
  return planDownload(readMediaSample(vod(...lines)));
}

describe('planDownload', () => {
  it('takes every fragment, counts gaps and the duration without them', () => {
    const { fragments, durationS, gaps } = plan(...ONE, '#EXT-X-GAP', '#EXTINF:100,', 'b.ts', '#EXTINF:2.5,', 'c.ts');
    assert.deepEqual(
      fragments.map(({ index, gap }) => [index, gap]),
      [
        [0, false],
        [1, true],
        [2, false],
      ],
    );
    assert.equal(durationS, 6.5);
    assert.equal(gaps, 1);
  });

  it('changes nothing in what it is given', () => {
    const playlist = readMediaSample(vod(FAIRPLAY, AES, '#EXT-X-MAP:URI="i"', ...ONE));
    const before = structuredClone(playlist);
    planDownload(playlist);
    assert.deepEqual(playlist, before);
  });

  it('leaves one AES-128 key where other systems hold keys to the same bytes', () => {
    const { fragments } = plan(
      FAIRPLAY,
      AES,
      WIDEVINE,
      '#EXT-X-MAP:URI="i"',
      ...ONE,
      ...ONE,
      '#EXT-X-KEY:METHOD=NONE',
      ...ONE,
    );
    const key = {
      method: 'AES-128',
      keyFormat: 'identity',
      url: 'https://cdn.example/vod/k',
      iv: '00000000000000000000000000000001',
    };
    assert.deepEqual(
      fragments.map(({ keys }) => keys),
      [[key], [key], []],
    );
    const maps = fragments.map(({ map }) => map);
    assert.deepEqual(maps[0]?.keys, [key]);
    assert.equal(maps[0], maps[2]);
  });

  it('asks nothing of gaps', () => {
    const [gap, present] = plan(
      '#EXT-X-MAP:URI="i"',
      FAIRPLAY,
      '#EXT-X-GAP',
      ...ONE,
      '#EXT-X-KEY:METHOD=NONE',
      ...ONE,
    ).fragments;
    assert.deepEqual(gap?.keys, []);
    assert.equal(gap.map, undefined);
    assert.notEqual(present?.map, undefined);
  });

  const refused: [string, string[], Parameters<typeof assertPlaylistError>[1], RegExp][] = [
    ['only gaps', ['#EXT-X-GAP', ...ONE, '#EXT-X-GAP', ...ONE], 'HLS_PLAYLIST_EMPTY', /All fragments .* gaps/],
    ['a lost address', [...ONE, '#EXTINF:4,', ...ONE], 'HLS_PLAYLIST_SYNTAX', /no URI follows #EXTINF in line \d+\./],
    ['an end without an address', [...ONE, '#EXTINF:4,'], 'HLS_PLAYLIST_SYNTAX', /no URI follows #EXTINF/],
    ['FairPlay', [FAIRPLAY, ...ONE], 'HLS_PLAYLIST_DRM', /protected by FairPlay\./],
    ['two systems', [...ONE, FAIRPLAY, WIDEVINE, ...ONE], 'HLS_PLAYLIST_DRM', /by FairPlay, Widevine\./],
    [
      'PlayReady in upper case',
      ['#EXT-X-KEY:METHOD=SAMPLE-AES,KEYFORMAT="URN:UUID:9A04F079-9840-4286-AB92-E65BE0885F95"', ...ONE],
      'HLS_PLAYLIST_DRM',
      /by PlayReady/,
    ],
    ['an unknown system', ['#EXT-X-KEY:METHOD=AES-128,KEYFORMAT="x.y"', ...ONE], 'HLS_PLAYLIST_DRM', /“x\.y”/],
    ['another method', ['#EXT-X-KEY:METHOD=AES-256,URI="k"', ...ONE], 'HLS_PLAYLIST_ENCRYPTION', /with AES-256,/],
    ['an unknown method', ['#EXT-X-KEY:METHOD=ROT-13,URI="k"', ...ONE], 'HLS_PLAYLIST_ENCRYPTION', /with ROT-13,/],
    ['a method in lower case', ['#EXT-X-KEY:METHOD=aes-128,URI="k"', ...ONE], 'HLS_PLAYLIST_ENCRYPTION', /aes-128/],
    [
      'a protected init segment',
      [FAIRPLAY, '#EXT-X-MAP:URI="i"', '#EXT-X-KEY:METHOD=NONE', ...ONE],
      'HLS_PLAYLIST_DRM',
      /FairPlay/,
    ],
  ];
  for (const [name, lines, code, message] of refused) {
    it(`refuses ${name}`, () => assertPlaylistError(() => plan(...lines), code, message));
  }

  it('names the first fragment that cannot be decrypted', () => {
    assert.throws(() => plan(...ONE, ...ONE, FAIRPLAY, ...ONE), { fragment: 2 });
  });

  it('settles the keys of a live stream as they come', () => {
    const live = readMediaSample(`#EXTM3U\n#EXT-X-TARGETDURATION:4\n${AES}\n#EXTINF:4,\na.ts`);
    const later = readMediaSample(`#EXTM3U\n#EXT-X-TARGETDURATION:4\n${FAIRPLAY}\n#EXTINF:4,\nb.ts`);
    const plan = planLive(live);
    assert.equal(plan.settle(live.fragments)[0]?.keys[0]?.method, 'AES-128');
    assertPlaylistError(() => plan.settle(later.fragments), 'HLS_PLAYLIST_DRM', /protected by FairPlay/);
  });

  it('takes the beginning only where that is asked for', () => {
    const playlist = readMediaSample(vod(...ONE, ...ONE, '#EXT-X-GAP', ...ONE, ...ONE));
    assert.equal(planDownload(playlist, 4).fragments.length, 1);
    assert.equal(planDownload(playlist, 8.5).fragments.length, 4);
    assert.equal(planDownload(playlist, 100).fragments.length, 4);
  });

  it('refuses a playlist without fragments', () => {
    const empty = { ...readMediaSample(vod(...ONE)), fragments: [] };
    assertPlaylistError(() => planDownload(empty), 'HLS_PLAYLIST_EMPTY', /no fragments/);
  });
});
