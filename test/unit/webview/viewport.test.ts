import assert from 'node:assert/strict';
import { ROOT } from '../../../src/webview/boxSpace.ts';
import {
  boxAt,
  panRange,
  placeAt,
  rowTop,
  scrollToRow,
  spanOf,
  visibleRows,
  withinWhole,
  zoomRange,
  type Viewport,
} from '../../../src/webview/viewport.ts';
import { boxesOf, treeOf } from './tree.ts';

const { space, names, named } = boxesOf(treeOf('main;read 100', 'main;write;copy 400', 'main;write 100', 'other 200'));

function viewport(part: Partial<Viewport> = {}): Viewport {
  return {
    width: 800,
    height: 80,
    rowHeight: 20,
    rows: space.rows,
    scrollTop: 0,
    range: { from: 0, to: 1 },
    orientation: 'icicle',
    ...part,
  };
}

function drawn(view: Viewport): { boxes: [string, number, number, number][]; crumbs: [number, number, number][] } {
  const found: ReturnType<typeof drawn> = { boxes: [], crumbs: [] };
  space.visit(view, {
    box: (box, _, row, left, width) => found.boxes.push([names[box]!, row, Math.round(left), Math.round(width)]),
    crumb: (row, left, width) => found.crumbs.push([row, left, width]),
  });
  return found;
}

describe('viewport', () => {
  it('finds the box under a point, the root in its own row, nothing beside', () => {
    assert.equal(boxAt(viewport(), space, 10, 5), ROOT);
    assert.equal(boxAt(viewport(), space, 10, 25), named('main'));
    assert.equal(boxAt(viewport(), space, 599.9, 25), named('main'));
    assert.equal(boxAt(viewport(), space, 600, 25), named('other'));
    assert.equal(boxAt(viewport(), space, 10, 65), named('copy'));
    assert.equal(boxAt(viewport(), space, 550, 45), named('read'));
    assert.equal(boxAt(viewport(), space, 700, 45), undefined);
    assert.equal(boxAt(viewport(), space, 800, 25), undefined);
    assert.equal(boxAt(viewport(), space, 10, 80), undefined);
  });

  it('turns the rows over for a flame, and counts from the scroll position', () => {
    assert.equal(boxAt(viewport({ orientation: 'flame' }), space, 10, 75), ROOT);
    assert.equal(boxAt(viewport({ orientation: 'flame' }), space, 10, 5), named('copy'));
    assert.equal(boxAt(viewport({ scrollTop: 40, height: 40 }), space, 10, 5), named('write'));
    assert.equal(rowTop(viewport({ orientation: 'flame' }), 0), 60);
  });

  it('finds in a zoom what is drawn there', () => {
    const view = viewport({ range: space.rangeOf(named('read')) });
    assert.equal(boxAt(view, space, 1, 45), named('read'));
    assert.equal(boxAt(view, space, 799, 45), named('read'));
    assert.equal(boxAt(view, space, 799, 25), named('main'));
    assert.deepEqual(spanOf(view, space.rangeOf(named('main'))), { left: 0, width: 800 });
  });

  it('visits boxes in view only, cut to the window', () => {
    assert.deepEqual(drawn(viewport()).boxes, [
      ['main', 1, 0, 600],
      ['write', 2, 0, 500],
      ['copy', 3, 0, 400],
      ['read', 2, 500, 100],
      ['other', 1, 600, 200],
    ]);
    const zoomed = viewport({ range: space.rangeOf(named('write')), scrollTop: 20, height: 40 });
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

  it('zooms around a place that stays where it is, and moves no further than there is something', () => {
    const zoomed = zoomRange({ from: 0, to: 1 }, 0.5, 0.25);
    assert.deepEqual(zoomed, { from: 0.125, to: 0.625 });
    assert.equal(placeAt({ width: 800, range: zoomed }, 200), 0.25);
    assert.deepEqual(zoomRange({ from: 0.2, to: 0.6 }, 10, 0.4), { from: 0, to: 1 });
    const closest = zoomRange({ from: 0.2, to: 0.6 }, 1e-30, 0.4);
    assert.ok(closest.to > closest.from && closest.from <= 0.4 && closest.to >= 0.4);
    assert.deepEqual(panRange({ from: 0, to: 0.5 }, 0.5), { from: 0.25, to: 0.75 });
    assert.deepEqual(panRange({ from: 0.25, to: 0.75 }, 9), { from: 0.5, to: 1 });
    assert.deepEqual(withinWhole({ from: -1, to: 3 }), { from: 0, to: 1 });
  });

  it('lets a crumb stand for what is looked for', () => {
    const many = boxesOf(treeOf(...Array.from({ length: 10 }, (_, at) => `main;f${at} 1`)));
    const last = many.space.nodeOf(many.named('f9'));
    const nodes: number[] = [];
    many.space.visit(viewport({ width: 2, rows: many.space.rows }), {
      box: () => undefined,
      crumb: (_row, _left, _width, node) => nodes.push(node),
      isPreferred: (node) => node === last,
    });
    assert.deepEqual(nodes, [last]);
  });
});
