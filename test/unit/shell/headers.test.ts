import assert from 'node:assert/strict';
import { HeaderSyntaxError, parseHeaders } from '../../../src/shell/headers.ts';

describe('headers file', () => {
  it('is one header a line, with comments and blank lines', () => {
    const text = '# session\r\nCookie: a=b; c=d\r\n\r\n  Authorization:Bearer x:y\nX-Empty:\n';
    assert.deepEqual(parseHeaders(text), { Cookie: 'a=b; c=d', Authorization: 'Bearer x:y', 'X-Empty': '' });
  });

  it('names the line that is no header, not its text', () => {
    assert.throws(
      () => parseHeaders('A: b\nsecret without colon'),
      (error) => error instanceof HeaderSyntaxError && error.line === 2 && !error.message.includes('secret'),
    );
    assert.throws(() => parseHeaders('bad name: x'), HeaderSyntaxError);
  });
});
