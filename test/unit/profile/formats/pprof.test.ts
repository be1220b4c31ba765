import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { errorOf, fixture, read, stacksOf, threadsOf } from './reading.ts';

/** An unsigned or two's-complement varint. */
function varint(value: number | bigint): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

type Part = [field: number, value: number | bigint | string | Buffer];

function message(...parts: Part[]): Buffer {
  return Buffer.concat(
    parts.map(([field, value]) => {
      if (typeof value === 'number' || typeof value === 'bigint')
        return Buffer.from([...varint(field * 8), ...varint(value)]);
      const content = Buffer.from(value as string);
      return Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(content.length)]), content]);
    }),
  );
}

const packed = (values: readonly (number | bigint)[]): Buffer => Buffer.from(values.flatMap(varint));
const STRINGS = [
  '',
  'samples',
  'count',
  'cpu',
  'nanoseconds',
  'outer',
  'inlined',
  'leaf',
  'a.c',
  'libx.so',
  'thread name',
  'io',
  'arm',
  'tid',
];
const strings: Part[] = STRINGS.map((text) => [6, text]);
const BIG = 2n ** 63n + 1n;

/** Two sample types; location 1: `leaf` inlined nowhere, a big id: `inlined` in `outer`, location 3: an address without a name. */
function file(samples: Buffer[], more: Part[] = []): Buffer {
  return message(
    [1, message([1, 1], [2, 2])],
    [1, message([1, 3], [2, 4])],
    ...samples.map((sample): Part => [2, sample]),
    [3, message([1, 1], [5, 9])],
    [4, message([1, 1], [2, 1], [3, 0x10], [4, message([1, 3], [2, 9])])],
    [4, message([1, BIG], [3, 0x20], [4, message([1, 2], [2, 5])], [4, message([1, 1], [2, 4])])],
    [4, message([1, 3], [2, 1], [3, 0xabc])],
    [5, message([1, 1], [2, 5], [4, 8], [5, 30])],
    [5, message([1, 2], [3, 6])],
    [5, message([1, 3], [2, 7])],
    ...strings,
    ...more,
  );
}

const sample = (locations: (number | bigint)[], values: (number | bigint)[], ...labels: Buffer[]): Buffer =>
  message([1, packed(locations)], [2, packed(values)], ...labels.map((label): Part => [3, label]));

