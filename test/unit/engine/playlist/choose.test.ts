import assert from 'node:assert/strict';
import { UsageError } from '../../../../src/engine/errors.ts';
import {
  alternativesTo,
  chooseAudio,
  chooseVariant,
  counterpartOf,
  describeVariant,
} from '../../../../src/engine/playlist/choose.ts';
import type { MultivariantPlaylist, Rendition, Variant } from '../../../../src/engine/playlist/model.ts';
import { assertPlaylistError, BASE } from './samples.ts';

function variant(
  url: string,
  bandwidth: number,
  size?: [width: number, height: number],
  more?: Partial<Variant>,
): Variant {
  const resolution = size === undefined ? {} : { width: size[0], height: size[1] };
  return { url, bandwidth, ...resolution, isIframe: false, ...more };
}

function playlist(variants: Variant[], renditions: Rendition[] = []): MultivariantPlaylist {
  return { kind: 'multivariant', url: BASE, variants, renditions, findings: [] };
}

const LADDER = playlist([
  variant('720-low', 2_000_000, [1280, 720]),
  variant('2160', 20_000_000, [3840, 2160]),
  variant('720-high', 4_000_000, [1280, 720]),
  variant('720-high-failover', 4_000_000, [1280, 720]),
  variant('360', 500_000, [640, 360]),
  variant('audio', 64_000),
  variant('iframe', 60_000_000, [3840, 2160], { isIframe: true }),
]);

describe('chooseVariant', () => {
  for (const [wanted, url] of [
    ['best', '2160'],
    ['worst', '360'],
    ['2160p', '2160'],
    ['720p', '720-high'],
    ['720P', '720-high'],
    ['360p', '360'],
    ['4000000', '720-high'],
    ['2000000', '720-low'],
    ['3999999', '720-low'],
    ['99999999', '2160'],
    ['64000', 'audio'],
  ] as const) {
    it(`${wanted}: ${url}`, () => assert.equal(chooseVariant(LADDER, wanted).url, url));
  }

  it('goes by bandwidth where no variant has a resolution', () => {
    const audio = playlist([variant('low', 1), variant('high', 2)]);
    assert.equal(chooseVariant(audio, 'best').url, 'high');
    assert.equal(chooseVariant(audio, 'worst').url, 'low');
  });

  it('prefers the larger picture to the larger bandwidth', () => {
    const wide = playlist([
      variant('small', 9, [640, 360]),
      variant('large', 1, [1280, 536]),
      variant('mid', 5, [960, 540]),
    ]);
    assert.equal(chooseVariant(wide, 'best').url, 'large');
  });

  for (const wanted of ['1080p', '63999', '0p']) {
    it(`${wanted}: refused, with what there is`, () => {
      const message = new RegExp(`no variant ${wanted}\\. It has: 720p · 2\\.0 Mbit/s; 2160p .*; 64 kbit/s\\.$`);
      assertPlaylistError(() => chooseVariant(LADDER, wanted), 'HLS_PLAYLIST_VARIANT', message);
    });
  }

  it('never takes an I-frame variant', () => {
    const frames = playlist([variant('iframe', 1, [640, 360], { isIframe: true })]);
    for (const wanted of ['best', 'worst', '360p', '1']) {
      assertPlaylistError(() => chooseVariant(frames, wanted), 'HLS_PLAYLIST_VARIANT', /It has: none/);
    }
  });

  for (const wanted of ['', 'hd', '720', '-1', '1e6', 'p', '720 p', '99999999999999999999'].filter(
    (w) => w !== '720',
  )) {
    it(`“${wanted}” is no variant`, () => {
      assert.throws(
        () => chooseVariant(LADDER, wanted),
        (error) => error instanceof UsageError && error.code === 'HLS_OPTION',
      );
    });
  }
});

