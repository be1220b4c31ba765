import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { contentCoding, parseContentRange, strongValidator } from '../../../../src/engine/transport/fields.ts';

const at = (second: number) => new Date(Date.UTC(2024, 1, 3, 4, 5, second)).toUTCString();

const validators: [what: string, IncomingHttpHeaders, string | undefined][] = [
  ['a strong ETag', { etag: '"abc"' }, '"abc"'],
  ['a weak ETag', { etag: 'W/"abc"' }, undefined],
  ['a weak ETag beside a strong date', { etag: 'W/"abc"', 'last-modified': at(1), date: at(9) }, undefined],
  ['an ETag without quotes', { etag: 'abc' }, undefined],
  ['a date a second before Date', { 'last-modified': at(1), date: at(2) }, at(1)],
  ['a date of the same second', { 'last-modified': at(2), date: at(2) }, undefined],
  ['a date in the future', { 'last-modified': at(3), date: at(2) }, undefined],
  ['a date without Date', { 'last-modified': at(1) }, undefined],
  ['no date', { 'last-modified': 'yesterday', date: at(2) }, undefined],
  ['nothing', {}, undefined],
];

const ranges: [string | undefined, ReturnType<typeof parseContentRange>][] = [
  ['bytes 0-9/10', { first: 0, last: 9, completeBytes: 10 }],
  ['bytes 5-9/*', { first: 5, last: 9, completeBytes: undefined }],
  ['bytes 9-5/10', undefined],
  ['bytes 0-10/10', undefined],
  ['bytes */10', undefined],
  ['items 0-9/10', undefined],
  ['bytes 0-9', undefined],
  ['bytes 0-9/10, bytes 0-9/10', undefined],
  [undefined, undefined],
];

describe('engine/transport: header fields', () => {
  for (const [what, headers, expected] of validators) {
    it(`${what} ${expected ? 'is a validator' : 'is none'}`, () => assert.equal(strongValidator(headers), expected));
  }
  for (const [value, expected] of ranges) {
    it(`reads Content-Range: ${value}`, () => assert.deepEqual(parseContentRange(value), expected));
  }
  for (const [value, expected] of [
    [undefined, undefined],
    ['identity', undefined],
    ['aws-chunked', undefined],
    ['GZIP', 'gzip'],
    ['identity, br', 'br'],
  ] as const) {
    it(`reads Content-Encoding: ${value}`, () =>
      assert.equal(contentCoding(value === undefined ? {} : { 'content-encoding': value }), expected));
  }
});
