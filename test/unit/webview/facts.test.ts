import assert from 'node:assert/strict';
import { categorise } from '../../../src/profile/categories.ts';
import type { CallTree } from '../../../src/profile/model.ts';
import { describeNode } from '../../../src/webview/describe.ts';
import { Facts, ROOT_NODE } from '../../../src/webview/facts.ts';
import { treeOf } from './tree.ts';

function factsOf(tree: CallTree, hideIdle = true): Facts {
  return new Facts({ tree, decisions: categorise(tree, 'v8') }, { hideIdle });
}

function nodeNamed(facts: Facts, name: string): number {
  for (let node = 0; node < facts.tree.parent.length; node += 1) if (facts.labelOf(node) === name) return node;
  throw new Error(`no node ${name}`);
}

describe('facts', () => {
  it('counts a sample with several matches once', () => {
    const facts = factsOf(treeOf('walk;walk;walk 30', 'walk;rest 20', 'rest 50'));
    const found = facts.search('walk');
    assert.equal(found.nodes, 3);
    assert.equal(found.weight, 50);
    assert.equal(facts.search('REST').nodes, 2);
    assert.equal(facts.search(/^r/).weight, 70);
  });

  it('finds a function by name, file, line and column', () => {
    const tree = treeOf('a;b 1', 'a;c;b 5', 'b 2');
    tree.frames.find(({ name }) => name === 'b')!.line = 7;
    const facts = factsOf(tree);
    assert.equal(facts.nodesOfFunction({ name: 'b' }).nodes, 0);
    assert.equal(facts.nodesOfFunction({ name: 'b', line: 7, column: 3 }).nodes, 0);
    const found = facts.nodesOfFunction({ name: 'b', line: 7 });
    assert.equal(found.nodes, 3);
    assert.equal(facts.totalOf(facts.heaviestOf(found)!), 5);
  });

  it('draws idle time only when asked', () => {
    const tree = treeOf('work 60', '(idle) 40');
    assert.equal(factsOf(tree).weight, 60);
    assert.equal(factsOf(tree, false).weight, 100);
    assert.equal(factsOf(tree).search('idle').nodes, 0);
    assert.equal(factsOf(tree, false).search('idle').weight, 40);
  });

  it('knows the way from the root, and weighs nothing that is not drawn', () => {
    const tree = treeOf('(idle) 90', 'work;inner 10');
    const facts = factsOf(tree);
    const path = facts.pathTo(nodeNamed(facts, 'inner')).map((node) => facts.labelOf(node));
    assert.deepEqual(path, ['work', 'inner']);
    assert.equal(facts.selfOf(nodeNamed(facts, '(idle)')), 0);
    assert.equal(facts.selfOf(nodeNamed(facts, 'inner')), 10);
  });

  it('names a function without a name by its place', () => {
    const tree = treeOf('x 1');
    tree.frames[0] = { name: '(anonymous)', file: 'file:///app/src/main.js', line: 3 };
    assert.equal(factsOf(tree).labelOf(0), '(anonymous) src/main.js:3');
  });

  it('describes a box against everything and against the zoom', () => {
    const facts = factsOf(treeOf('main;inner 250', 'main;rest 250', 'other 500'));
    const telling = { unit: 'samples', whole: 'all samples', level: 2 } as const;
    const text = describeNode(facts, nodeNamed(facts, 'inner'), { ...telling, zoom: nodeNamed(facts, 'main') });
    const values = Object.fromEntries(text.rows.map(({ label, value }) => [label, value.replaceAll('\u202f', ' ')]));
    assert.equal(values['total'], '250 samples, 25.0 % of all samples');
    assert.equal(values['of zoomed'], '50.0 %');
    assert.match(text.spoken, /^inner, .*level 2$/);
    assert.equal(describeNode(facts, ROOT_NODE, { ...telling, zoom: ROOT_NODE }).title, 'All');
    const timed = describeNode(facts, 0, { ...telling, zoom: ROOT_NODE, time: { fromUs: 1_500_000, toUs: 1_520_000 } });
    assert.equal(timed.rows[0]?.value.replaceAll('\u202f', ' '), '20.0 ms at 1.500 s');
  });
});
