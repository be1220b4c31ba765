import assert from 'node:assert/strict';
import { alternativesTo, counterpartOf } from '../../../../src/engine/playlist/choose.ts';
import type { MultivariantPlaylist, Rendition } from '../../../../src/engine/playlist/model.ts';
import { readSteeringManifest } from '../../../../src/engine/steering/manifest.ts';
import type { PathwayClone, SteeringManifest } from '../../../../src/engine/steering/manifest.ts';
import { applyClones, onPathway, orderPathways } from '../../../../src/engine/steering/pathways.ts';
import { steeringUrl } from '../../../../src/engine/steering/reload.ts';
import { readMultivariantSample } from '../playlist/samples.ts';

const PLAYLIST = readMultivariantSample(
  [
    '#EXTM3U',
    '#EXT-X-CONTENT-STEERING:SERVER-URI="/steer",PATHWAY-ID="B"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac-A",NAME="English",STABLE-RENDITION-ID="en",URI="https://a.example:81/en.m3u8?x=1"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac-A",NAME="Deutsch",URI="https://a.example/de.m3u8"',
    '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="CC1",INSTREAM-ID="CC1"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac-B",NAME="English",URI="https://b.example/en.m3u8"',
    '#EXT-X-STREAM-INF:BANDWIDTH=2,PATHWAY-ID="A",STABLE-VARIANT-ID="v2",AUDIO="aac-A",CLOSED-CAPTIONS="cc"',
    'https://a.example/2.m3u8',
    '#EXT-X-STREAM-INF:BANDWIDTH=1,PATHWAY-ID="A",STABLE-VARIANT-ID="v1",AUDIO="aac-A",CLOSED-CAPTIONS=NONE',
    'https://a.example/1.m3u8?y=2',
    '#EXT-X-STREAM-INF:BANDWIDTH=2,PATHWAY-ID="B",STABLE-VARIANT-ID="v2",AUDIO="aac-B"',
    'https://b.example/2.m3u8',
  ].join('\n'),
);

const clone = (more: Partial<PathwayClone>): PathwayClone => ({
  baseId: 'A',
  id: 'C',
  params: {},
  perVariant: {},
  perRendition: {},
  ...more,
});

const onlyOf = (playlist: MultivariantPlaylist, pathway: string) =>
  playlist.variants.filter((variant) => variant.pathway === pathway);

describe('applyClones', () => {
  it('copies variants and their groups with host and parameters replaced', () => {
    const cloned = applyClones(PLAYLIST, [clone({ host: 'c.example', params: { z: '&', x: '2' } })]);
    assert.deepEqual(
      onlyOf(cloned, 'C').map(({ url, audio, closedCaptions }) => [url, audio, closedCaptions]),
      [
        ['https://c.example/2.m3u8?x=2&z=%26', 'aac-A (C)', 'cc (C)'],
        ['https://c.example/1.m3u8?y=2&x=2&z=%26', 'aac-A (C)', 'NONE'],
      ],
    );
    const added = cloned.renditions.slice(PLAYLIST.renditions.length);
    assert.deepEqual(
      added.map(({ groupId, name, url }) => [groupId, name, url]),
      [
        ['aac-A (C)', 'English', 'https://c.example:81/en.m3u8?x=2&z=%26'],
        ['aac-A (C)', 'Deutsch', 'https://c.example/de.m3u8?x=2&z=%26'],
        ['cc (C)', 'CC1', undefined],
      ],
    );
    assert.deepEqual(cloned.variants.slice(0, 3), PLAYLIST.variants);
  });

  it('takes a port with the host', () => {
    const cloned = applyClones(PLAYLIST, [clone({ host: 'c.example:9' })]);
    assert.equal(
      cloned.renditions.find(({ groupId }) => groupId === 'aac-A (C)')?.url,
      'https://c.example:9/en.m3u8?x=1',
    );
  });

  it('takes URIs of their own for stable IDs, with the parameters but not the host', () => {
    const cloned = applyClones(PLAYLIST, [
      clone({
        host: 'c.example',
        params: { p: '1' },
        perVariant: { v1: 'https://q.example/v1' },
        perRendition: { en: 'https://q.example/en', v2: 'https://wrong.example/' },
      }),
    ]);
    assert.deepEqual(
      onlyOf(cloned, 'C').map(({ url }) => url),
      ['https://c.example/2.m3u8?p=1', 'https://q.example/v1?p=1'],
    );
    assert.equal(cloned.renditions.at(4)?.url, 'https://q.example/en?p=1');
  });

  it('makes clones of clones, in their order', () => {
    const second = clone({ baseId: 'C', id: 'D', host: 'd.example' });
    const urls = (clones: PathwayClone[]) => onlyOf(applyClones(PLAYLIST, clones), 'D').map(({ url }) => url);
    assert.deepEqual(urls([clone({}), second]), ['https://d.example/2.m3u8', 'https://d.example/1.m3u8?y=2']);
    assert.deepEqual(urls([second, clone({})]), []);
  });

  it('leaves out clones of nothing and clones of a name that is taken', () => {
    assert.equal(applyClones(PLAYLIST, [clone({ baseId: 'X' }), clone({ id: 'B' })]), PLAYLIST);
  });

  it('never gives a copied group the name of another', () => {
    const taken: Rendition = { ...(PLAYLIST.renditions[0] as Rendition), groupId: 'aac-A (C)' };
    const cloned = applyClones({ ...PLAYLIST, renditions: [...PLAYLIST.renditions, taken] }, [clone({})]);
    assert.equal(onlyOf(cloned, 'C')[0]?.audio, 'aac-A (C)+');
  });

  it('gives alternatives with their renditions', () => {
    const cloned = applyClones(PLAYLIST, [clone({ host: 'c.example' })]);
    const alternatives = alternativesTo(cloned, PLAYLIST.variants[0] ?? assert.fail(), ['C', 'B', 'A']);
    assert.deepEqual(
      alternatives.map(({ variant }) => variant.url),
      ['https://c.example/2.m3u8', 'https://b.example/2.m3u8'],
    );
    const english = PLAYLIST.renditions[0] ?? assert.fail();
    assert.deepEqual(
      alternatives.map((alternative) => counterpartOf(english, alternative)?.url),
      ['https://c.example:81/en.m3u8?x=1', 'https://b.example/en.m3u8'],
    );
  });
});