describe('chooseAudio', () => {
  /** Carried by the variant. */
  const carried = (name: string, language: string | undefined): Rendition => ({
    type: 'AUDIO',
    groupId: 'aac',
    name,
    ...(language === undefined ? {} : { language }),
    isDefault: false,
    isAutoselect: false,
    isForced: false,
  });
  const rendition = (name: string, language: string | undefined, more: Partial<Rendition> = {}): Rendition => ({
    ...carried(name, language),
    url: `https://a.example/${name}`,
    ...more,
  });
  const media = playlist(
    [],
    [
      rendition('Other group', 'en', { groupId: 'ac3', isDefault: true }),
      rendition('English', 'en'),
      rendition('Commentary', 'en', { isAutoselect: true }),
      rendition('Deutsch', 'de-AT', { isDefault: true }),
      rendition('Deutsch, again', 'de-CH', { url: 'https://a.example/Deutsch' }),
      carried('Muxed', 'ja'),
      rendition('Text', 'en', { type: 'SUBTITLES' }),
      rendition('No language', undefined),
    ],
  );
  const video = variant('v', 1, undefined, { audio: 'aac' });
  const names = (wanted: string | string[], from = media, of = video) =>
    chooseAudio(from, of, wanted).map(({ name }) => name);

  for (const [wanted, expected] of [
    ['default', ['Deutsch']],
    ['none', []],
    ['all', ['English', 'Commentary', 'Deutsch', 'No language']],
    ['en', ['Commentary']],
    ['EN', ['Commentary']],
    ['english', ['English']],
    ['de', ['Deutsch']],
    ['de-ch', ['Deutsch, again']],
    ['ja', []],
    ['no language', ['No language']],
  ] as const) {
    it(`${wanted}: ${expected.join(', ') || 'nothing'}`, () => assert.deepEqual(names(wanted), expected));
  }

  it('takes several in the order in which they are asked for, each once', () => {
    assert.deepEqual(names(['de', 'English', 'deutsch']), ['Deutsch', 'English']);
    assert.deepEqual(names(['de', 'all']), ['Deutsch', 'English', 'Commentary', 'No language']);
    assert.deepEqual(names([]), []);
    assertPlaylistError(() => names(['de', 'fr']), 'HLS_PLAYLIST_VARIANT', /no audio “fr”/);
  });

  it('takes the first with AUTOSELECT, else the first, where none is the default', () => {
    const only = (...renditions: Rendition[]) => playlist([], renditions);
    assert.deepEqual(names('default', only(rendition('A', 'a'), rendition('B', 'b', { isAutoselect: true }))), ['B']);
    assert.deepEqual(names('default', only(rendition('A', 'a'), rendition('B', 'b'))), ['A']);
  });

  it('takes nothing by default when the variant carries the default itself', () => {
    const both = playlist([], [rendition('A', 'a'), { ...carried('B', 'b'), isDefault: true }]);
    assert.deepEqual(names('default', both), []);
    assert.deepEqual(names('all', both), ['A']);
  });

  it('takes nothing for a variant without an audio group', () => {
    const plain = variant('v', 1);
    for (const wanted of ['default', 'all', 'none']) assert.deepEqual(names(wanted, media, plain), []);
    assertPlaylistError(
      () => names('en', media, plain),
      'HLS_PLAYLIST_VARIANT',
      /no audio “en”; it has no separate audio/,
    );
  });

  it('refuses a language that is not there, with what is', () => {
    assertPlaylistError(
      () => names('fr'),
      'HLS_PLAYLIST_VARIANT',
      /no audio “fr”; it has audio en English; .*; No language\.$/,
    );
  });
});

describe('describeVariant', () => {
  for (const [text, described] of [
    [
      '2160p · 43.2 Mbit/s · 59.94 fps · avc1.640033,mp4a.40.2',
      variant('v', 43_200_000, [3840, 2160], { frameRate: 59.94, codecs: 'avc1.640033,mp4a.40.2' }),
    ],
    ['720p · 999 kbit/s', variant('v', 999_000, [1280, 720])],
    ['64 kbit/s', variant('v', 64_000)],
    ['unnamed variant', variant('v', 0)],
  ] as const) {
    it(text, () => assert.equal(describeVariant(described), text));
  }
});

function renditionAt(name: string, url: string, more: Partial<Rendition> = {}): Rendition {
  const flags = { isDefault: false, isAutoselect: false, isForced: false };
  return { type: 'AUDIO', groupId: 'aac', name, url, ...flags, ...more };
}

