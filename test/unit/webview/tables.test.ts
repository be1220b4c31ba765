import assert from 'node:assert/strict';
import { categorise } from '../../../src/profile/categories.ts';
import { weighFunctions } from '../../../src/profile/functions.ts';
import { frameText, stackText } from '../../../src/webview/copying.ts';
import { Facts } from '../../../src/webview/facts.ts';
import { functionRows, sortRows, tableText } from '../../../src/webview/functionTable.ts';
import { moduleOf } from '../../../src/webview/module.ts';
import { formatTime, ticksOf } from '../../../src/webview/ruler.ts';
import { treeOf } from './tree.ts';

const tree = treeOf('main;walk;walk 30', 'main;a|b 20', '(idle) 50');
tree.frames.find(({ name }) => name === 'walk')!.file = '/src/walk.js';
const decisions = categorise(tree, 'v8');
const facts = new Facts({ tree, decisions }, { hideIdle: true });

describe('functions', () => {
  it('count each sample once, and idle time nowhere', () => {
    const weights = weighFunctions(tree, decisions).map(({ frame, self, total }) => [
      tree.frames[frame]!.name,
      self,
      total,
    ]);
    assert.deepEqual(weights, [
      ['main', 0, 50],
      ['walk', 30, 30],
      ['a|b', 20, 20],
    ]);
  });

  it('are sorted by any column', () => {
    const rows = functionRows(facts);
    const names = (key: 'name' | 'total', isAscending: boolean): string[] =>
      sortRows(rows, { key, isAscending }).map(({ name }) => name);
    assert.deepEqual(names('name', true), ['a|b', 'main', 'walk']);
    assert.deepEqual(names('total', false), ['main', 'walk', 'a|b']);
  });

  it('are copied for a spreadsheet and for an issue', () => {
    const rows = sortRows(functionRows(facts), { key: 'self', isAscending: false });
    const tsv = tableText(rows, 'tsv', facts.weight, 'samples').split('\n');
    assert.equal(tsv[0], 'Function\tFile\tLine\tCategory\tSelf\tSelf %\tTotal\tTotal %');
    assert.match(tsv[1]!, /^walk\t\/src\/walk\.js\t\t[\w-]+\t30\t60\.0 %\t30\t60\.0 %$/);
    const markdown = tableText(rows, 'markdown', facts.weight, 'samples').split('\n');
    assert.match(markdown[3]!, /^\| a\\\|b \| {2}\| {2}\| [\w-]+ \| 20 samples \| 40\.0 % \|/);
  });

  it('are told with their place, stacks from the innermost out', () => {
    assert.equal(frameText({ name: 'f', file: '/a.js', line: 3, column: 5 }), 'f (/a.js:3:5)');
    assert.equal(stackText([{ name: 'main' }, { name: 'f', file: '/a.js' }]), 'f (/a.js)\nmain');
  });
});

describe('modules', () => {
  it('are packages, parts of the runtime, libraries, crates and files', () => {
    const names = [
      'file:///app/node_modules/@scope/pkg/node_modules/inner/index.js',
      'node:internal/streams/readable',
      'node:fs',
      '/usr/lib/x86_64-linux-gnu/libc.so.6',
      '[kernel.kallsyms]',
      '/root/.cargo/registry/src/index.io-1949cf8c6b5b557f/hyper-1.4.1/src/lib.rs',
      'file:///app/dist/worker.cjs',
      'C:\\app\\node_modules\\@scope\\pkg\\index.js',
      'file:///C:/app/dist/worker.cjs',
      'C:\\Windows\\System32\\ntdll.dll',
      'C:\\Users\\me\\.cargo\\registry\\src\\index.io-1949cf8c6b5b557f\\hyper-1.4.1\\src\\lib.rs',
      undefined,
    ].map((file) => moduleOf(file === undefined ? {} : { file }));
    assert.deepEqual(names, [
      'inner',
      'node:streams',
      'node:fs',
      'libc.so',
      '[kernel.kallsyms]',
      'hyper',
      'worker.cjs',
      '@scope/pkg',
      'worker.cjs',
      'ntdll.dll',
      'hyper',
      '',
    ]);
  });
});

describe('scale of time', () => {
  const labels = (fromUs: number, toUs: number): string[] =>
    ticksOf({ fromUs, toUs }, 400).map(({ label }) => label.replace('\u202f', ' '));

  it('has round times with as many digits as they need', () => {
    assert.deepEqual(labels(0, 2_000_000), ['0 ms', '500 ms', '1.0 s', '1.5 s', '2.0 s']);
    assert.deepEqual(labels(1_000_000, 1_000_400), ['1.0000 s', '1.0001 s', '1.0002 s', '1.0003 s', '1.0004 s']);
    assert.equal(formatTime(12.5, 0.5).replace('\u202f', ' '), '12.5 µs');
  });

  it('has none where there is no room, and none of no time', () => {
    assert.deepEqual(ticksOf({ fromUs: 0, toUs: 10 }, 50), []);
    assert.deepEqual(ticksOf({ fromUs: 5, toUs: 5 }, 500), []);
  });
});