describe('reading pprof profiles', () => {
  it('reads a CPU profile of Go: inlined functions are frames, labels are named', () => {
    const profile = read(fixture('go-cpu.pb.gz'));
    assert.deepEqual([profile.format, profile.unit, profile.threads.length], ['pprof', 'microseconds', 1]);
    assert.equal(
      profile.threads[0]!.tree.self.reduce((sum, self) => sum + self, 0),
      850_000,
    );
    const stacks = Object.keys(stacksOf(profile.threads[0]!));
    assert.ok(
      stacks.some((stack) => stack.startsWith('runtime.main;main.main;main.download;main.fetchFragment;')),
      stacks.join('\n'),
    );
    // `os.(*File).write` is inlined in Write.
    assert.ok(stacks.some((stack) => stack.includes('os.(*File).Write;os.(*File).write;internal/poll.(*FD).Write;')));
    assert.ok(profile.lost.includes('labels of samples were left out: arm, fragment'));
    assert.ok(
      profile.lost.some((note) => note.includes('cpu in nanoseconds was read; the file also has samples in count')),
    );
  });

  it('reads the default type of a heap profile of Go, in bytes', () => {
    const profile = read(fixture('go-allocs.pb.gz'));
    assert.equal(profile.unit, 'bytes');
    const weights = Object.entries(stacksOf(profile.threads[0]!));
    const [top] = weights.sort(([, a], [, b]) => b - a)[0]!;
    assert.match(top, /main\.fetchFragment$/);
    assert.ok(profile.lost.some((note) => note.startsWith('alloc_space in bytes was read')));
  });

  it('reads a profile of a virtual machine, with the line of each function', () => {
    const profile = read(fixture('node-time.pb.gz'));
    const frame = profile.threads[0]!.tree.frames.find(({ name }) => name === 'digestFragment');
    assert.deepEqual([frame?.line, frame?.file?.endsWith('dd.mjs')], [3, true]);
  });

  it('reads packed and unpacked numbers, big ids, names of the linker and addresses without any', () => {
    const loose = message([1, 3], [1, BIG], [2, 1], [2, 2000]);
    const profile = read(file([sample([1, BIG], [1, 5000]), loose]));
    assert.deepEqual(threadsOf(profile), { all: { 'outer;inlined;leaf': 5, 'outer;inlined;0xabc': 2 } });
    const frames = profile.threads[0]!.tree.frames;
    assert.deepEqual(frames, [
      { name: 'outer', file: 'a.c', line: 30 },
      { name: 'inlined' },
      { name: 'leaf', file: 'libx.so' },
      { name: '0xabc', file: 'libx.so' },
    ]);
    assert.ok(profile.lost.includes('1 addresses have no name in the file'));
  });

  it('reads it unpacked or packed, and whatever order its fields have', () => {
    const bytes = file([sample([1], [1, 1000])]);
    assert.deepEqual(read(gzipSync(bytes)), read(bytes));
    assert.deepEqual(
      threadsOf(
        read(message(...strings, [1, message([1, 1], [2, 2])], [2, sample([1], [4])], [4, message([1, 1], [3, 7])])),
      ),
      { all: { '0x7': 4 } },
    );
  });

  it('takes the type that the file names, else the last, else one that weighs something', () => {
    const samples = [sample([1], [3, 5000])];
    assert.equal(read(file(samples)).unit, 'microseconds');
    assert.deepEqual(threadsOf(read(file(samples, [[14, 1]]))), { all: { leaf: 3 } });
    assert.equal(read(file(samples, [[14, 1]])).unit, 'samples');
    assert.deepEqual(threadsOf(read(file([sample([1], [3, 0])]))), { all: { leaf: 3 } });
  });

  it('makes a thread of the label for it', () => {
    const labels = [message([1, 13], [3, 77]), message([1, 10], [2, 11]), message([1, 12], [2, 11])];
    const profile = read(
      file([sample([1], [1, 1000], ...labels), sample([3], [1, 2000]), sample([3], [1, 3000], labels[0]!)]),
    );
    assert.deepEqual(threadsOf(profile), { io: { leaf: 1 }, all: { '0xabc': 2 }, 'thread 77': { '0xabc': 3 } });
    assert.ok(profile.lost.includes('labels of samples were left out: arm'));
  });

  it('leaves out and counts samples that weigh less than nothing or have no stack', () => {
    const profile = read(file([sample([1], [1, -1000]), sample([], [1, 1000]), sample([1], [1, 1000])]));
    assert.deepEqual(threadsOf(profile), { all: { leaf: 1 } });
    assert.ok(profile.lost.some((note) => note.startsWith('1 samples weigh less than nothing')));
    assert.ok(profile.lost.some((note) => note.startsWith('1 samples have no stack')));
  });

  const whole = file([sample([1], [1, 1000])]);
  const wide = message([1, 9], ...Array.from({ length: 20_000 }, (): Part => [4, message([1, 1])]));
  const refused: [name: string, content: Uint8Array, code: string][] = [
    ['no samples', file([]), 'PROFILE_EMPTY'],
    ['no weight', file([sample([1], [1])].map(() => sample([1], [0, 0]))), 'PROFILE_EMPTY'],
    ['half a file', whole.subarray(0, whole.length / 2), 'PROFILE_BROKEN'],
    ['a location that is not there', file([sample([55], [1, 1])]), 'PROFILE_BROKEN'],
    ['a claim of two gigabytes', Buffer.concat([whole, Buffer.from([0x12, ...varint(2 ** 31)])]), 'PROFILE_BROKEN'],
    ['a claim of all that 64 bits can', Buffer.concat([whole, Buffer.from([0x12, ...varint(-1)])]), 'PROFILE_BROKEN'],
    [
      'a number without an end',
      Buffer.concat([whole, Buffer.from([0x48, ...new Array<number>(20).fill(0xff)])]),
      'PROFILE_BROKEN',
    ],
    ['a stack deeper than any', file([sample(new Array<number>(200_000).fill(1), [1, 1])]), 'PROFILE_TOO_LARGE'],
    // 20,000 frames inlined at one address, which is 100,000 times in each stack.
    [
      'a billion frames in a small file',
      file([sample(new Array<number>(100_000).fill(9), [1, 1])], [[4, wide]]),
      'PROFILE_TOO_LARGE',
    ],
  ];
  for (const [name, content, code] of refused) {
    it(`refuses ${name}`, () => assert.equal(errorOf(content).code, code));
  }

  it('is not taken for other binary files', () => {
    assert.equal(errorOf(Buffer.from([0x0a, 0x03, 0xff, 0x00, 0x00, 0x77])).code, 'PROFILE_FORMAT');
    assert.equal(errorOf(Buffer.from('\0asm\x01\0\0\0\x01\x05\x01\x60\0\0')).code, 'PROFILE_FORMAT');
    assert.equal(errorOf(Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01')).code, 'PROFILE_FORMAT');
  });
});
