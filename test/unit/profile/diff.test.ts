import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { diffProfiles, rankChanges, valuesOf, type Comparing, type ProfileDiff } from '../../../src/profile/diff.ts';
import { exportDiff } from '../../../src/profile/diffExport.ts';
import { identityOf } from '../../../src/profile/diffIdentity.ts';
import { growth, meanTree, strength } from '../../../src/profile/diffTree.ts';
import { ProfileError } from '../../../src/profile/errors.ts';
import { KERNEL_FILE } from '../../../src/profile/formats/folded.ts';
import { readProfile } from '../../../src/profile/formats/index.ts';
import { hotFrames } from '../../../src/profile/hotFrames.ts';
import { layoutFlame } from '../../../src/profile/layout.ts';
import type { Frame, Profile } from '../../../src/profile/model.ts';
import { readUserRules } from '../../../src/profile/userRules.ts';
import { profileOf, script } from './trees.ts';

function diff(before: Profile, after: Profile, options: Comparing = {}): ProfileDiff {
  return diffProfiles({ name: 'a', profile: before }, { name: 'b', profile: after }, options);
}

/** Name → self weights. */
function selfs({ frames }: ProfileDiff): Record<string, number[]> {
  return Object.fromEntries(frames.map(({ name, self }) => [name, [self.before, self.after]]));
}

describe('functions in another build', () => {
  const same: [what: string, one: Frame, other: Frame][] = [
    ['a line that moved', script('f', '/a/x.js', 3), script('f', '/a/x.js', 9)],
    ['a folder that moved', script('f', 'file:///old/x.js'), script('f', 'C:\\new\\x.js')],
    ['a query of a bundler', script('f', 'https://h/x.js?v=1'), script('f', 'https://h/x.js?v=2')],
    ['a tier of V8', { name: 'JS:~f /a/x.js:3:1' }, { name: 'JS:*f /a/x.js:9:1' }],
    ['a map’s name and a frame', { name: 'JS:^f /a/x.js:3:1' }, script('f', '/a/x.js', 3)],
    ['a hash of Rust’s', { name: 'app::run::h0123456789abcdef' }, { name: 'app::run::hfedcba9876543210' }],
    ['a copy of the compiler’s', { name: 'parse.constprop.0' }, { name: 'parse.isra.3.part.1' }],
    ['a copy of LLVM’s', { name: 'parse.llvm.1234ABCD' }, { name: 'parse' }],
    ['an offset', { name: 'libx.so+0x12f' }, { name: 'libx.so+0xff' }],
    ['an address', { name: '[unknown] 0x7f12' }, { name: '[unknown] 0x9a' }],
    ['a process', { name: 'node-12/13' }, { name: 'node-99/100' }],
    ['a binary', { name: 'main', file: '/old/app' }, { name: 'main', file: '/new/app2' }],
  ];
  for (const [what, one, other] of same) {
    it(`are the same in spite of ${what}`, () => assert.equal(identityOf(one, false), identityOf(other, false)));
  }

  const others: [what: string, one: Frame, other: Frame][] = [
    ['name', { name: 'f' }, { name: 'g' }],
    ['script', script('f', '/a/x.js'), script('f', '/a/y.js')],
    ['side of the kernel', { name: 'read' }, { name: 'read', file: KERNEL_FILE }],
    ['parameters', { name: 'f(int)' }, { name: 'f(long)' }],
    ['worker', { name: 'worker-1' }, { name: 'worker-2' }],
  ];
  for (const [what, one, other] of others) {
    it(`are told apart by their ${what}`, () => assert.notEqual(identityOf(one, false), identityOf(other, false)));
  }

  it('are told apart by their line where that counts', () => {
    assert.notEqual(identityOf(script('f', '/x.js', 3), true), identityOf(script('f', '/x.js', 9), true));
  });
});

