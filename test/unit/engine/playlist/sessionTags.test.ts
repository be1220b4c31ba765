import assert from 'node:assert/strict';
import { readMultivariantSample } from './samples.ts';

const VARIANT = ['#EXT-X-STREAM-INF:BANDWIDTH=1', 'v.m3u8'];

const read = (...lines: string[]) => readMultivariantSample(['#EXTM3U', ...lines, ...VARIANT].join('\n'));

describe('reading what a multivariant playlist says of the whole', () => {
  it('session keys', () => {
    const { sessionKeys } = read(
      '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="k?token=secret",IV=0x0A',
      '#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://x",KEYFORMAT="com.apple.streamingkeydelivery"',
      '#EXT-X-SESSION-KEY:METHOD=NONE',
      '#EXT-X-SESSION-KEY:URI="k"',
    );
    assert.deepEqual(sessionKeys, [
      {
        method: 'AES-128',
        keyFormat: 'identity',
        url: 'https://cdn.example/vod/k?token=secret',
        iv: 'a'.padStart(32, '0'),
      },
      { method: 'SAMPLE-AES', keyFormat: 'com.apple.streamingkeydelivery' },
    ]);
  });

  it('session data', () => {
    const { sessionData } = read(
      '#EXT-X-SESSION-DATA:DATA-ID="com.example.title",VALUE="Ein Film",LANGUAGE="de"',
      '#EXT-X-SESSION-DATA:DATA-ID="com.example.more",URI="more.bin",FORMAT=RAW',
      '#EXT-X-SESSION-DATA:VALUE="nobody\'s"',
    );
    assert.deepEqual(sessionData, [
      { id: 'com.example.title', value: 'Ein Film', language: 'de' },
      { id: 'com.example.more', url: 'https://cdn.example/vod/more.bin', format: 'RAW' },
    ]);
  });

  it('content steering, the first of two', () => {
    const { steering } = read(
      '#EXT-X-CONTENT-STEERING:SERVER-URI="/steer?a=1",PATHWAY-ID="CDN-A"',
      '#EXT-X-CONTENT-STEERING:SERVER-URI="/other"',
    );
    assert.deepEqual(steering, { serverUrl: 'https://cdn.example/steer?a=1', pathway: 'CDN-A' });
    assert.equal(read('#EXT-X-CONTENT-STEERING:SERVER-URI="file:///x"').steering, undefined);
  });

  it('where to start', () => assert.equal(read('#EXT-X-START:TIME-OFFSET=2.5').startOffsetS, 2.5));

  it('nothing where no tag says it', () => {
    const { sessionKeys, sessionData, steering, startOffsetS, isIndependent } = read();
    assert.deepEqual(
      [sessionKeys, sessionData, steering, startOffsetS, isIndependent],
      [undefined, undefined, undefined, undefined, undefined],
    );
  });

  it('every attribute of variants and renditions that tells what they are', () => {
    const { variants, renditions } = readMultivariantSample(
      [
        '#EXTM3U',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="n",STABLE-RENDITION-ID="r1",ASSOC-LANGUAGE="en",CHANNELS="16/JOC",' +
          'CHARACTERISTICS="public.accessibility.describes-video",URI="a"',
        '#EXT-X-STREAM-INF:BANDWIDTH=1,SCORE=1.5,STABLE-VARIANT-ID="v1",VIDEO="v",CLOSED-CAPTIONS=NONE,HDCP-LEVEL=TYPE-0,' +
          'VIDEO-RANGE=PQ,SUPPLEMENTAL-CODECS="dvh1.08.07/db4h",REQ-VIDEO-LAYOUT="CH-STEREO",AUDIO=""',
        'v',
      ].join('\n'),
    );
    assert.deepEqual(variants[0], {
      url: 'https://cdn.example/vod/v',
      bandwidth: 1,
      score: 1.5,
      stableId: 'v1',
      video: 'v',
      closedCaptions: 'NONE',
      hdcpLevel: 'TYPE-0',
      videoRange: 'PQ',
      supplementalCodecs: 'dvh1.08.07/db4h',
      videoLayout: 'CH-STEREO',
      isIframe: false,
    });
    const { stableId, assocLanguage, characteristics, channels } = renditions[0] ?? {};
    assert.deepEqual(
      [stableId, assocLanguage, characteristics, channels],
      ['r1', 'en', 'public.accessibility.describes-video', '16/JOC'],
    );
  });
});
