import assert from 'node:assert/strict';
import { TimeChart } from '../../../src/profile/timeChart.ts';
import { TreeBuilder } from '../../../src/profile/tree.ts';
import { ROOT } from '../../../src/webview/boxSpace.ts';
import { TimeBoxes } from '../../../src/webview/timeBoxes.ts';
import type { Viewport } from '../../../src/webview/viewport.ts';

/** Boxes of stacks that follow each other, a microsecond each unless told: `a;b 3`. */
function boxesOf(...stacks: string[]): { space: TimeBoxes; nameOf: (box: number) => string } {
  const builder = new TreeBuilder();
  const samples = stacks.map((text) => {
    const [stack = '', length = '1'] = text.split(' ');
    let node = -1;
    for (const name of stack.split(';')) node = builder.child(node, builder.frame({ name }));
    return { node, length: Number(length) };
  });
  const tree = builder.build();
  let now = 0;
  const startUs = Float64Array.from(samples, ({ length }) => (now += length) - length);
  const endUs = startUs.map((start, at) => start + samples[at]!.length);
  const times = { node: Uint32Array.from(samples, ({ node }) => node), startUs, endUs };
  const space = new TimeBoxes(new TimeChart(tree, times, { hideIdle: true }), { fromUs: 0, toUs: now });
  const nameOf = (box: number): string => (box === ROOT ? 'root' : tree.frames[tree.frame[space.nodeOf(box)]!]!.name);
  return { space, nameOf };
}

function viewport(space: TimeBoxes, part: Partial<Viewport> = {}): Viewport {
  const range = { from: 0, to: 1 };
  return {
    width: 100,
    height: 200,
    rowHeight: 20,
    rows: space.rows,
    scrollTop: 0,
    range,
    orientation: 'icicle',
    ...part,
  };
}

const everything = { range: { from: 0, to: 1 }, smallest: 0 };

describe('boxes over time', () => {
  const { space, nameOf } = boxesOf('main;read 40', 'main;write;copy 30', '(idle) 10', 'main;read 20');

  it('stand where the samples were', () => {
    const drawn: [string, number, number, number][] = [];
    space.visit(viewport(space), {
      box: (box, _node, row, left, width) => drawn.push([nameOf(box), row, Math.round(left), Math.round(width)]),
      crumb: () => assert.fail('there is room for all'),
    });
    assert.deepEqual(drawn, [
      ['main', 1, 0, 70],
      ['main', 1, 80, 20],
      ['read', 2, 0, 40],
      ['write', 2, 40, 30],
      ['read', 2, 80, 20],
      ['copy', 3, 40, 30],
    ]);
  });

  it('are found by place, and know when they were', () => {
    const write = space.at(2, 0.5);
    assert.equal(nameOf(write!), 'write');
    assert.deepEqual(space.timeOf(write!), { fromUs: 40, toUs: 70 });
    assert.equal(nameOf(space.parentOf(write!)), 'main');
    assert.equal(space.parentOf(space.parentOf(write!)), ROOT);
    assert.equal(space.at(1, 0.75), undefined);
    assert.equal(space.at(3, 0.1), undefined);
  });

  it('are walked by the keyboard', () => {
    const main = space.step(ROOT, 'callee', everything);
    assert.deepEqual(space.timeOf(main), { fromUs: 0, toUs: 70 });
    const read = space.step(main, 'callee', everything);
    assert.equal(nameOf(read), 'read');
    const write = space.step(read, 'next', everything);
    assert.equal(nameOf(write), 'write');
    const last = space.step(write, 'next', everything);
    assert.deepEqual(space.timeOf(last), { fromUs: 80, toUs: 100 });
    assert.equal(space.step(last, 'previous', everything), write);
    assert.equal(space.step(last, 'next', everything), last);
  });

  it('find the widest of a node, one in sight before all others', () => {
    const read = space.nodeOf(space.at(2, 0.1)!);
    assert.deepEqual(space.timeOf(space.boxOfNode(read, { from: 0, to: 1 })), { fromUs: 0, toUs: 40 });
    assert.deepEqual(space.timeOf(space.boxOfNode(read, { from: 0.9, to: 1 })), { fromUs: 80, toUs: 100 });
  });

  it('are never more than there are pixels, and stay the same while they are moved', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const { space: many } = boxesOf(
      ...Array.from({ length: 20_000 }, (_, at) => `main;${names[(at * 7) % 5]};f${at % 11}`),
    );
    const visit = (from: number): Map<number, number> => {
      const crumbs = new Map<number, number>();
      let boxes = 0;
      many.visit(viewport(many, { width: 200, range: { from, to: from + 0.5 } }), {
        box: () => (boxes += 1),
        crumb: (row, left, _width, node) => row === 3 && crumbs.set(Math.round(left + from * 400), node),
      });
      assert.ok(boxes <= 200, `${boxes}`);
      assert.ok(crumbs.size <= 201, `${crumbs.size}`);
      return crumbs;
    };
    const [before, after] = [visit(0.1), visit(0.1 + 10.3 / 400)];
    const common = [...after].filter(([column]) => before.has(column));
    assert.ok(common.length > 150, `${common.length}`);
    assert.ok(common.every(([column, node]) => before.get(column) === node));
  });
});
