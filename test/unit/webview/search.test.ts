import assert from 'node:assert/strict';
import { compileSearch, nextMatch } from '../../../src/webview/search.ts';

describe('search', () => {
  it('takes text as it stands, and expressions as such', () => {
    assert.deepEqual(compileSearch('', false), { kind: 'none' });
    assert.deepEqual(compileSearch('a.b(', false), { kind: 'query', query: 'a.b(' });
    assert.deepEqual(compileSearch('^mem', true), { kind: 'query', query: /^mem/i });
  });

  it('minds case in an expression only where a capital was typed', () => {
    assert.deepEqual(compileSearch('Read', true), { kind: 'query', query: /Read/ });
    assert.deepEqual(compileSearch('\\Sread', true), { kind: 'query', query: /\Sread/i });
  });

  it('says why an expression is none', () => {
    const broken = compileSearch('a(', true);
    if (broken.kind !== 'broken') assert.fail(broken.kind);
    assert.match(broken.reason, /^\/a\(\/i: Unterminated group$/);
  });

  it('goes from match to match, round the end', () => {
    const matches = Uint8Array.from([0, 1, 0, 1]);
    assert.equal(nextMatch(matches, -1, 'next'), 1);
    assert.equal(nextMatch(matches, 1, 'next'), 3);
    assert.equal(nextMatch(matches, 3, 'next'), 1);
    assert.equal(nextMatch(matches, -1, 'previous'), 3);
    assert.equal(nextMatch(matches, 1, 'previous'), 3);
    assert.equal(nextMatch(Uint8Array.from([0, 0]), 0, 'next'), undefined);
    assert.equal(nextMatch(new Uint8Array(0), -1, 'next'), undefined);
  });
});
