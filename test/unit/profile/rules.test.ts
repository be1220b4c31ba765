import assert from 'node:assert/strict';
import { categoriseStack, type Origin } from '../../../src/profile/categories.ts';
import { NATIVE_RULES } from '../../../src/profile/nativeSymbols.ts';
import type { Rule } from '../../../src/profile/rules.ts';
import { V8_RULES } from '../../../src/profile/scriptRules.ts';
import { stack } from './trees.ts';

const tables: [origin: Origin, rules: readonly Rule[]][] = [
  ['native', NATIVE_RULES],
  ['v8', V8_RULES],
];

describe('rules of categories', () => {
  for (const [origin, rules] of tables) {
    for (const { category, match, example } of rules) {
      it(`${origin}, ${category}: ${example}`, () => {
        const decision = categoriseStack(stack(example), origin);
        assert.equal(decision.category, category, decision.pattern);
        // What follows the pattern says under what it was found.
        assert.equal(decision.pattern.split(' under ')[0], match.source);
      });
    }

    it(`${origin}: no two rules are alike, and none takes every name`, () => {
      assert.equal(new Set(rules.map(({ match }) => match.source)).size, rules.length);
      for (const { match } of rules) {
        for (const name of ['', 'zq_step', 'Zq::step()', '[unknown]', '0x7f00']) {
          assert.equal(match.test(name), false, `${match.source} takes "${name}"`);
        }
      }
    });
  }
});
