import assert from 'node:assert/strict';
import { toFolded } from '../../../../src/profile/export.ts';
import { PerfMap } from '../../../../src/profile/record/perfMap.ts';
import { PerfStacks, type SampleFacts } from '../../../../src/profile/record/perfStacks.ts';

const SAMPLE = `V8 Worker 2  77 
\tffffffff81006f01 do_syscall_64 ([kernel.kallsyms])
\tffffffff81000130 entry_SYSCALL_64_after_hwframe ([kernel.kallsyms])
\t           f82ec read (/usr/lib/x86_64-linux-gnu/libc.so.6)
\t         1619e60 node::(anonymous namespace)::Read (/opt/node 24/bin/node (deleted))
\t    7f0000001008 [unknown] (/tmp/perf-77.map)
\t    7f0000009008 [unknown] (/tmp/perf-77.map)
\t             123 [unknown] (/opt/lib.so)

`;

function fold(text: string): { lines: string[]; facts: SampleFacts } {
  const names = new PerfMap();
  names.add('7f0000001000 40 JS:*fetchFragment file:///x/fragment.js:10:5');
  const stacks = new PerfStacks(names);
  for (const line of text.split('\n')) stacks.add(line);
  const tree = stacks.finish();
  const threads = [{ name: 'all', tree, samples: 0 }];
  const folded = toFolded({ format: 'folded', unit: 'samples', threads, lost: [] });
  return { lines: folded.trimEnd().split('\n'), facts: stacks.facts };
}

describe('samples of perf script', () => {
  it('become stacks under their thread, from the kernel to JavaScript by its names', () => {
    const { lines, facts } = fold(SAMPLE + SAMPLE);
    assert.deepEqual(lines, [
      'V8 Worker 2;[unknown];[unknown]_[j];fetchFragment file:///x/fragment.js:10:5;node::(anonymous namespace)::Read;read;entry_SYSCALL_64_after_hwframe_[k];do_syscall_64_[k] 2',
    ]);
    assert.deepEqual(facts, { samples: 2, dropped: 0, kernelFrames: 2, unnamedKernelFrames: 0 });
  });

  it('merge tiers of one function, and keep threads apart', () => {
    const names = new PerfMap();
    names.add('1000 10 JS:~f file:///x.js:1:1');
    names.add('2000 10 JS:*f file:///x.js:1:1');
    const stacks = new PerfStacks(names);
    for (const [thread, address] of Object.entries({ 'a 1 ': 1000, 'a 2 ': 2000, 'b 3 ': 1000 })) {
      for (const line of [thread, `\t${address} [unknown] (//anon)`, '']) stacks.add(line);
    }
    const tree = stacks.finish();
    assert.deepEqual([...tree.self], [0, 2, 0, 1]);
  });

  it('count where the last one has no line behind it, and where there is no stack', () => {
    const { lines, facts } = fold('a 1 \n\t1 f (/x)\nb 2 \n\nc 3 ');
    assert.deepEqual(lines, ['a;f 1', 'b;[unknown] 1', 'c;[unknown] 1']);
    assert.equal(facts.samples, 3);
  });

  it('have their own frame where they have no call chain', () => {
    const stacks = new PerfStacks(new PerfMap());
    for (const line of 'a 1 \n\t1 f (/x)\nb 2 \n\na 1 \n\nb 2 \n\n'.split('\n')) stacks.add(line);
    stacks.end();
    assert.equal(stacks.lacking, 3);
    const leaves = '1 f (/x)\n 20399a3 aes_decrypt (/node)\n\n ffffffff81687fb3 irq ([kernel.kallsyms])\n';
    for (const line of leaves.split('\n')) stacks.addLeaf(line);
    assert.equal(stacks.lacking, 1);
    const tree = stacks.finish();
    const threads = [{ name: 'all', tree, samples: 0 }];
    const folded = toFolded({ format: 'folded', unit: 'samples', threads, lost: [] });
    assert.deepEqual(folded.trimEnd().split('\n').sort(), ['a;f 1', 'a;irq_[k] 1', 'b;[unknown] 1', 'b;aes_decrypt 1']);
  });

  it('say what the kernel dropped and did not name', () => {
    const { facts } = fold('a 1  PERF_RECORD_LOST lost 12\n\na 1 \n\tffffffff81006f01 [unknown] ([kernel.kallsyms])\n');
    assert.deepEqual(facts, { samples: 1, dropped: 12, kernelFrames: 1, unnamedKernelFrames: 1 });
  });
});
