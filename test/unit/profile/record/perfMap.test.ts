import assert from 'node:assert/strict';
import { JIT_FILE } from '../../../../src/profile/formats/folded.ts';
import { PerfMap, toFrame } from '../../../../src/profile/record/perfMap.ts';

function mapOf(...lines: string[]): PerfMap {
  const map = new PerfMap();
  for (const line of lines) map.add(line);
  return map;
}

describe('perf map', () => {
  it('finds the code at an address, its first and its last byte', () => {
    const map = mapOf('7f0000001ff0 20 JS:~a', '7f0000003000 10 JS:~b');
    const at = [0x7f0000001fef, 0x7f0000001ff0, 0x7f000000200f, 0x7f0000002010, 0x7f0000003000];
    assert.deepEqual(
      at.map((address) => map.find(address)),
      [undefined, 'JS:~a', 'JS:~a', undefined, 'JS:~b'],
    );
  });

  it('takes the later one of entries that overlap', () => {
    const map = mapOf('1000 100 JS:~old', '1040 20 JS:~new', '1050 4 JS:~newest', '1000 10 JS:~start');
    const at = [0x1000, 0x1010, 0x1040, 0x1050, 0x1054, 0x1060];
    assert.deepEqual(
      at.map((address) => map.find(address)),
      ['JS:~start', 'JS:~old', 'JS:~new', 'JS:~newest', 'JS:~new', 'JS:~old'],
    );
  });

  it('leaves out what is no entry, and sizes that nothing has', () => {
    const map = mapOf('', 'x', '1000 JS:~a', '1000 0 JS:~a', '1000 7fffffffffff JS:~a', '1000 10');
    assert.equal(map.find(0x1000), undefined);
  });
});

describe('a name of V8’s', () => {
  const names: [string, object][] = [
    ['JS:*read node:fs:12:3', { name: 'read', file: 'node:fs', line: 12, column: 3 }],
    ["JS:+'#fill file:///x/a%20b.js:1:2", { name: '#fill', file: 'file:///x/a%20b.js', line: 1, column: 2 }],
    ['JS:^get size /x/My Code/a.cjs:1:2', { name: 'get size', file: '/x/My Code/a.cjs', line: 1, column: 2 }],
    ['JS:~ file:///x/a.js:1:2', { name: '(anonymous)', file: 'file:///x/a.js', line: 1, column: 2 }],
    ['Script:~ /x/a.js:1:1', { name: '(anonymous)', file: '/x/a.js', line: 1, column: 1 }],
    ['JS:~bare :3:23', { name: 'bare', file: JIT_FILE }],
    ['JS:wasm-function[20]-20-turbofan', { name: 'wasm-function[20]', file: JIT_FILE }],
    ['Builtin:ArrayMap', { name: 'Builtin:ArrayMap', file: JIT_FILE }],
    ['RegExp:a+', { name: 'RegExp:a+', file: JIT_FILE }],
  ];
  for (const [name, frame] of names) it(`is the function behind ${name}`, () => assert.deepEqual(toFrame(name), frame));
});
