import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { categoriseStack, type Origin } from '../../../src/profile/categories.ts';
import { readProfile } from '../../../src/profile/formats/index.ts';
import { NATIVE_RULES } from '../../../src/profile/nativeSymbols.ts';
import { V8_RULES } from '../../../src/profile/scriptRules.ts';
import { stackOf } from '../../../src/profile/tree.ts';

const AGREEMENT_LEAST = 0.95;

interface Labelled {
  category: string;
  origin: Origin;
  stack: string;
}

function readLabels(file: string): Labelled[] {
  const bytes = readFileSync(new URL(`fixtures/${file}`, import.meta.url));
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes)
    .toString()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [category = '', origin = '', stack = ''] = line.split('\t');
      return { category, origin: origin === 'v8' ? 'v8' : 'native', stack };
    });
}

/** The stack as a folded profile of it is read, below the name of a thread. */
function decide({ origin, stack }: Labelled) {
  const tree = readProfile(Buffer.from(`thread;${stack} 1\n`), 'stack.folded').threads[0]?.tree;
  assert.ok(tree !== undefined);
  return categoriseStack(stackOf(tree, tree.self.indexOf(1)), origin);
}

const sets: [what: string, file: string][] = [
  ['stacks labelled by hand', 'labelledStacks.txt'],
  ['stacks of downloads labelled by hand', 'labelledDownloads.txt.gz'],
  ['stacks of downloads labelled by hand, for which no rule was mended', 'heldOutStacks.txt.gz'],
];

for (const [what, file] of sets)
  describe(what, () => {
    const labels = readLabels(file);

    it('are 300 at least, of either kind, and none is an example of a rule', () => {
      assert.ok(labels.length >= 300, String(labels.length));
      for (const origin of ['native', 'v8'] as const)
        assert.ok(labels.filter((one) => one.origin === origin).length > 50);
      const examples = new Set([...NATIVE_RULES, ...V8_RULES].map(({ example }) => example));
      assert.deepEqual(
        labels.filter(({ stack }) => examples.has(stack)),
        [],
      );
    });

    it('agree with the rules in 95 % at least', () => {
      const told = labels.map((one) => ({ one, decision: decide(one) }));
      const others = told.filter(({ one, decision }) => decision.category !== one.category);
      const lines = others.map(({ one, decision }) => {
        const leaf = one.stack.split(';').slice(-3).join(';').slice(-160);
        return `  by hand ${one.category}, by rule ${decision.category}: …${leaf}`;
      });
      const agreement = 1 - others.length / labels.length;
      console.log(`    ${others.length} of ${labels.length} disagree:\n${lines.join('\n')}`);
      assert.ok(agreement >= AGREEMENT_LEAST, `${(agreement * 100).toFixed(1)} % agree`);
    });
  });
