import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { ProfileError } from '../../../../src/profile/errors.ts';
import { readProfile } from '../../../../src/profile/formats/index.ts';

function errorOf(content: string | Uint8Array): ProfileError {
  try {
    readProfile(typeof content === 'string' ? Buffer.from(content) : content, 'some file');
  } catch (error) {
    assert.ok(error instanceof ProfileError, String(error));
    assert.ok(error.hint.length > 0);
    assert.deepEqual(error.toJSON(), { code: error.code, message: error.message, hint: error.hint });
    return error;
  }
  return assert.fail('it was read');
}

describe('recognising a profile by its content', () => {
  it('reads known formats under any name, packed or not, with a byte order mark or not', () => {
    assert.equal(readProfile(Buffer.from('\uFEFFa;b 1\n'), 'x.json').format, 'folded');
    assert.equal(readProfile(gzipSync('a;b 1\n'), 'x').format, 'folded');
    // The name of unknown frames looks like the start of JSON.
    assert.equal(readProfile(Buffer.from('[unknown];a 1\n[unknown];b 2\n'), 'x').format, 'folded');
  });

  const unreadable: [name: string, content: string | Uint8Array, words: RegExp][] = [
    ['perf.data', Buffer.from('PERFILE2\x00\x01\xff'), /perf\.data/],
    ['heap snapshot', '{"snapshot":{"meta":{}},"nodes":1}', /heap snapshot/],
  ];
  for (const [name, content, words] of unreadable) {
    it(`says what ${name} is`, () => {
      const error = errorOf(content);
      assert.equal(error.code, 'PROFILE_FORMAT');
      assert.match(error.message, words);
    });
  }

  const unknown: [name: string, content: string | Uint8Array, code: string][] = [
    ['prose that ends in a number', 'The year was 1984\nand then came 1985\n', 'PROFILE_FORMAT'],
    ['a playlist', '#EXTM3U\n#EXTINF:4,\nseg;1.ts\n', 'PROFILE_FORMAT'],
    ['some JSON', '{"a":1}', 'PROFILE_FORMAT'],
    ['bytes', Buffer.from([0xff, 0xd8, 0xff, 0x00]), 'PROFILE_FORMAT'],
    ['a profile cut off', '{"nodes":[{"id":1,"callFrame":{"functionName":"a"', 'PROFILE_BROKEN'],
    ['a gzip file cut off', gzipSync('a;b 1\n'.repeat(1000)).subarray(0, 30), 'PROFILE_BROKEN'],
    ['nothing', '', 'PROFILE_EMPTY'],
    ['blanks', ' \n\n', 'PROFILE_EMPTY'],
    ['more than can be read', new Uint8Array(500 * 2 ** 20 + 1), 'PROFILE_TOO_LARGE'],
  ];
  for (const [name, content, code] of unknown) {
    it(`refuses ${name}`, () => {
      const error = errorOf(content);
      assert.equal(error.code, code);
      assert.match(error.message, /^some file /);
    });
  }
});
