import assert from 'node:assert/strict';
import { categorise, categoriseStack } from '../../../src/profile/categories.ts';
import { ProfileError } from '../../../src/profile/errors.ts';
import { gate, hotFrames } from '../../../src/profile/hotFrames.ts';
import { readUserRules } from '../../../src/profile/userRules.ts';
import { profileOf, stack } from './trees.ts';

function refused(value: unknown): ProfileError {
  try {
    readUserRules(value);
  } catch (error) {
    assert.ok(error instanceof ProfileError);
    assert.equal(error.code, 'PROFILE_RULE');
    return error;
  }
  return assert.fail('the rules were taken');
}

describe('rules of the user', () => {
  it('go before the built-in ones', () => {
    const rules = readUserRules([{ pattern: '^my_pool_', category: 'allocator' }]);
    assert.deepEqual(categoriseStack(stack('_start;main;my_pool_take'), 'native', rules), {
      category: 'allocator',
      pattern: 'your rule 1: ^my_pool_',
    });
    assert.equal(categoriseStack(stack('_start;main;work'), 'native', rules).category, 'user');
    const malloc = readUserRules([{ pattern: '^malloc$', category: 'user' }]);
    assert.equal(categoriseStack(stack('_start;main;malloc'), 'native', malloc).category, 'user');
    assert.equal(categoriseStack(stack('_start;main;malloc;_int_malloc'), 'native', malloc).category, 'allocator');
  });

  it('own what was called below with kind stack, the innermost first, and files with kind file', () => {
    const rules = readUserRules([
      { pattern: '^outer$', category: 'streams', kind: 'stack' },
      { pattern: '^inner$', category: 'crypto', kind: 'stack' },
      { pattern: '^leaf$', category: 'dns' },
      { pattern: '/vendor/', category: 'dependency', kind: 'file' },
    ]);
    const decide = (text: string): string => categoriseStack(stack(text), 'native', rules).category;
    assert.equal(decide('main;outer;malloc'), 'streams');
    assert.equal(decide('main;outer;inner;malloc'), 'crypto');
    assert.equal(decide('main;inner;outer;malloc'), 'streams');
    assert.equal(decide('main;outer;leaf'), 'dns');
    assert.equal(decide('main;f /app/vendor/x.js'), 'dependency');
  });

  it('are told when they are wrong, all of them', () => {
    const { message } = refused([
      { pattern: '(', category: 'allocator' },
      { pattern: 'a', category: 'nonsense' },
      { pattern: 'a', category: 'user', kind: 'moon' },
      { pattern: 'b', category: 'user' },
      'x',
      { category: 'user' },
      { pattern: 'x'.repeat(501), category: 'user' },
    ]);
    for (const number of [1, 2, 3, 5, 6, 7]) assert.match(message, new RegExp(`rule ${number} `));
    assert.doesNotMatch(message, /rule 4 /);
    assert.match(refused({}).message, /no array/);
    assert.match(refused(Array.from({ length: 201 }, () => ({}))).message, /more than 200/);
  });

  it('cannot hang: a pattern that takes too long is told', () => {
    const rules = readUserRules([{ pattern: '^(a+)+$', category: 'user' }]);
    const { tree } = profileOf([[[`${'a'.repeat(60)}!`], 1]]).threads[0] ?? assert.fail();
    assert.throws(
      () => categorise(tree, 'native', rules),
      (error) => error instanceof ProfileError && /rule 1 takes longer/.test(error.message),
    );
  });

  it('reach the hot frames and the gate', () => {
    const profile = profileOf([[['_start', 'main', 'my_pool_take'], 5]], 'folded');
    const rules = readUserRules([{ pattern: '^my_pool_', category: 'allocator' }]);
    assert.equal(hotFrames(profile, rules).frames[0]?.category, 'allocator');
    assert.equal(gate(profile).owned.hit, false);
    assert.deepEqual(gate(profile, { rules }).literal.frames, ['my_pool_take']);
    assert.deepEqual(gate(profile, { rules }).owned.categories, ['allocator']);
  });
});

describe('the gate’s settings', () => {
  const profile = profileOf(
    [
      [['_start', 'main', 'work', 'malloc'], 30],
      [['_start', 'main', 'work', 'malloc', '_int_malloc'], 20],
      [['_start', 'main', 'aesni_cbc_encrypt'], 40],
      [['_start', 'main', 'work'], 10],
    ],
    'folded',
  );

  it('name what decides, with ranks and shares', () => {
    assert.deepEqual(gate(profile).evidence, {
      literal: [
        { name: 'malloc', rank: 2, share: 0.3 },
        { name: '_int_malloc', rank: 3, share: 0.2 },
      ],
      owned: [
        {
          category: 'allocator',
          rank: 1,
          share: 0.5,
          frames: [
            { name: 'malloc', share: 0.3 },
            { name: '_int_malloc', share: 0.2 },
          ],
        },
      ],
    });
  });

  it('suspect what they are told to', () => {
    const answer = gate(profile, { suspects: ['crypto', 'syscall'] });
    assert.deepEqual(answer.literal, { hit: true, frames: ['aesni_cbc_encrypt'], suspects: ['crypto'] });
    assert.deepEqual(answer.owned, { hit: true, share: 0.4, categories: ['crypto'], suspects: ['crypto'] });
  });

  it('rank by total weight when asked', () => {
    const answer = gate(profile, { metric: 'total', top: 3 });
    assert.equal(answer.metric, 'total');
    // _start and main have all of it, work 60 %.
    assert.deepEqual([answer.literal.hit, answer.owned.hit], [false, false]);
    assert.deepEqual(answer.evidence.owned[0]?.rank, 4);
    assert.deepEqual(gate(profile, { metric: 'total', top: 4 }).literal.frames, ['malloc']);
  });
});
