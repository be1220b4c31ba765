import assert from 'node:assert/strict';
import { findUrls, nameOutputs, parseList } from '../../../../src/shell/queue/playlistList.ts';

const A = 'https://a.example/talks/one/master.m3u8?token=1';
const B = 'http://b.example/two.m3u8';

describe('a list of playlists', () => {
  it('has one URL a line, between blank lines and comments', () => {
    const text = `\uFEFF# talks\r\n\r\n  ${A}  \r\n#${B}\r${B}\n`;
    assert.deepEqual(parseList(text), { urls: [A, B], repeated: [], faults: [] });
  });

  it('names the lines that are no URL, and those that say one again', () => {
    const { urls, repeated, faults } = parseList([A, 'two', B, 'ftp://c.example/x.m3u8', A, `${A} ${B}`].join('\n'));
    assert.deepEqual(urls, [A, B]);
    assert.deepEqual(repeated, [{ line: 5, first: 1 }]);
    assert.deepEqual(faults, [
      { line: 2, fault: 'noUrl' },
      { line: 4, fault: 'scheme' },
      { line: 6, fault: 'noUrl' },
    ]);
  });

  it('is found in any text', () => {
    const text = `See [this](${B}), and\n\thttps://c.example/live\nGET ${A} 200, ${B}; https://d.example/page`;
    assert.deepEqual(findUrls(text), [B, 'https://c.example/live', A]);
    assert.deepEqual(findUrls(`GET ${A} 200`), [A]);
    assert.deepEqual(findUrls('nothing here'), []);
  });

  it('gets a file name for each, of which none is taken', () => {
    const urls = [
      A,
      B,
      'http://c.example/TWO.m3u8',
      'http://d.example/one/index.m3u8',
      'http://e.example/two/index.m3u8',
    ];
    const names = nameOutputs(urls, 'mp4', ['/elsewhere/One.mp4', 'two.ts']);
    assert.deepEqual(names, ['one-2.mp4', 'two.mp4', 'TWO-2.mp4', 'one-3.mp4', 'two-3.mp4']);
  });
});
