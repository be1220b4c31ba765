import assert from 'node:assert/strict';
import { errorOf, fixture, read, stacksOf, threadsOf } from './reading.ts';

const STRINGS = ['main', 'fetch', '0x1234', 'libfetch.so', 'symbol', 'app.js', '(idle)', 'poll'];

/** Tables as samply writes them: columns, main → fetch, main → 0x1234, main → poll (idle). */
function tables(prefix: unknown[] = [null, 0, 0, 0]): Record<string, unknown> {
  return {
    stackTable: { length: 4, prefix, frame: [0, 1, 2, 3] },
    frameTable: {
      length: 4,
      address: [-1, 16, 4660, 32],
      func: [0, 1, 2, 3],
      category: [0, 0, 0, 1],
      nativeSymbol: [null, null, null, null],
    },
    funcTable: {
      length: 4,
      name: [0, 1, 2, 7],
      resource: [-1, 0, 0, 0],
      fileName: [5, null, null, null],
      lineNumber: [7, null, null, null],
      columnNumber: [3, null, null, null],
    },
    resourceTable: { length: 1, lib: [0], name: [3], host: [null], type: [1] },
    nativeSymbols: { length: 1, name: [4], libIndex: [0], address: [4660] },
  };
}

function samples(stack: unknown[], weight: unknown = null, weightType = 'samples'): object {
  return { length: stack.length, stack, time: stack.map((_, at) => at), weight, weightType };
}

const meta = {
  interval: 2,
  preprocessedProfileVersion: 48,
  product: 'fetch',
  categories: [{ name: 'Other' }, { name: 'Idle' }],
};
const libs = [{ name: 'libfetch.so', path: '/usr/lib/libfetch.so' }];

/** A file of samply: tables and texts in each thread. */
function samply(table: object, more: object = {}): object {
  return {
    meta,
    libs,
    threads: [
      {
        name: 'worker',
        processName: 'fetch',
        pid: '1',
        tid: '2',
        stringArray: STRINGS,
        samples: table,
        ...tables(),
        ...more,
      },
    ],
  };
}

