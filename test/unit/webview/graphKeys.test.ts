import assert from 'node:assert/strict';
import { commandOf, type Key } from '../../../src/webview/graphKeys.ts';

const key = (name: string, part: Partial<Key> = {}): Key => ({
  key: name,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...part,
});

describe('keys of the graph', () => {
  it('walk as the graph stands', () => {
    assert.deepEqual(commandOf(key('ArrowDown'), 'icicle'), { kind: 'step', step: 'callee' });
    assert.deepEqual(commandOf(key('ArrowDown'), 'flame'), { kind: 'step', step: 'caller' });
    assert.deepEqual(commandOf(key('ArrowUp'), 'flame'), { kind: 'step', step: 'callee' });
  });

  it('pan with Shift, zoom with plus and minus on any layout', () => {
    assert.equal(commandOf(key('ArrowLeft', { shiftKey: true }), 'icicle')?.kind, 'pan');
    assert.equal(commandOf(key('+', { shiftKey: true }), 'icicle')?.kind, 'zoom');
    assert.equal(commandOf(key('='), 'icicle')?.kind, 'zoom');
  });

  it('leave to others what is not theirs', () => {
    for (const other of [
      key('f', { ctrlKey: true }),
      key('ArrowDown', { altKey: true }),
      key('1'),
      key('/'),
      key('Tab'),
    ]) {
      assert.equal(commandOf(other, 'icicle'), undefined);
    }
    assert.deepEqual(commandOf(key('c', { metaKey: true }), 'icicle'), { kind: 'copy' });
    assert.equal(commandOf(key('c', { ctrlKey: true, shiftKey: true }), 'icicle'), undefined);
  });
});
