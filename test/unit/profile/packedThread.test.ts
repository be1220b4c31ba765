import assert from 'node:assert/strict';
import { packThread, unpackTree } from '../../../src/profile/packedThread.ts';
import { treeOf } from '../webview/tree.ts';

const decisions = { list: [], of: new Uint32Array(0) };

describe('packed thread', () => {
  it('comes out as it was packed, whatever the names', () => {
    const tree = treeOf('main;b 1', 'main;c 2');
    tree.frames = [
      { name: '\uFEFFmain', file: '/ä/日本.js', line: 3, column: 9 },
      { name: '', file: '' },
      { name: 'std::vector<😀>\n', line: 7 },
    ];
    const unpacked = unpackTree(structuredClone(packThread(tree, decisions)));
    assert.deepEqual(unpacked.frames, tree.frames);
    assert.deepEqual(unpacked.self, tree.self);
  });

  it('keeps every name in its place behind half a character', () => {
    const tree = treeOf('a;b 1');
    tree.frames = [{ name: 'half \uD83D' }, { name: 'whole' }];
    assert.deepEqual(
      unpackTree(packThread(tree, decisions)).frames.map(({ name }) => name),
      ['half \uFFFD', 'whole'],
    );
  });
});