describe('alternativesTo', () => {
  const on = (url: string, pathway: string | undefined, more: Partial<Variant> = {}): Variant =>
    variant(url, 5, [640, 360], { ...(pathway === undefined ? {} : { pathway }), ...more });
  const urls = (variants: Variant[], pathways?: string[]): string[] =>
    alternativesTo(playlist(variants), variants[0] as Variant, pathways).map((alternative) => alternative.variant.url);

  const cases: [name: string, variants: Variant[], pathways: string[] | undefined, expected: string[]][] = [
    ['nothing else', [on('a', undefined)], undefined, []],
    [
      'plain copies in their order',
      [on('a', undefined), on('b', undefined), on('c', undefined)],
      undefined,
      ['b', 'c'],
    ],
    ['the default pathway by either name', [on('a', undefined), on('b', '.')], ['x'], ['b']],
    ['copies before pathways', [on('a', 'A'), on('b', 'B'), on('a2', 'A')], undefined, ['a2', 'b']],
    ['pathways as wanted', [on('a', 'A'), on('b', 'B'), on('c', 'C')], ['C', 'A', 'B'], ['c', 'b']],
    ['without withdrawn ones', [on('a', 'A'), on('b', 'B'), on('c', 'C')], ['C'], ['c']],
    ['one address once', [on('a', 'A'), on('a', 'B'), on('b', 'C'), on('b', 'D')], undefined, ['b']],
    ['no other picture', [on('a', 'A'), on('b', 'B', { height: 361 }), on('c', 'C', { codecs: 'x' })], undefined, []],
    ['no other bandwidth', [on('a', 'A'), { ...on('b', 'B'), bandwidth: 6 }], undefined, []],
    ['no I-frames', [on('a', 'A'), on('b', 'B', { isIframe: true })], undefined, []],
    [
      'by stable ID across pathways, whatever else it says',
      [on('a', 'A', { stableId: '1' }), on('b', 'B', { stableId: '1', bandwidth: 6 }), on('c', 'C', { stableId: '2' })],
      undefined,
      ['b'],
    ],
    ['by attributes where only one has a stable ID', [on('a', 'A', { stableId: '1' }), on('b', 'B')], undefined, ['b']],
  ];
  for (const [name, variants, pathways, expected] of cases) {
    it(name, () => assert.deepEqual(urls(variants, pathways), expected));
  }

  it('brings the renditions of its own groups', () => {
    const groups = { audio: 'aac-B', subtitles: 'subs', closedCaptions: 'NONE' };
    const variants = [on('a', 'A', { audio: 'aac-A', subtitles: 'subs' }), on('b', 'B', groups)];
    const renditions = [
      renditionAt('English', 'a-en', { groupId: 'aac-A' }),
      renditionAt('English', 'b-en', { groupId: 'aac-B' }),
      renditionAt('Text', 's', { type: 'SUBTITLES', groupId: 'subs' }),
      renditionAt('Text', 'x', { type: 'SUBTITLES', groupId: 'aac-B' }),
    ];
    const [alternative] = alternativesTo(playlist(variants, renditions), variants[0] as Variant);
    assert.deepEqual(alternative?.renditions, [renditions[1], renditions[2]]);
  });
});

describe('counterpartOf', () => {
  const german = renditionAt('Deutsch', 'a', { language: 'de', stableId: 's1' });
  const among = (...renditions: Rendition[]) => counterpartOf(german, { variant: variant('v', 1), renditions })?.url;

  it('goes by stable ID, else by name and language', () => {
    const sameId = renditionAt('German', 'by-id', { stableId: 's1' });
    const sameName = renditionAt('Deutsch', 'by-name', { language: 'de' });
    assert.equal(among(sameName, sameId), 'by-id');
    assert.equal(among(sameName), 'by-name');
  });

  it('takes no other type, no other language and none of two', () => {
    const sameName = renditionAt('Deutsch', 'x', { language: 'de' });
    assert.equal(among({ ...sameName, type: 'SUBTITLES' }), undefined);
    assert.equal(among(renditionAt('Deutsch', 'x', { language: 'en' })), undefined);
    assert.equal(among(sameName, { ...sameName, url: 'y' }), undefined);
  });
});
