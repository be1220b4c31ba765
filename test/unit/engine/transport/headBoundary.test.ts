import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HeadBoundary } from '../../../../src/engine/transport/headBoundary.ts';

const final = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n';
const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';

/** Whether the first `length` bytes of heads, one behind the other, end in the middle of one. */
function endsInHead(heads: readonly string[], length: number): boolean {
  let start = 0;
  for (const head of heads) {
    if (length > start && length < start + head.length) return true;
    start += head.length;
  }
  return false;
}

describe('engine/transport: where heads end', () => {
  it('tells, however the bytes come, whether they end in the middle of a head', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 8 });
    const body = fc.constantFrom('', 'abcd', 'a\r\n\r\nb', 'G@\0\x10');
    fc.assert(
      fc.property(fc.constantFrom([final], [hints, final], [hints, hints, final]), body, cuts, (heads, rest, at) => {
        const whole = Buffer.from(heads.join('') + rest, 'latin1');
        const boundary = new HeadBoundary();
        boundary.expect();
        const ends = [...new Set([...at, whole.length])].filter((end) => end <= whole.length).sort((a, b) => a - b);
        let start = 0;
        for (const end of ends) {
          const isOpen = boundary.isOpenAfter(whole.subarray(start, end));
          // In doubt it is a head: what is left of one must never be taken for something else.
          if (endsInHead(heads, end)) assert.equal(isOpen, true, `after ${end} bytes`);
          start = end;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no body for a head when the head came whole', () => {
    for (const heads of [final, hints + final]) {
      const boundary = new HeadBoundary();
      boundary.expect();
      assert.equal(boundary.isOpenAfter(Buffer.from(heads)), false);
      assert.equal(boundary.isOpenAfter(Buffer.from('a body without any line end')), false);
      assert.equal(boundary.isOpenAfter(Buffer.from('HTTP/1.1 within the body')), false);
    }
  });

  it('knows no head before a request', () => {
    assert.equal(new HeadBoundary().isOpenAfter(Buffer.from('HTTP/1.1 200')), false);
  });
});
