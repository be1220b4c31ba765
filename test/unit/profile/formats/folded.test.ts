import assert from 'node:assert/strict';
import { ProfileError } from '../../../../src/profile/errors.ts';
import { readProfile } from '../../../../src/profile/formats/index.ts';
import type { Frame, Profile } from '../../../../src/profile/model.ts';
import { stackOf } from '../../../../src/profile/tree.ts';

function read(text: string): Profile {
  return readProfile(Buffer.from(text), 'x.folded');
}

function stacks(text: string): [string[], number][] {
  const result: [string[], number][] = [];
  for (const { tree } of read(text).threads) {
    tree.self.forEach((weight, index) => {
      if (weight > 0) result.push([stackOf(tree, index).map(({ name }) => name), weight]);
    });
  }
  return result;
}

function frames(text: string): Frame[] {
  return read(text).threads[0]?.tree.frames ?? [];
}

describe('reading folded stacks', () => {
  it('merges stacks; comments and blank lines are nothing, line ends of any kind end lines', () => {
    const text = '# made by a collapser\r\n\r\nmain;read 3\r\nmain;read;copy 2\n\n  main;read 4  \n';
    assert.deepEqual(stacks(text), [
      [['main', 'read'], 7],
      [['main', 'read', 'copy'], 2],
    ]);
    assert.equal(read(text).unit, 'samples');
    assert.equal(read(text).threads[0]?.samples, 3);
  });

  it('takes decimals as counts, and drops stacks without weight', () => {
    const text = 'a;b 1.5\na;c 0\na 2e1\n';
    assert.deepEqual(stacks(text), [
      [['a'], 20],
      [['a', 'b'], 1.5],
    ]);
    assert.equal(read(text).unit, 'count');
  });

  it('keeps spaces and numbers inside names', () => {
    assert.deepEqual(stacks('operator new(unsigned long);Foo::bar(int, 3) const 12\nx;y 1')[0], [
      ['operator new(unsigned long)', 'Foo::bar(int, 3) const'],
      12,
    ]);
  });

  it('knows the files of Windows', () => {
    const text = 'main C:\\app\\x.js:3:7;read c:/my app/y.js:4 5\nmain file:///C:/app/x.js:9 1\n';
    assert.deepEqual(
      frames(text).map(({ name, file, line }) => [name, file, line]),
      [
        ['main', 'C:\\app\\x.js', 3],
        ['read', 'c:/my app/y.js', 4],
        ['main', 'file:///C:/app/x.js', 9],
      ],
    );
  });

  it('keeps the semicolon of a Rust array type, and splits at a lonely bracket', () => {
    assert.deepEqual(stacks('main;<[u8; 8] as core::fmt::Debug>::fmt;f<[[u8; 4]; 2]> 5')[0]?.[0], [
      'main',
      '<[u8; 8] as core::fmt::Debug>::fmt',
      'f<[[u8; 4]; 2]>',
    ]);
    assert.deepEqual(stacks('[Ljava/lang/String;sort;x[0] 1\na;b 1')[0]?.[0], ['[Ljava/lang/String', 'sort', 'x[0]']);
  });

  it('takes the marks of collapsers off the names and keeps what they say', () => {
    assert.deepEqual(frames('node;do_syscall_64_[k];f_[j];g_[i];JS:*h /a.js:1_[j] 1'), [
      { name: 'node' },
      { name: 'do_syscall_64', file: '[kernel.kallsyms]' },
      { name: 'f', file: '[jit]' },
      { name: 'g' },
      { name: 'JS:*h /a.js:1' },
    ]);
  });

  it('tells script, line and column from the name', () => {
    assert.deepEqual(frames('read node:fs:12;f file:///a b/c.js:3:4;x::y:3 1'), [
      { name: 'read', file: 'node:fs', line: 12 },
      { name: 'f', file: 'file:///a b/c.js', line: 3, column: 4 },
      { name: 'x::y:3' },
    ]);
  });

  it('reads the second weight of a difference, and says so', () => {
    const profile = read('a;b 3 5\na;c 2 0\n');
    assert.deepEqual(stacks('a;b 3 5\na;c 2 0\n'), [[['a', 'b'], 5]]);
    assert.ok(profile.lost.some((text) => text.includes('two weights')));
    assert.deepEqual(stacks('a;b 3 5\na;c 2\n')[0]?.[0], ['a', 'b 3']);
  });

  it('notices periods in place of counts', () => {
    const profile = read('a;b 1001001\na;c 3003003\n');
    assert.equal(profile.unit, 'count');
    assert.ok(profile.lost.some((text) => text.includes('1001001')));
  });

  it('leaves out a line that was cut off, and says which', () => {
    const text = `${'a;b 1\n'.repeat(20)}a;b;c`;
    assert.deepEqual(stacks(text), [[['a', 'b'], 20]]);
    assert.ok(read(text).lost.some((note) => note.includes('line 21')));
  });

  it('reads a stack 100,000 deep', () => {
    const [only] = stacks(`${Array.from({ length: 100_000 }, (_, index) => `f${index}`).join(';')} 1`);
    assert.equal(only?.[0].length, 100_000);
  });

  it('reads a symbol with bytes that are no UTF-8', () => {
    const text = Buffer.concat([
      Buffer.from('main;work 1\n'.repeat(20)),
      Buffer.from([0x66, 0xe9]),
      Buffer.from(';g 2\n'),
    ]);
    assert.equal(readProfile(text, 'x').threads[0]?.samples, 21);
  });

  it('refuses a file whose stacks weigh nothing', () => {
    assert.throws(
      () => read('a;b 0\n'),
      (error) => error instanceof ProfileError && error.code === 'PROFILE_EMPTY',
    );
  });
});
