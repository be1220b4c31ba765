import assert from 'node:assert/strict';
import { ROOT } from '../../../src/webview/boxes.ts';
import {
  boxAt,
  rangeOf,
  rowTop,
  scrollToRow,
  spanOf,
  visibleRows,
  visitVisible,
  type Viewport,
} from '../../../src/webview/viewport.ts';
import { boxesOf, treeOf } from './tree.ts';

const { boxes, names, named } = boxesOf(treeOf('main;read 100', 'main;write;copy 400', 'main;write 100', 'other 200'));

function viewport(part: Partial<Viewport> = {}): Viewport {
  return {
    width: 800,
    height: 80,
    rowHeight: 20,
    rows: boxes.rows,
    scrollTop: 0,
    range: { from: 0, to: 1 },
    orientation: 'icicle',
    ...part,
  };
}

function drawn(view: Viewport): { boxes: [string, number, number, number][]; crumbs: [number, number, number][] } {
  const found: ReturnType<typeof drawn> = { boxes: [], crumbs: [] };
  visitVisible(view, boxes, {
    box: (box, row, left, width) => found.boxes.push([names[box]!, row, Math.round(left), Math.round(width)]),
    crumbs: (row, left, width) => found.crumbs.push([row, left, width]),
  });
  return found;
}

describe('viewport', () => {
  it('finds the box under a point, the root in its own row, nothing beside', () => {
    assert.equal(boxAt(viewport(), boxes, 10, 5), ROOT);
    assert.equal(boxAt(viewport(), boxes, 10, 25), named('main'));
    assert.equal(boxAt(viewport(), boxes, 599.9, 25), named('main'));
    assert.equal(boxAt(viewport(), boxes, 600, 25), named('other'));
    assert.equal(boxAt(viewport(), boxes, 10, 65), named('copy'));
    assert.equal(boxAt(viewport(), boxes, 550, 45), named('read'));
    assert.equal(boxAt(viewport(), boxes, 700, 45), undefined);
    assert.equal(boxAt(viewport(), boxes, 800, 25), undefined);
    assert.equal(boxAt(viewport(), boxes, 10, 80), undefined);
  });

  it('turns the rows over for a flame, and counts from the scroll position', () => {
    assert.equal(boxAt(viewport({ orientation: 'flame' }), boxes, 10, 75), ROOT);
    assert.equal(boxAt(viewport({ orientation: 'flame' }), boxes, 10, 5), named('copy'));
    assert.equal(boxAt(viewport({ scrollTop: 40, height: 40 }), boxes, 10, 5), named('write'));
    assert.equal(rowTop(viewport({ orientation: 'flame' }), 0), 60);
  });

  it('finds in a zoom what is drawn there', () => {
    const view = viewport({ range: rangeOf(boxes, named('read')) });
    assert.equal(boxAt(view, boxes, 1, 45), named('read'));
    assert.equal(boxAt(view, boxes, 799, 45), named('read'));
    assert.equal(boxAt(view, boxes, 799, 25), named('main'));
    assert.deepEqual(spanOf(view, rangeOf(boxes, named('main'))), { left: 0, width: 800 });
  });

  it('visits boxes in view only, cut to the window', () => {
    assert.deepEqual(drawn(viewport()).boxes, [
      ['main', 1, 0, 600],
      ['write', 2, 0, 500],
      ['copy', 3, 0, 400],
      ['read', 2, 500, 100],
      ['other', 1, 600, 200],
    ]);
    const zoomed = viewport({ range: rangeOf(boxes, named('write')), scrollTop: 20, height: 40 });
    assert.deepEqual(drawn(zoomed).boxes, [
      ['main', 1, 0, 800],
      ['write', 2, 0, 800],
    ]);
  });

  it('joins boxes too narrow to be drawn, and skips what they called', () => {
    const { boxes: seen, crumbs } = drawn(viewport({ width: 3.2, range: { from: 0.5, to: 1 } }));
    assert.deepEqual(
      seen.map(([name]) => name),
      ['main', 'write', 'read', 'other'],
    );
    assert.deepEqual(crumbs, []);
    const tiny = drawn(viewport({ width: 1.6 }));
    assert.deepEqual(
      tiny.boxes.map(([name]) => name),
      ['main', 'write', 'copy'],
    );
    assert.deepEqual(tiny.crumbs, []);
    const narrowest = drawn(viewport({ width: 0.6, range: { from: 0, to: 1 } }));
    assert.deepEqual(narrowest.boxes, []);
    assert.equal(narrowest.crumbs.length, 1);
    assert.equal(narrowest.crumbs[0]![0], 1);
    assert.ok(Math.abs(narrowest.crumbs[0]![2] - 0.6) < 1e-9);
  });

  it('knows the rows in the window', () => {
    assert.deepEqual(visibleRows(viewport({ scrollTop: 30, height: 30 })), { first: 1, last: 2 });
    assert.deepEqual(visibleRows(viewport({ scrollTop: 30, height: 30, orientation: 'flame' })), { first: 1, last: 2 });
    assert.deepEqual(visibleRows(viewport({ scrollTop: 0, height: 20, orientation: 'flame' })), { first: 3, last: 3 });
  });

  it('scrolls no further than it must', () => {
    const view = viewport({ height: 40, scrollTop: 20 });
    assert.equal(scrollToRow(view, 1), 20);
    assert.equal(scrollToRow(view, 0), 0);
    assert.equal(scrollToRow(view, 3), 40);
  });
});
