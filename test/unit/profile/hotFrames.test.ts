import assert from 'node:assert/strict';
import { gate, hotFrames } from '../../../src/profile/hotFrames.ts';
import { readProfile } from '../../../src/profile/formats/index.ts';
import type { Profile } from '../../../src/profile/model.ts';
import { profileOf, script } from './trees.ts';

function folded(text: string): Profile {
  return readProfile(Buffer.from(text), 'x');
}

/** Ten functions that do honest work, each heavier than `floor`. */
function workers(floor: number): string {
  return Array.from({ length: 10 }, (_, index) => `_start;main;work${index} ${floor + 10 - index}\n`).join('');
}

const FAULT = 'asm_exc_page_fault_[k];exc_page_fault_[k]';

describe('hotFrames', () => {
  it('ranks by self weight, over threads, and sets idle apart', () => {
    const one = profileOf([
      [['main', 'a'], 10],
      [['main'], 5],
      [['(idle)'], 100],
    ]);
    const two = profileOf([
      [['worker', 'a'], 25],
      [['(idle)'], 60],
    ]);
    const hot = hotFrames({ ...one, threads: [...one.threads, ...two.threads] });
    assert.deepEqual(
      hot.frames.map(({ name, self, total, selfShare }) => [name, self, total, selfShare]),
      [
        ['a', 35, 35, 35 / 40],
        ['main', 5, 15, 5 / 40],
      ],
    );
    assert.deepEqual([hot.total, hot.idle], [200, 160]);
  });

  it('counts a sample once towards the total of a function, however often it recurs', () => {
    const hot = hotFrames(
      profileOf([
        [['f', 'g', 'f', 'f'], 4],
        [['f', 'g'], 2],
        [['g'], 1],
      ]),
    );
    assert.deepEqual(
      hot.frames.map(({ name, self, total }) => [name, self, total]),
      [
        ['f', 4, 6],
        ['g', 3, 7],
      ],
    );
  });

  it('tells functions apart by file and line, and joins them over their callers', () => {
    const hot = hotFrames(
      profileOf([
        [['a', script('f', 'x.js', 1)], 1],
        [['b', script('f', 'x.js', 1)], 2],
        [['b', script('f', 'x.js', 9)], 4],
      ]),
    );
    assert.deepEqual(
      hot.frames.map(({ line, self }) => [line, self]),
      [
        [9, 4],
        [1, 3],
      ],
    );
  });

  it('gives a function the category of most of its weight, and splits categories exactly', () => {
    const hot = hotFrames(
      profileOf([
        [[script('writeSync', 'node:fs'), 'writeBuffer'], 30],
        [[script('handleWriteReq', 'node:internal/stream_base_commons'), 'writeBuffer'], 70],
      ]),
    );
    assert.equal(hot.frames[0]?.category, 'network');
    assert.deepEqual(hot.categories, [
      { category: 'network', self: 70, share: 0.7 },
      { category: 'file-io', self: 30, share: 0.3 },
    ]);
  });

  it('takes a stack 100,000 deep with weight at every level', () => {
    const count = 100_000;
    const hot = hotFrames({
      format: 'folded',
      unit: 'samples',
      lost: [],
      threads: [
        {
          name: 'deep',
          samples: count,
          tree: {
            frames: [{ name: 'f' }, { name: 'g' }],
            frame: Uint32Array.from({ length: count }, (_, node) => node % 2),
            parent: Int32Array.from({ length: count }, (_, node) => node - 1),
            self: new Float64Array(count).fill(1),
          },
        },
      ],
    });
    assert.deepEqual(
      hot.frames.map(({ self, total }) => [self, total]),
      [
        [50_000, 100_000],
        [50_000, 99_999],
      ],
    );
  });

  it('has no shares of nothing', () => {
    const hot = hotFrames(profileOf([[['(idle)'], 10]]));
    assert.deepEqual([hot.frames, hot.categories, hot.idle], [[], [], 10]);
  });
});

describe('gate', () => {
  it('literal: hits on an allocator by name in the top, and not below it', () => {
    const top = gate(folded(workers(5).replace('work9', 'malloc')));
    assert.deepEqual(top.literal, { hit: true, frames: ['malloc'], suspects: ['allocator'] });
    const below = gate(folded(`${workers(5)}_start;main;malloc 3\n`));
    assert.deepEqual(below.literal, { hit: false, frames: [], suspects: [] });
    assert.deepEqual(below.owned, { hit: false, share: 3 / 108, categories: [], suspects: [] });
  });

  it('literal: a page fault has no name that accuses anybody; owned: it belongs to memory', () => {
    const answer = gate(
      folded(
        `${workers(5)}_start;main;__memmove_avx_unaligned_erms;${FAULT};clear_page_erms_[k] 60\n_start;main;__memmove_avx_unaligned_erms;${FAULT} 20\n_start;aesni_cbc_encrypt 50\n`,
      ),
    );
    assert.equal(answer.literal.hit, false);
    assert.deepEqual(answer.owned.categories, ['page-fault']);
    assert.deepEqual(answer.owned.suspects, ['allocator']);
    assert.equal(answer.owned.share, 80 / 235);
  });

  it('owned: a category that is spread over many small frames hits as one', () => {
    const small = Array.from({ length: 12 }, (_, index) => `_start;main;malloc;helper${index} 2\n`).join('');
    const answer = gate(folded(workers(5) + small));
    assert.equal(answer.literal.hit, false);
    assert.deepEqual(answer.owned.categories, ['allocator']);
    assert.equal(answer.owned.hit, true);
  });

  it('owned: copy, collection and waiting are no suspects', () => {
    const answer = gate(
      folded('_start;main;__memcpy_avx 50\n_start;v8::internal::Scavenger::Process 30\n_start;epoll_wait 20\n'),
    );
    assert.deepEqual([answer.literal.hit, answer.owned.hit, answer.owned.share], [false, false, 0]);
  });

  it('takes a system call for one by its entry alone, and a memory call for both suspects', () => {
    assert.deepEqual(gate(folded('_start;main;do_syscall_64_[k] 5\n')).literal, {
      hit: true,
      frames: ['do_syscall_64'],
      suspects: ['syscall'],
    });
    assert.deepEqual(gate(folded('_start;main;munmap 5\n')).literal.suspects, ['allocator', 'syscall']);
  });

  it('takes names of V8’s bindings', () => {
    const answer = gate(
      profileOf([
        [[script('writeSync', 'node:fs'), 'writeBuffer'], 30],
        [[script('work', '/a.js')], 20],
      ]),
    );
    assert.deepEqual(answer.literal, { hit: true, frames: ['writeBuffer'], suspects: ['syscall'] });
    assert.deepEqual(answer.owned, { hit: true, share: 0.6, categories: ['file-io'], suspects: ['syscall'] });
  });

  it('looks at as many frames as asked', () => {
    const profile = folded('_start;main;work 9\n_start;main;malloc 5\n');
    assert.equal(gate(profile, { top: 1 }).literal.hit, false);
    assert.equal(gate(profile, { top: 1 }).owned.hit, false);
    assert.equal(gate(profile, { top: 2 }).literal.hit, true);
    assert.equal(gate(profile, { top: 2 }).owned.hit, true);
  });
});
