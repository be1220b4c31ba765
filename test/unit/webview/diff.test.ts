import assert from 'node:assert/strict';
import { diffProfiles } from '../../../src/profile/diff.ts';
import { diffModel, pairCounters } from '../../../src/shell/diffModel.ts';
import { CHANGE_COLOURS, CHANGE_GROUPS, changeColour, changeColours } from '../../../src/webview/diffColours.ts';
import { DiffFacts, tellChange, tellPair } from '../../../src/webview/diffFacts.ts';
import type { DiffModel } from '../../../src/webview/diffMessages.ts';
import { readDiffState } from '../../../src/webview/diffState.ts';
import type { Scheme } from '../../../src/webview/palette.ts';
import { profileOf } from '../profile/trees.ts';

function modelOf(): DiffModel {
  const before = profileOf([
    [['main', 'same'], 500],
    [['main', 'gone'], 300],
    [['main', 'work'], 200],
    [['(idle)'], 1000],
  ]);
  const after = profileOf([
    [['main', 'same'], 1000],
    [['main', 'work'], 600],
    [['main', 'fresh'], 400],
  ]);
  return diffModel(diffProfiles({ name: 'a', profile: before }, { name: 'b', profile: after }), 'a ↔ b', []);
}

function plain(text: string): string {
  return text.replaceAll('\u202f', ' ');
}

describe('page of a difference', () => {
  const model = modelOf();
  const nodeOf = (facts: DiffFacts, name: string): number =>
    facts.facts.tree.parent.findIndex((_, node) => facts.facts.labelOf(node) === name);

  it('is told what changed, and no idle time', () => {
    assert.deepEqual([model.before.busy, model.before.idle, model.after.busy], [1000, 1000, 2000]);
    assert.deepEqual(model.frames.map(({ name }) => name).slice(0, 3), ['gone', 'fresh', 'work']);
    assert.ok(!model.frames.some(({ name }) => name === '(idle)'));
  });

  it('counts in shares, in which what has doubled with everything else is as before', () => {
    const facts = new DiffFacts(model, 'share');
    assert.deepEqual(facts.totalOf(nodeOf(facts, 'same')), { before: 0.5, after: 0.5 });
    assert.equal(facts.facts.weight, 1);
    assert.equal(
      plain(facts.describe(nodeOf(facts, 'same')).spoken),
      'same, unknown, total 50.0 %, as before, level 2',
    );
    assert.equal(plain(facts.describe(nodeOf(facts, 'gone')).spoken), 'gone, unknown, total gone, was 30.0 %, level 2');
    assert.equal(plain(facts.describe(nodeOf(facts, 'fresh')).spoken), 'fresh, unknown, total 20.0 %, new, level 2');
    assert.equal(plain(facts.describe(nodeOf(facts, 'work')).rows.at(-1)?.value ?? ''), '20.0 % → 30.0 % (+10.0 %)');
    assert.equal(plain(facts.describe(-1).spoken), 'Whole graph, 100 % → 100 % (0 %)');
  });

  it('counts in weights', () => {
    const facts = new DiffFacts(model, 'weight');
    assert.deepEqual(facts.totalOf(nodeOf(facts, 'same')), { before: 500, after: 1000 });
    assert.match(plain(facts.describe(nodeOf(facts, 'same')).spoken), /1\.00 ms, 500 µs more than before, level 2$/);
    assert.equal(facts.facts.weight, 1500);
  });

  it('colours each stack by its change, and groups the colours', () => {
    const facts = new DiffFacts(model, 'share');
    const { colour, group, groups } = facts.colour();
    const of = (name: string): (string | number | undefined)[] => {
      const node = nodeOf(facts, name);
      return [colour[node], groups[group[node] ?? 0]?.label];
    };
    assert.deepEqual(of('same'), [4, 'As before']);
    assert.deepEqual(of('gone'), [0, 'Gone or a third']);
    assert.deepEqual(of('fresh'), [CHANGE_COLOURS - 1, 'New or three times']);
    assert.equal(of('work')[1], 'More');
    const sum = groups.reduce((all, { weight }) => all + weight, 0);
    assert.ok(Math.abs(sum - 1) < 1e-9);
  });

  it('has a group for every colour', () => {
    const covered = CHANGE_GROUPS.flatMap(({ from, to }) =>
      Array.from({ length: to - from + 1 }, (_, at) => from + at),
    );
    assert.deepEqual(covered, [...Array(CHANGE_COLOURS).keys()]);
    assert.equal(changeColour({ before: 0, after: 0 }), 4);
  });

  for (const scheme of ['light', 'dark', 'contrastDark', 'contrastLight'] satisfies Scheme[]) {
    it(`has colours apart from each other in ${scheme}`, () => {
      const fills = changeColours(scheme).map(({ fill }) => fill);
      assert.equal(new Set(fills).size, CHANGE_COLOURS);
    });
  }

  it('gives changes their sign, and none to what is too little to tell', () => {
    const tell = (before: number, after: number): string => plain(tellChange({ before, after }, 'share', 'samples'));
    assert.deepEqual([tell(0.1, 0.3), tell(0.3, 0.1), tell(0.1, 0.1)], ['+20.0 %', '−20.0 %', '0 %']);
    assert.equal(plain(tellPair({ before: 3, after: 1 }, 'weight', 'samples')), '3 samples → 1 sample (−2 samples)');
  });

  it('remembers what is of its kind', () => {
    const state = { basis: 'weight', orientation: 'flame', search: 'a', isRegex: true, selected: 3, zoom: 2 };
    assert.deepEqual(readDiffState(state), state);
    const initial = { basis: 'share', orientation: 'icicle', search: '', isRegex: false, zoom: -1 };
    for (const saved of [undefined, null, 7, { basis: 1, selected: -3, zoom: 'x' }]) {
      assert.deepEqual(readDiffState(saved), initial);
    }
  });

  it('puts the counters of both jobs side by side', () => {
    const row = (label: string, value: string) => ({ label, value, note: '' });
    assert.deepEqual(pairCounters([row('a', '1'), row('b', '2')], [row('b', '3')]), [
      { label: 'b', before: '2', after: '3', note: '' },
    ]);
  });
});
