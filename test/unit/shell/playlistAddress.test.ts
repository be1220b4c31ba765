import assert from 'node:assert/strict';
import { isPlainUrl, readAddress, toAddress } from '../../../src/shell/playlistAddress.ts';

describe('the address of a playlist from the network', () => {
  const plain = [
    'https://example.com/live/master.m3u8',
    'http://127.0.0.1:8080/a%20b/%E2%82%AC.M3U8',
    'https://[::1]:8443/list.m3u',
    'https://example.com/a;b=c/@d/x.m3u8',
  ];
  for (const url of plain) {
    it(`says a plain URL by itself: ${url}`, () => {
      assert.equal(isPlainUrl(url), true);
      assert.deepEqual(readAddress(toAddress(url)), { url });
    });
  }

  const others = [
    ['https://example.com/a.m3u8?token=sesame', '/a.m3u8'],
    ['https://sesame:sesame@example.com/a.m3u8', '/a.m3u8'],
    ['https://example.com/a.m3u8#sesame', '/a.m3u8'],
    ['https://example.com/playlist', '/playlist.m3u8'],
    ['https://example.com/', '/index.m3u8'],
    ['https://example.com/.m3u8', '/.m3u8.m3u8'],
  ] as const;
  for (const [url, path] of others) {
    it(`needs an id for what must not, or cannot, stand in it: ${url}`, () => {
      assert.equal(isPlainUrl(url), false);
      const address = toAddress(url, '1a2b');
      assert.equal(address.path, path);
      assert.ok(!JSON.stringify(address).includes('sesame'));
      assert.deepEqual(readAddress(address), { id: '1a2b' });
    });
  }

  it('is none of another scheme, or without one', () => {
    for (const query of ['', 'file', 'ftp&1a2b']) {
      assert.equal(readAddress({ authority: 'example.com', path: '/a.m3u8', query }), undefined);
    }
  });
});
