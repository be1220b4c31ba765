import assert from 'node:assert/strict';
import { categorise } from '../../../src/profile/categories.ts';
import type { CallTree } from '../../../src/profile/model.ts';
import { ROOT } from '../../../src/webview/boxes.ts';
import { describeBox } from '../../../src/webview/describe.ts';
import { Flame } from '../../../src/webview/flame.ts';
import { treeOf } from './tree.ts';

function flameOf(tree: CallTree, showIdle = false): Flame {
  return new Flame({ name: 'main', samples: 1, tree, decisions: categorise(tree, 'v8') }, showIdle);
}

function boxNamed(flame: Flame, name: string): number {
  for (let box = 0; box < flame.boxes.count; box += 1) if (flame.labelOf(box) === name) return box;
  throw new Error(`no box ${name}`);
}

describe('flame', () => {
  it('counts a sample with several matches once', () => {
    const flame = flameOf(treeOf('walk;walk;walk 30', 'walk;rest 20', 'rest 50'));
    const found = flame.search('walk');
    assert.equal(found.boxes, 3);
    assert.equal(found.weight, 50);
    assert.equal(flame.search('REST').boxes, 2);
    assert.equal(flame.search(/^r/).weight, 70);
  });

  it('weighs colours by self weight', () => {
    const flame = flameOf(treeOf('(garbage collector) 5', 'work 10', 'work;concat 3'));
    const weights = [...flame.familyWeights().values()];
    assert.equal(
      weights.reduce((sum, weight) => sum + weight),
      18,
    );
    assert.equal(flame.familyWeights().get('gc'), 5);
    assert.equal(flame.boxesOfFamily('gc').weight, 5);
  });

  it('finds a function by name, file, line and column', () => {
    const tree = treeOf('a;b 1', 'a;c;b 5', 'b 2');
    tree.frames.find(({ name }) => name === 'b')!.line = 7;
    const flame = flameOf(tree);
    assert.equal(flame.boxesOfFunction({ name: 'b' }).boxes, 0);
    assert.equal(flame.boxesOfFunction({ name: 'b', line: 7, column: 3 }).boxes, 0);
    const found = flame.boxesOfFunction({ name: 'b', line: 7 });
    assert.equal(found.boxes, 3);
    assert.equal(flame.totalOf(flame.heaviestOf(found)!), 5);
  });

  it('draws idle time only when asked', () => {
    const tree = treeOf('work 60', '(idle) 40');
    assert.equal(flameOf(tree).weight, 60);
    assert.equal(flameOf(tree, true).weight, 100);
    assert.equal(flameOf(tree).search('idle').boxes, 0);
    assert.equal(flameOf(tree, true).search('idle').weight, 40);
  });

  it('keeps nodes when the boxes move', () => {
    const tree = treeOf('(idle) 90', 'work;inner 10');
    const [without, having] = [flameOf(tree), flameOf(tree, true)];
    const node = without.nodeAt(boxNamed(without, 'inner'));
    assert.equal(having.labelOf(having.boxOfNode(node)), 'inner');
    assert.equal(without.boxOfNode(0), ROOT);
    assert.equal(without.boxOfNode(-1), ROOT);
  });

  it('names a function without a name by its place', () => {
    const tree = treeOf('x 1');
    tree.frames[0] = { name: '(anonymous)', file: 'file:///app/src/main.js', line: 3 };
    assert.equal(flameOf(tree).labelOf(0), '(anonymous) src/main.js:3');
  });

  it('describes a box against everything and against the zoom', () => {
    const flame = flameOf(treeOf('main;inner 250', 'main;rest 250', 'other 500'));
    const text = describeBox(flame, boxNamed(flame, 'inner'), boxNamed(flame, 'main'), {
      unit: 'samples',
      whole: 'all samples',
    });
    const values = Object.fromEntries(text.rows.map(({ label, value }) => [label, value.replaceAll('\u202f', ' ')]));
    assert.equal(values['total'], '250 samples, 25.0 % of all samples');
    assert.equal(values['of zoomed'], '50.0 %');
    assert.match(text.spoken, /^inner, .*level 2$/);
    assert.equal(describeBox(flame, ROOT, ROOT, { unit: 'samples', whole: 'all samples' }).title, 'All');
  });
});
