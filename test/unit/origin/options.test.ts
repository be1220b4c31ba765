import assert from 'node:assert/strict';

import { answerOf, parseRange } from '../../origin/serving/answer.ts';
import type { Fault, Target } from '../../origin/serving/faults.ts';
import { FaultBook, formatFault, parseFault, strikes } from '../../origin/serving/faults.ts';
import { carryQuery, parseOptions } from '../../origin/serving/options.ts';

describe('options of the lab', () => {
  it('reads a query', () => {
    const query = new URLSearchParams('fragments=3&latencyMs=20&chunked&etag=1&session=s&token=secret&fault=stall@1');
    assert.deepEqual(parseOptions(query), {
      fragments: 3,
      latencyMs: 20,
      slowFirstMs: 0,
      chunked: true,
      etag: true,
      session: 's',
      faults: [{ kind: 'stall', index: 1 }],
    });
  });

  for (const bad of [
    'fragments=0',
    'fragments=1e3',
    'latencyMs=-1',
    'chunked=maybe',
    'fault=explode@1',
    'fault=stall',
  ]) {
    it(`refuses ${bad}`, () => assert.throws(() => parseOptions(new URLSearchParams(bad)), RangeError));
  }

  it('carries the query to every URI of a playlist', () => {
    const playlist = '\uFEFF#EXTM3U\r\n#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x1\r\n#EXTINF:1,a URI="x"\r\nf.ts\r\n\r\n';
    const carried =
      '\uFEFF#EXTM3U\r\n#EXT-X-KEY:METHOD=AES-128,URI="k?a=1",IV=0x1\r\n#EXTINF:1,a URI="x"\r\nf.ts?a=1\r\n\r\n';
    assert.equal(carryQuery(playlist, '?a=1'), carried);
    assert.equal(carryQuery(playlist, ''), playlist);
  });
});

describe('faults of the lab', () => {
  const faults: [string, Fault][] = [
    ['status@3*2;status=429;retryAfter=1', { kind: 'status', index: 3, times: 2, status: 429, retryAfter: '1' }],
    ['reset-midway@key', { kind: 'reset-midway', resource: 'key' }],
    ['wrong-length@en/index.m3u8;delta=-5', { kind: 'wrong-length', path: 'en/index.m3u8', delta: -5 }],
    ['html@0;contentType=media', { kind: 'html', index: 0, contentType: 'media' }],
    ['redirect@playlist*1;to=cross-origin', { kind: 'redirect', resource: 'playlist', times: 1, to: 'cross-origin' }],
  ];
  for (const [text, fault] of faults) {
    it(`reads and writes ${text}`, () => {
      assert.deepEqual(parseFault(text), fault);
      assert.equal(formatFault(fault), text);
    });
  }

  const target: Target = { stream: 'small', path: 'en/f000003.ts', session: 's', resource: 'fragment', index: 3 };
  const fitting: Omit<Fault, 'kind'>[] = [
    {},
    { index: 3 },
    { path: 'f000003.ts' },
    { path: 'en/f000003.ts' },
    { stream: 'small', session: 's', resource: 'fragment' },
  ];
  const others: Omit<Fault, 'kind'>[] = [
    { index: 2 },
    { path: '3.ts' },
    { stream: 'tiny' },
    { session: 't' },
    { resource: 'key' },
    { stream: 'small', index: 4 },
  ];
  for (const conditions of fitting) {
    it(`strikes where ${JSON.stringify(conditions)} holds`, () =>
      assert.ok(strikes({ kind: 'stall', ...conditions }, target)));
  }
  for (const conditions of others) {
    it(`does not strike where ${JSON.stringify(conditions)} does not hold`, () =>
      assert.ok(!strikes({ kind: 'stall', ...conditions }, target)));
  }

  it('counts for each target and each fault', () => {
    const book = new FaultBook();
    book.add({ kind: 'stall', times: 1 });
    const ofUrl: Fault[] = [{ kind: 'status', index: 3, times: 2 }];
    const kinds = [1, 2, 3, 4].map(() => book.strike(target, ofUrl)?.kind);
    assert.deepEqual(kinds, ['status', 'status', 'stall', undefined]);
    assert.equal(book.strike({ ...target, session: 'another' }, ofUrl)?.kind, 'status');
    assert.equal(book.strike({ ...target, index: 4 }, ofUrl)?.kind, 'stall');
    book.clear();
    assert.equal(book.strike({ ...target, index: 5 }, []), undefined);
  });
});

describe('answers of the lab', () => {
  const ranges: [string | undefined, ReturnType<typeof parseRange>][] = [
    [undefined, undefined],
    ['bytes=0-0', { start: 0, end: 1 }],
    ['bytes=10-', { start: 10, end: 100 }],
    ['bytes=-10', { start: 90, end: 100 }],
    ['bytes=-1000', { start: 0, end: 100 }],
    ['bytes=90-1000', { start: 90, end: 100 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-4', undefined],
    ['bytes=0-1,4-5', undefined],
    ['bytes=-', undefined],
    ['lines=1-2', undefined],
  ];
  for (const [header, range] of ranges) {
    it(`reads the range ${header ?? '(none)'}`, () => assert.deepEqual(parseRange(header, 100), range));
  }

  const asked = { size: 100, contentType: 'video/mp2t', etag: '"a"' };
  it('honours a range whose If-Range is the ETag', () => {
    const { status, headers, start, end } = answerOf({ ...asked, headers: { range: 'bytes=5-9', 'if-range': '"a"' } });
    assert.deepEqual(
      [status, start, end, headers['content-range'], headers['content-length']],
      [206, 5, 10, 'bytes 5-9/100', 5],
    );
  });

  it('sends everything when If-Range is another ETag', () => {
    const { status, headers, end } = answerOf({ ...asked, headers: { range: 'bytes=5-9', 'if-range': '"b"' } });
    assert.deepEqual([status, end, headers['content-range']], [200, 100, undefined]);
  });

  it('answers 416 beyond the end and 304 to the ETag', () => {
    const beyond = answerOf({ ...asked, headers: { range: 'bytes=100-' } });
    assert.deepEqual([beyond.status, beyond.headers['content-range']], [416, 'bytes */100']);
    assert.equal(answerOf({ ...asked, headers: { 'if-none-match': '"a"' } }).status, 304);
  });
});