describe('reading Firefox and samply profiles', () => {
  it('reads one that Firefox wrote: processes, scripts with their places, libraries of addresses', () => {
    const profile = read(fixture('firefox.json.gz'));
    assert.deepEqual([profile.format, profile.unit], ['gecko', 'microseconds']);
    assert.match(profile.threads[0]?.name ?? '', /^file:\/\/ Content: GeckoMain \(\d+\)$/);
    const frames = profile.threads[0]!.tree.frames;
    const script = frames.find(({ name }) => name === 'sortAll');
    assert.deepEqual(script, { name: 'sortAll', file: 'file:///tmp/demo/firefox.html', line: 1, column: 73 });
    assert.ok(frames.some(({ name, file }) => /^0x[0-9a-f]+$/.test(name) && file?.endsWith('libxul.so') === true));
    assert.ok(profile.lost.some((note) => /addresses have no name/.test(note)));
  });

  it('reads the shape of samply: a sample is an interval, an address has a library', () => {
    const profile = read(samply(samples([1, 2, 1, 3])));
    assert.deepEqual(threadsOf(profile), {
      'fetch: worker (2)': { 'main;fetch': 4000, 'main;0x1234': 2000, 'main;poll;(idle)': 2000 },
    });
    assert.deepEqual(profile.threads[0]!.tree.frames.slice(0, 3), [
      { name: 'main', file: 'app.js', line: 7, column: 3 },
      { name: 'fetch', file: '/usr/lib/libfetch.so' },
      { name: '0x1234', file: '/usr/lib/libfetch.so' },
    ]);
    assert.ok(profile.lost.some((note) => note.startsWith('1 addresses have no name')));
  });

  it('names an address by its symbol when the file has it', () => {
    const frameTable = { ...(tables()['frameTable'] as object), nativeSymbol: [null, null, 0, null] };
    assert.deepEqual(Object.keys(stacksOf(read(samply(samples([2]), { frameTable })).threads[0]!)), ['main;symbol']);
  });

  it('reads shared tables with offsets to callers, sources and libraries of frames (version 70)', () => {
    const { stackTable, frameTable, funcTable, ...rest } = tables() as Record<string, object>;
    const shared = {
      ...rest,
      stringArray: STRINGS,
      stackTable: { ...stackTable, prefix: undefined, prefixOffset: [0, 1, 2, 3] },
      frameTable: { ...frameTable, lib: [-1, 0, 0, 0] },
      funcTable: { ...funcTable, fileName: undefined, resource: [-1, -1, -1, -1], source: [0, null, null, null] },
      sources: { length: 1, filename: [5] },
    };
    const thread = (name: string, stack: unknown[]): object => ({
      name,
      tid: 1,
      samples: { ...samples(stack), time: undefined },
    });
    const profile = read({
      meta: { ...meta, preprocessedProfileVersion: 70 },
      libs,
      shared,
      threads: [thread('a', [1]), thread('b', [2, 2])],
    });
    assert.deepEqual(threadsOf(profile), { 'a (1)': { 'main;fetch': 2000 }, 'b (1)': { 'main;0x1234': 4000 } });
    assert.deepEqual(profile.threads[0]!.tree.frames, [
      { name: 'main', file: 'app.js', line: 7, column: 3 },
      { name: 'fetch', file: '/usr/lib/libfetch.so' },
    ]);
  });

  it('takes weights as they are meant, and names threads that count something else', () => {
    const times = read(samply(samples([1, 2], [1.5, 2], 'tracing-ms')));
    assert.deepEqual(threadsOf(times), { 'fetch: worker (2)': { 'main;fetch': 1500, 'main;0x1234': 2000 } });
    const two = samply(samples([1], [100], 'bytes')) as { threads: object[] };
    two.threads.push({ ...two.threads[0], name: 'cpu', samples: samples([1]) });
    const profile = read(two);
    assert.deepEqual([profile.unit, profile.threads.length], ['bytes', 1]);
    assert.ok(
      profile.lost.includes('1 threads count something else and were left out: fetch: cpu (2)'),
      profile.lost.join(),
    );
  });

  it('counts samples without an interval, and those without a stack or a weight', () => {
    const profile = read({ ...samply(samples([1, null, 1, 1], [1, 1, -1, null])), meta: { ...meta, interval: 0 } });
    assert.deepEqual([profile.unit, threadsOf(profile)], ['samples', { 'fetch: worker (2)': { 'main;fetch': 1 } }]);
    assert.ok(profile.lost.some((note) => note.startsWith('1 samples have no stack')));
    assert.ok(profile.lost.some((note) => note.startsWith('2 samples have no weight')));
  });

  const own = (prefix: unknown): object => ({ stackTable: { length: 4, prefix, frame: [0, 1, 2, 3] } });
  const long = Array.from({ length: 200_000 }, (_, at) => at - 1);
  const refused: [name: string, content: unknown, code: string][] = [
    ['no threads', { meta, threads: [] }, 'PROFILE_EMPTY'],
    ['no samples', samply(samples([])), 'PROFILE_EMPTY'],
    ['stacks that call each other', samply(samples([1]), own([1, 0, 0, 0])), 'PROFILE_BROKEN'],
    ['a stack that calls itself', samply(samples([2]), own([null, 0, 2, 0])), 'PROFILE_BROKEN'],
    ['a caller that is not there', samply(samples([1]), own([9, 0, 0, 0])), 'PROFILE_BROKEN'],
    ['a caller that is no number', samply(samples([1]), own(['__proto__', 0, 0, 0])), 'PROFILE_BROKEN'],
    ['a stack that is not there', samply(samples([77])), 'PROFILE_BROKEN'],
    ['a stack that is no number', samply(samples(['constructor'])), 'PROFILE_BROKEN'],
    ['tables that are not there', samply(samples([1]), { funcTable: null, frameTable: [] }), 'PROFILE_BROKEN'],
    [
      'a stack 200,000 deep',
      samply(samples([199_999]), { stackTable: { prefix: long, frame: long.map(() => 0) } }),
      'PROFILE_BROKEN',
    ],
    [
      '20,000 threads',
      {
        ...samply(samples([1])),
        threads: Array.from({ length: 20_000 }, () => ({ ...tables(), stringArray: STRINGS, samples: samples([1]) })),
      },
      'PROFILE_TOO_LARGE',
    ],
  ];
  for (const [name, content, code] of refused) {
    it(`refuses ${name}`, () => assert.equal(errorOf(content).code, code));
  }
});
