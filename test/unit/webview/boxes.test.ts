import assert from 'node:assert/strict';
import { ROOT } from '../../../src/webview/boxSpace.ts';
import { boxesOf, treeOf } from './tree.ts';

describe('boxes', () => {
  it('puts callees after their caller, heaviest first, and marks where each subtree ends', () => {
    const { boxes, names } = boxesOf(treeOf('main;read 1', 'main;write;copy 4', 'main;write 1', 'other 2'));
    assert.deepEqual(names, ['main', 'write', 'copy', 'read', 'other']);
    assert.deepEqual([...boxes.end.subarray(0, boxes.count)], [4, 3, 3, 4, 5]);
    assert.deepEqual([...boxes.parent.subarray(0, boxes.count)], [ROOT, 0, 1, 0, ROOT]);
    assert.deepEqual([...boxes.depth.subarray(0, boxes.count)], [0, 1, 2, 1, 0]);
    assert.equal(boxes.rows, 4);
  });

  it('stands callees within the edges of their caller', () => {
    const { boxes, named } = boxesOf(treeOf('main;read 1', 'main;write 5', 'other 2'));
    assert.equal(boxes.x[named('main')], 0);
    assert.equal(boxes.width[named('main')], 0.75);
    assert.equal(boxes.x[named('read')], 0.625);
    assert.equal(boxes.x[named('other')], 0.75);
  });

  it('leaves out what has no weight', () => {
    const { boxes, names } = boxesOf(treeOf('main 3', '(idle) 9', 'main;never 0'));
    assert.deepEqual(names, ['main']);
    assert.equal(boxes.boxOf[1], -1);
  });

  it('takes stacks of any depth', () => {
    const depth = 50_000;
    const { boxes } = boxesOf(treeOf(`${Array.from({ length: depth }, (_, level) => `f${level}`).join(';')} 1`));
    assert.equal(boxes.count, depth);
    assert.equal(boxes.end[0], depth);
    assert.equal(boxes.rows, depth + 1);
  });

  it('has nothing to show of an empty tree', () => {
    assert.equal(boxesOf(treeOf()).boxes.count, 0);
  });
});
