import assert from 'node:assert/strict';
import { GATE_SUSPECTS, GATE_TOP, hotFrames } from '../../../src/profile/hotFrames.ts';
import { GATE_TOP_MAX, readJudging } from '../../../src/shell/judgingSettings.ts';
import { profileOf } from '../profile/trees.ts';

describe('how profiles are judged, as a person sets it', () => {
  const read = (values: Record<string, unknown>) => readJudging((name) => values[name]);
  const defaults = { top: GATE_TOP, metric: 'self', suspects: GATE_SUSPECTS };

  it('is the claim’s own rule where nothing is set', () => {
    assert.deepEqual(read({}), { judging: defaults, key: '' });
    assert.deepEqual(read({ 'gate.top': 10, 'gate.metric': 'self', categoryRules: [] }).key, '');
  });

  it('takes what is set', () => {
    const { judging, problem } = read({ 'gate.top': 3, 'gate.metric': 'total', 'gate.suspects': ['gc', 'syscall'] });
    assert.deepEqual([judging, problem], [{ top: 3, metric: 'total', suspects: ['syscall', 'gc'] }, undefined]);
  });

  it('takes rules', () => {
    const { rules } = read({ categoryRules: [{ pattern: '^work$', category: 'crypto' }] });
    assert.equal(hotFrames(profileOf([[['work'], 1]]), rules).frames[0]?.category, 'crypto');
  });

  const odd: [what: string, name: string, value: unknown, judging: object][] = [
    ['a top below its bound', 'gate.top', -1, { ...defaults, top: 1 }],
    ['a top above its bound', 'gate.top', 1e9, { ...defaults, top: GATE_TOP_MAX }],
    ['half a frame', 'gate.top', 2.4, { ...defaults, top: 2 }],
    ['a top that is no number', 'gate.top', '7', defaults],
    ['an unknown metric', 'gate.metric', 'moon', defaults],
    ['suspects that are no list', 'gate.suspects', 'gc', defaults],
    ['unknown suspects', 'gate.suspects', ['moon', 4], defaults],
    ['an unknown suspect among others', 'gate.suspects', ['moon', 'gc'], { ...defaults, suspects: ['gc'] }],
  ];
  for (const [what, name, value, judging] of odd) {
    it(`stays within its bounds: ${what}`, () => assert.deepEqual(read({ [name]: value }).judging, judging));
  }

  it('leaves out rules that are wrong, and says which', () => {
    const rules = [
      { pattern: 'a', category: 'gc' },
      { pattern: '(', category: 'gc' },
    ];
    const { judging, rules: usable, problem } = read({ categoryRules: rules });
    assert.deepEqual([judging, usable, problem?.code], [defaults, undefined, 'PROFILE_RULE']);
    assert.match(problem?.message ?? '', /rule 2 has a pattern that is no regular expression/);
    assert.equal(read({ categoryRules: 'none' }).problem?.code, 'PROFILE_RULE');
  });

  it('names the same settings by the same key, and others by another', () => {
    const keys = [
      { 'gate.top': 3 },
      { 'gate.top': 4 },
      { 'gate.metric': 'total' },
      { 'gate.suspects': ['gc'] },
      { categoryRules: [{ pattern: 'a', category: 'gc' }] },
      { categoryRules: [{ pattern: 'b', category: 'gc' }] },
    ].map((values) => read(values).key);
    assert.equal(new Set(['', ...keys]).size, 7);
    assert.equal(read({ 'gate.top': 3 }).key, keys[0]);
  });
});
