import assert from 'node:assert/strict';
import { readSteeringManifest } from '../../../../src/engine/steering/manifest.ts';
import { assertPlaylistError } from '../playlist/samples.ts';

const URL_OF = 'https://steer.example/a/manifest.json?token=secret';
const WHOLE = {
  VERSION: 1,
  TTL: 60,
  'RELOAD-URI': '../b?session=1',
  'PATHWAY-PRIORITY': ['CDN-B', 'CDN-A', 'CDN-B'],
  'PATHWAY-CLONES': [
    {
      'BASE-ID': 'CDN-A',
      ID: 'CDN-C',
      'URI-REPLACEMENT': {
        HOST: 'c.example:8443',
        PARAMS: { token: 'x' },
        'PER-VARIANT-URIS': { v1: 'https://q.example/v1.m3u8' },
        'PER-RENDITION-URIS': { r1: 'https://q.example/r1.m3u8' },
      },
    },
    { 'BASE-ID': 'CDN-C', ID: 'CDN-D', 'URI-REPLACEMENT': {} },
  ],
  'SOMETHING-NEW': true,
};

describe('readSteeringManifest', () => {
  it('gives every field, its URLs absolute', () => {
    assert.deepEqual(readSteeringManifest(JSON.stringify(WHOLE), URL_OF), {
      ttlS: 60,
      reloadUrl: 'https://steer.example/b?session=1',
      priority: ['CDN-B', 'CDN-A'],
      clones: [
        {
          baseId: 'CDN-A',
          id: 'CDN-C',
          host: 'c.example:8443',
          params: { token: 'x' },
          perVariant: { v1: 'https://q.example/v1.m3u8' },
          perRendition: { r1: 'https://q.example/r1.m3u8' },
        },
        { baseId: 'CDN-C', id: 'CDN-D', params: {}, perVariant: {}, perRendition: {} },
      ],
    });
  });

  it('needs no more than a version and an order', () => {
    const manifest = readSteeringManifest('\uFEFF{"VERSION":1,"PATHWAY-PRIORITY":["."]}', URL_OF);
    assert.deepEqual(manifest, { ttlS: 300, reloadUrl: URL_OF, priority: ['.'], clones: [] });
  });

  const clone = (replacement: unknown) => ({
    'PATHWAY-CLONES': [{ 'BASE-ID': 'A', ID: 'B', 'URI-REPLACEMENT': replacement }],
  });
  const refused: [name: string, text: string | object, message: RegExp][] = [
    ['what is no JSON', '<html>secret', /it is no JSON/],
    ['too much', `"${'x'.repeat(1024 * 1024)}"`, /longer than a megabyte/],
    ['a list', '[]', /it is no object/],
    ['null', 'null', /it is no object/],
    ['no version', { VERSION: undefined }, /VERSION is not 1/],
    ['another version', { VERSION: 2 }, /VERSION is not 1/],
    ['a version as text', { VERSION: '1' }, /VERSION is not 1/],
    ['a TTL as text', { TTL: '60' }, /TTL is not/],
    ['a TTL of nothing', { TTL: 0 }, /TTL is not/],
    ['a RELOAD-URI of another scheme', { 'RELOAD-URI': 'file:///x' }, /RELOAD-URI is no http/],
    ['a RELOAD-URI that is none', { 'RELOAD-URI': 5 }, /RELOAD-URI is no text/],
    ['no order', { 'PATHWAY-PRIORITY': undefined }, /PATHWAY-PRIORITY is no list/],
    ['an empty order', { 'PATHWAY-PRIORITY': [] }, /PATHWAY-PRIORITY is empty/],
    ['an order of numbers', { 'PATHWAY-PRIORITY': [1] }, /PATHWAY-PRIORITY is no text/],
    ['a pathway with a space', { 'PATHWAY-PRIORITY': ['a b'] }, /other characters/],
    ['an endless order', { 'PATHWAY-PRIORITY': Array(1001).fill('a') }, /more than 1000/],
    ['clones that are no list', { 'PATHWAY-CLONES': {} }, /PATHWAY-CLONES is no list/],
    ['a clone that is no object', { 'PATHWAY-CLONES': ['a'] }, /PATHWAY-CLONES: it is no object/],
    ['a clone without a base', { 'PATHWAY-CLONES': [{ ID: 'a', 'URI-REPLACEMENT': {} }] }, /BASE-ID is no text/],
    ['a clone without replacement', { 'PATHWAY-CLONES': [{ ID: 'a', 'BASE-ID': 'b' }] }, /URI-REPLACEMENT: it is no/],
    ['a host with a path', clone({ HOST: 'h/x' }), /URI-REPLACEMENT: HOST is no host name/],
    ['a host with a user', clone({ HOST: 'a@h' }), /HOST is no host name/],
    ['an empty host', clone({ HOST: '' }), /HOST is no host name/],
    ['a parameter that is no text', clone({ PARAMS: { a: 1 } }), /PARAMS is no text/],
    ['a replacement of another scheme', clone({ 'PER-VARIANT-URIS': { a: 'data:,x' } }), /PER-VARIANT-URIS is no http/],
  ];
  for (const [name, change, message] of refused) {
    it(`refuses ${name}`, () => {
      const text = typeof change === 'string' ? change : JSON.stringify({ ...WHOLE, ...change });
      assertPlaylistError(() => readSteeringManifest(text, URL_OF), 'HLS_PLAYLIST_SYNTAX', message);
    });
  }
});
