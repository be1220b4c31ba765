import assert from 'node:assert/strict';

import { answerOf, parseRange } from '../../origin/serving/answer.ts';
import type { Fault, Target } from '../../origin/serving/faults.ts';
import { FaultBook } from '../../origin/serving/faultBook.ts';
import { formatFault, parseFault, strikes } from '../../origin/serving/faults.ts';
import { carryQuery, parseOptions } from '../../origin/serving/options.ts';
import type { Validators } from '../../origin/serving/validators.ts';

describe('options of the lab', () => {
  it('reads a query', () => {
    const query = new URLSearchParams('fragments=3&latencyMs=20&chunked&etag=1&session=s&token=secret&fault=stall@1');
    assert.deepEqual(parseOptions(query), {
      fragments: 3,
      latencyMs: 20,
      slowFirstMs: 0,
      chunked: true,
      etag: 'strong',
      session: 's',
      faults: [{ kind: 'stall', index: 1 }],
    });
  });

  it('reads what guards a stream', () => {
    const of = (query: string) => {
      const { etag, tokens } = parseOptions(new URLSearchParams(query));
      return { etag, tokens };
    };
    assert.deepEqual(of('etag=weak&tokens=fresh&tokenUses=5&tokenStatus=401'), {
      etag: 'weak',
      tokens: { mode: 'fresh', uses: 5, status: 401 },
    });
    assert.deepEqual(of('etag=modified&tokens=server&tokenMs=50'), {
      etag: 'modified',
      tokens: { mode: 'server', ms: 50, status: 403 },
    });
    assert.deepEqual(of('etag=0'), { etag: undefined, tokens: undefined });
  });

  for (const bad of [
    'fragments=0',
    'fragments=1e3',
    'latencyMs=-1',
    'chunked=maybe',
    'fault=explode@1',
    'fault=stall',
    'fault=stall@1;afterBytes=half',
    'fault=ends-early@1;align=line',
    'fault=redirect@1;to=elsewhere',
    'fault=status@1;when=never',
    'etag=feeble',
    'tokens=some',
    'tokens=fresh&tokenUses=-1',
    'tokens=fresh&tokenStatus=200',
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
    ['ends-early@2;align=box;framing=close', { kind: 'ends-early', index: 2, align: 'box', framing: 'close' }],
    ['truncate@2*1;after=1;when=range', { kind: 'truncate', index: 2, times: 1, after: 1, when: 'range' }],
    ['uri@/index.m3u8;to=ftp:x;of=key;at=0', { kind: 'uri', path: '/index.m3u8', to: 'ftp:x', of: 'key', at: 0 }],
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
    { path: '/en/f000003.ts' },
    { stream: 'small', session: 's', resource: 'fragment' },
  ];
  const others: Omit<Fault, 'kind'>[] = [
    { index: 2 },
    { path: '3.ts' },
    { path: '/f000003.ts' },
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
    const kinds = [1, 2, 3, 4].map(() => book.strike(target, ofUrl)?.fault.kind);
    assert.deepEqual(kinds, ['status', 'status', 'stall', undefined]);
    assert.equal(book.strike({ ...target, session: 'another' }, ofUrl)?.fault.kind, 'status');
    assert.equal(book.strike({ ...target, index: 4 }, ofUrl)?.fault.kind, 'stall');
    book.clear();
    assert.equal(book.strike({ ...target, index: 5 }, []), undefined);
  });

  it('passes over so many requests first, and says how often it has struck', () => {
    const ofUrl: Fault[] = [{ kind: 'status', index: 3, after: 2, times: 2 }];
    const book = new FaultBook();
    const turns = [1, 2, 3, 4, 5].map(() => book.strike(target, ofUrl)?.turn);
    assert.deepEqual(turns, [undefined, undefined, 1, 2, undefined]);
  });

  it('strikes and counts only requests with a range, or only those without', () => {
    const ofUrl: Fault[] = [
      { kind: 'truncate', index: 3, times: 1 },
      { kind: 'range-wrong', index: 3, when: 'range', times: 1 },
      { kind: 'status', index: 3, when: 'whole' },
    ];
    const book = new FaultBook();
    const kinds = [false, true, false, true].map((hasRange) => book.strike(target, ofUrl, hasRange)?.fault.kind);
    assert.deepEqual(kinds, ['truncate', 'range-wrong', 'status', undefined]);
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

  const asked = { size: 100, contentType: 'video/mp2t', validators: { etag: '"a"' } };
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

  it('honours a range whose If-Range is the time of the last change, never one of a weak ETag', () => {
    const date = 'Mon, 01 Jan 2024 00:00:00 GMT';
    const status = (validators: Validators, ifRange: string) =>
      answerOf({ ...asked, validators, headers: { range: 'bytes=5-9', 'if-range': ifRange } }).status;
    assert.equal(status({ 'last-modified': date }, date), 206);
    assert.equal(status({ 'last-modified': date }, 'Tue, 02 Jan 2024 00:00:00 GMT'), 200);
    assert.equal(status({ etag: 'W/"a"' }, 'W/"a"'), 200);
    assert.equal(status({}, '"a"'), 200);
  });

  it('answers 416 beyond the end and 304 to the ETag', () => {
    const beyond = answerOf({ ...asked, headers: { range: 'bytes=100-' } });
    assert.deepEqual([beyond.status, beyond.headers['content-range']], [416, 'bytes */100']);
    assert.equal(answerOf({ ...asked, headers: { 'if-none-match': '"a"' } }).status, 304);
  });
});
