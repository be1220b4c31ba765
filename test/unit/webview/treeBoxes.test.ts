import assert from 'node:assert/strict';
import { ROOT, ancestorsOf, boxAround, type Step } from '../../../src/webview/boxSpace.ts';
import { boxesOf, treeOf } from './tree.ts';

const { boxes, space, names, named } = boxesOf(
  treeOf('main;read 100', 'main;write;copy 400', 'other;late 200', 'other;tiny 1'),
);
const everything = { range: { from: 0, to: 1 }, smallest: 0 };

function walk(from: string | undefined, step: Step, view = everything): string {
  const box = space.step(from === undefined ? ROOT : named(from), step, view);
  return box === ROOT ? 'root' : names[box]!;
}

describe('navigation', () => {
  it('walks to callers and to the heaviest callee', () => {
    assert.equal(walk('copy', 'caller'), 'write');
    assert.equal(walk('main', 'caller'), 'root');
    assert.equal(walk(undefined, 'caller'), 'root');
    assert.equal(walk(undefined, 'callee'), 'main');
    assert.equal(walk('main', 'callee'), 'write');
    assert.equal(walk('copy', 'callee'), 'copy');
  });

  it('walks along the row, past the edges of a caller', () => {
    assert.equal(walk('write', 'next'), 'read');
    assert.equal(walk('read', 'next'), 'late');
    assert.equal(walk('late', 'previous'), 'read');
    assert.equal(walk('write', 'previous'), 'write');
    assert.equal(walk('tiny', 'next'), 'tiny');
  });

  it('steps on nothing that cannot be seen', () => {
    const view = { range: { from: 0, to: 1 }, smallest: 0.01 };
    assert.equal(walk('late', 'next', view), 'late');
    const zoomed = { range: { from: 0, to: boxes.width[named('main')]! }, smallest: 0 };
    assert.equal(walk('read', 'next', zoomed), 'read');
  });

  it('knows the way from the root', () => {
    assert.deepEqual(ancestorsOf(space, named('copy')), [ROOT, named('main'), named('write')]);
    assert.deepEqual(ancestorsOf(space, ROOT), []);
  });

  it('finds what spans a range, from a box outwards', () => {
    const [copy, main] = [named('copy'), named('main')];
    assert.equal(boxAround(space, copy, space.rangeOf(copy)), copy);
    assert.equal(boxAround(space, copy, { from: 0, to: space.rangeOf(main).to }), main);
    assert.equal(boxAround(space, copy, { from: 0, to: 1 }), ROOT);
  });
});