describe('difference of two profiles', () => {
  const before = profileOf([
    [['main', script('f', '/a/x.js', 3), 'malloc'], 30],
    [['main', 'g', 'f2', 'g'], 50],
    [['main', 'gone'], 20],
    [['(idle)'], 900],
  ]);
  const after = profileOf([
    [['main', script('f', '/b/x.js', 7), 'malloc'], 10],
    [['main', 'g', 'f2', 'g'], 150],
    [['main', 'fresh'], 40],
    [['(idle)'], 50],
  ]);
  const changed = diff(before, after);

  it('matches stacks, and says what is in one only', () => {
    assert.deepEqual(selfs(changed), {
      main: [0, 0],
      f: [0, 0],
      f2: [0, 0],
      malloc: [30, 10],
      g: [50, 150],
      gone: [20, 0],
      fresh: [0, 40],
    });
    const only = changed.frames.filter(({ onlyIn }) => onlyIn !== undefined);
    assert.deepEqual(
      only.map(({ name, onlyIn }) => [name, onlyIn]),
      [
        ['fresh', 'after'],
        ['gone', 'before'],
      ],
    );
  });

  it('shows a function where the second profile has it', () => {
    const f = changed.frames.find(({ name }) => name === 'f');
    assert.deepEqual([f?.file, f?.line], ['/b/x.js', 7]);
  });

  it('counts recursion once, and idle time in neither share', () => {
    const g = changed.frames.find(({ name }) => name === 'g');
    assert.deepEqual(
      [g?.total, g?.selfShare, g?.totalShare],
      [
        { before: 50, after: 150 },
        { before: 0.5, after: 0.75 },
        { before: 0.5, after: 0.75 },
      ],
    );
    assert.deepEqual([changed.before.idle, changed.after.idle], [900, 50]);
  });

  it('ranks by shares or by weights, of frames themselves or all above them', () => {
    const names = (list: readonly { name: string }[]): string[] => list.slice(0, 2).map(({ name }) => name);
    const few = profileOf([
      [['main', 'a'], 5],
      [['main', 'b'], 5],
    ]);
    const many = profileOf([
      [['main', 'a'], 100],
      [['main', 'b'], 900],
    ]);
    const { frames } = diff(few, many);
    assert.deepEqual(names(rankChanges(frames, {}, 'share')), ['a', 'b']);
    assert.deepEqual(names(rankChanges(frames, {}, 'weight')), ['b', 'a']);
    assert.deepEqual(names(rankChanges(frames, { metric: 'total' }, 'weight')), ['main', 'b']);
    assert.deepEqual(valuesOf(frames[0]!, 'total', 'weight'), { before: 5, after: 100 });
  });

  it('tells categories by whole stacks, and both gates', () => {
    const native = (malloc: number): Profile =>
      readProfile(
        Buffer.from(`_start;main;work 60\n_start;main;malloc;helper_of 0\n_start;main;malloc ${malloc}\n`),
        'x',
      );
    const { categories, before: one, after: two } = diff(native(40), native(20));
    assert.deepEqual(
      categories.map(({ category, share }) => [category, share]),
      [
        ['user', { before: 0.6, after: 0.75 }],
        ['allocator', { before: 0.4, after: 0.25 }],
      ],
    );
    assert.deepEqual([one.gate.owned.share, two.gate.owned.share], [0.4, 0.25]);
  });

  it('takes the user’s rules', () => {
    const rules = readUserRules([{ pattern: '^g$', category: 'crypto' }]);
    const { categories, frames } = diff(before, after, { rules });
    assert.equal(frames.find(({ name }) => name === 'g')?.category, 'crypto');
    assert.deepEqual(categories.find(({ category }) => category === 'crypto')?.self, { before: 50, after: 150 });
  });

  it('draws the mean of both, each counting the same', () => {
    const busy = { ...changed.tree, ...changed.busy };
    const layout = layoutFlame(meanTree(busy, { before: 100, after: 200 }));
    assert.equal(layout.weight, 1);
    assert.equal(layoutFlame(meanTree(busy, { before: 1, after: 1 })).weight, 150);
  });

  it('has no change against itself', () => {
    const same = diff(before, before);
    for (const { self, total, onlyIn } of same.frames) {
      assert.deepEqual([self.before, total.before, onlyIn], [self.after, total.after, undefined]);
    }
    assert.doesNotMatch(exportDiff(same, 'svg', 'share'), /\((?:\+|−)/);
  });

  it('keeps every weight of what was recorded', () => {
    const bytes = readFileSync(new URL('fixtures/recordedNative.folded.gz', import.meta.url));
    const recorded = readProfile(bytes, 'recorded');
    const { frames, before: one, unit } = diff(recorded, recorded);
    const sum = frames.reduce((all, { self }) => all + self.before, 0);
    assert.deepEqual([sum, one.total, unit], [one.total - one.idle, hotFrames(recorded).total, recorded.unit]);
  });

  it('grows from −1 to 1, and is coloured wholly from three times on', () => {
    const pairs = [
      { before: 1, after: 0 },
      { before: 1, after: 1 },
      { before: 0, after: 0 },
      { before: 0, after: 2 },
    ];
    assert.deepEqual(pairs.map(growth), [-1, 0, 0, 1]);
    assert.deepEqual(
      [
        { before: 1, after: 3 },
        { before: 3, after: 1 },
        { before: 1, after: 1 },
      ].map(strength),
      [1, 1, 0],
    );
  });

  it('writes both weights of each stack, idle ones too', () => {
    assert.deepEqual(exportDiff(changed, 'folded', 'share').trim().split('\n').sort(), [
      '(idle) 900 50',
      'main;f /b/x.js:7;malloc 30 10',
      'main;fresh 0 40',
      'main;g;f2;g 50 150',
      'main;gone 20 0',
    ]);
  });

  it('is drawn red where it grew and blue where it shrank', () => {
    const svg = exportDiff(changed, 'svg', 'share');
    assert.match(svg, /<title>fresh: 0\.00 % → 20\.00 % \(\+20\.00 %\)<\/title><rect [^>]* fill="rgb\(239,101,72\)"/);
    assert.match(svg, /<title>gone: 20\.00 % → 0\.00 % \(−20\.00 %\)<\/title><rect [^>]* fill="rgb\(82,158,205\)"/);
    assert.match(svg, /<title>all: 100\.00 % → 100\.00 % \(0\.00 %\)<\/title><rect [^>]* fill="rgb\(232,232,232\)"/);
    assert.match(exportDiff(changed, 'svg', 'weight'), /<title>all: 0\.1 ms → 0\.2 ms \(\+0\.1 ms\)</);
    assert.throws(() => readProfile(Buffer.from(svg), 'a difference'), { code: 'PROFILE_FORMAT' });
  });

  const mismatches: [what: string, other: Profile, says: RegExp][] = [
    ['another unit', { ...after, unit: 'bytes' }, /a counts time and b bytes/],
    [
      'another kind of stacks',
      { ...profileOf([[['_start', 'main'], 1]], 'folded') },
      /a holds V8’s functions of scripts and b native stacks/,
    ],
  ];
  for (const [what, other, says] of mismatches) {
    it(`refuses ${what}, and names both`, () => {
      assert.throws(
        () => diff(before, other),
        (error) => error instanceof ProfileError && error.code === 'PROFILE_MISMATCH' && says.test(error.message),
      );
    });
  }
});