describe('orderPathways', () => {
  const manifest = (...priority: string[]): SteeringManifest =>
    readSteeringManifest(JSON.stringify({ VERSION: 1, 'PATHWAY-PRIORITY': priority }), 'https://s.example/');
  const withoutSteering: MultivariantPlaylist = { ...PLAYLIST };
  delete withoutSteering.steering;

  it('begins with the pathway that the playlist names', () => assert.deepEqual(orderPathways(PLAYLIST), ['B', 'A']));
  it('goes by the playlist where it names none', () => assert.deepEqual(orderPathways(withoutSteering), ['A', 'B']));
  it('goes by the playlist where it names one it has not', () => {
    const playlist = { ...PLAYLIST, steering: { serverUrl: 'https://s.example/', pathway: 'X' } };
    assert.deepEqual(orderPathways(playlist), ['A', 'B']);
  });
  it('goes by the manifest, without those that it leaves out', () => {
    assert.deepEqual(orderPathways(PLAYLIST, manifest('X', 'A')), ['A']);
    assert.deepEqual(orderPathways(PLAYLIST, manifest('A', 'B')), ['A', 'B']);
  });
  it('goes on as before when the manifest knows none', () => {
    assert.deepEqual(orderPathways(PLAYLIST, manifest('X')), ['B', 'A']);
  });
  it('calls the pathway of variants without one “.”', () => {
    const plain = readMultivariantSample('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na');
    assert.deepEqual(orderPathways(plain), ['.']);
    assert.equal(onPathway(plain, '.').variants.length, 1);
  });
});

describe('onPathway', () => {
  it('has the variants of that pathway, all where it has none', () => {
    assert.deepEqual(onPathway(PLAYLIST, 'B').variants, [PLAYLIST.variants[2]]);
    assert.equal(onPathway(PLAYLIST, 'X'), PLAYLIST);
  });
});

describe('steeringUrl', () => {
  it('tells pathway and throughput, in place of older ones', () => {
    assert.equal(
      steeringUrl('https://s.example/m?a=1&_HLS_pathway=old&_HLS_throughput=1', {
        pathway: 'B',
        bitsPerSecond: 5.4e6 + 0.4,
      }),
      'https://s.example/m?a=1&_HLS_pathway=B&_HLS_throughput=5400000',
    );
    assert.equal(
      steeringUrl('https://s.example/m?_HLS_throughput=1', { pathway: '.' }),
      'https://s.example/m?_HLS_pathway=.',
    );
  });
});
