import assert from 'node:assert/strict';
import { suggestFileName, suggestStem } from '../../../src/shell/outputName.ts';

describe('suggested name', () => {
  const cases: [string, string][] = [
    ['https://media.example/sintel.m3u8', 'sintel'],
    ['https://media.example/sintel/master.m3u8?token=secret', 'sintel'],
    ['https://media.example/sintel/2160p/index.m3u8', 'sintel'],
    ['https://media.example/2160/index.m3u8', 'index'],
    ['https://media.example/', 'media.example'],
    ['https://media.example/a%2Fb%2F..%2F..%2Fetc.m3u8', 'a_b_.._.._etc'],
    ['https://media.example/..%5C..%5Cboot.m3u8', '_.._boot'],
    ['https://media.example/%E6%97%A5%E6%9C%AC.m3u8', '日本'],
    ['https://media.example/%ZZ.m3u8', '%ZZ'],
    ['https://media.example/con.m3u8', '_con'],
    ['https://media.example/NUL.mp4/playlist.m3u8', '_NUL'],
    ['https://media.example/C%3A%5CWindows%5Cx.m3u8', 'C__Windows_x'],
    ['https://media.example/%3Ca%3E%7Cb%3F%2A%22.m3u8', '_a__b___'],
    ['https://media.example/trailing.%20.m3u8', 'trailing. '],
    ['https://media.example/movie.mp4/playlist.m3u8', 'movie'],
    ['no url', 'stream'],
  ];
  for (const [url, expected] of cases) {
    it(`of ${url} is ${expected}`, () => assert.equal(suggestStem(url), expected));
  }

  it('is of a length that any file system takes', () => {
    const name = suggestFileName(`https://media.example/${'%F0%9F%98%80'.repeat(100)}.m3u8`, false);
    assert.ok(Buffer.byteLength(name) <= 100, name);
  });

  it('follows the container', () => {
    assert.equal(suggestFileName('https://a.example/x.m3u8', false), 'x.ts');
    assert.equal(suggestFileName('https://a.example/x.m3u8', true), 'x.mp4');
  });
});
