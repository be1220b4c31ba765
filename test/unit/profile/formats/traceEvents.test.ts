import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { errorOf, fixture, read, stacksOf, threadsOf } from './reading.ts';

type Event = Record<string, unknown>;

const at = { pid: 1, tid: 2 };
const span = (name: string, ts: number, dur: unknown): Event => ({ ...at, ph: 'X', name, ts, dur });
const begin = (name: string, ts: number): Event => ({ ...at, ph: 'B', name, ts });
const end = (name: string | undefined, ts: number): Event => ({
  ...at,
  ph: 'E',
  ...(name === undefined ? {} : { name }),
  ts,
});

function only(events: Event[]): Record<string, number> {
  return stacksOf(read(events).threads[0]!);
}

describe('reading trace events', () => {
  it('reads the CPU profiles in a trace of Chromium, the worker’s too, and says what it left out', () => {
    const profile = read(fixture('chromium.trace.json.gz'));
    assert.deepEqual([profile.format, profile.unit], ['trace-events', 'microseconds']);
    assert.deepEqual(
      profile.threads.map(({ name }) => name.replace(/ \(.*/, '')),
      ['CrRendererMain', 'DedicatedWorker thread'],
    );
    const stacks = Object.keys(stacksOf(profile.threads[0]!));
    assert.ok(
      stacks.some((stack) => stack.includes('busy;fib')),
      stacks.join('\n'),
    );
    assert.ok(Object.keys(stacksOf(profile.threads[1]!)).some((stack) => stack.endsWith('hash')));
    assert.ok(profile.lost.some((note) => /^30 events of spans of time and 6 of other kinds were left out/.test(note)));
  });

  it('reads spans of a trace of Node, whole or cut off', () => {
    const profile = read(fixture('node.trace.json.gz'));
    assert.match(profile.threads[0]!.name, /^JavaScriptMainThread/);
    const stacks = Object.keys(stacksOf(profile.threads[0]!));
    assert.ok(
      stacks.some((stack) => /fs\.sync/.test(stack)),
      stacks.join('\n'),
    );
    const cut = read(gunzipSync(fixture('node.trace.json.gz')).subarray(0, 40_000));
    assert.ok(cut.lost.some((note) => note.startsWith('the trace was cut off')));
    assert.ok(cut.threads[0]!.samples < profile.threads[0]!.samples);
  });

  it('makes calls of spans inside each other', () => {
    assert.deepEqual(only([span('c', 3, 1), span('a', 0, 10), span('b', 2, 5)]), { a: 5, 'a;b': 4, 'a;b;c': 1 });
    assert.deepEqual(only([begin('a', 0), begin('b', 2), end('b', 5), span('x', 6, 1), end(undefined, 10)]), {
      a: 6,
      'a;b': 3,
      'a;x': 1,
    });
    // The longer one is the caller, whatever the order of the file.
    assert.deepEqual(only([span('b', 0, 2), span('a', 0, 10)]), { 'a;b': 2, a: 8 });
  });

  it('cuts what overlaps, and counts beginnings and ends without each other', () => {
    const profile = read([
      end('z', 0),
      span('a', 0, 10),
      span('b', 8, 5),
      begin('d', 20),
      begin('c', 22),
      end('d', 30),
      begin('open', 40),
      span('e', 41, 2),
      span('no', 50, null),
    ]);
    assert.deepEqual(stacksOf(profile.threads[0]!), { a: 8, 'a;b': 2, d: 2, 'd;c': 8, open: 1, 'open;e': 2 });
    assert.ok(
      profile.lost.some((note) => note.startsWith('1 spans end after')),
      profile.lost.join(),
    );
    assert.ok(
      profile.lost.some((note) => note.startsWith('4 ends or beginnings')),
      profile.lost.join(),
    );
  });

  it('has a thread for each thread, by its name', () => {
    const named = { ph: 'M', ...at, name: 'thread_name', args: { name: 'main' } };
    const profile = read({ traceEvents: [named, span('a', 0, 1), { ...span('b', 0, 2), tid: 3 }, { ph: 'C', ts: 1 }] });
    assert.deepEqual(threadsOf(profile), { 'main (1:2)': { a: 1 }, 'thread 1:3': { b: 2 } });
    assert.ok(profile.lost.some((note) => note.startsWith('1 events without a stack')));
  });

  it('reads a whole CPU profile in one event, and falls back on spans when the profiles are damaged', () => {
    const callFrame = { functionName: 'f', url: '', lineNumber: -1 };
    const cpuProfile = {
      nodes: [
        { id: 1, callFrame: { functionName: '(root)' } },
        { id: 2, callFrame, parent: 1 },
      ],
      samples: [2, 2],
      timeDeltas: [0, 7],
      startTime: 0,
      endTime: 10,
    };
    const event = { ...at, ph: 'I', ts: 1, name: 'CpuProfile', args: { data: { cpuProfile } } };
    assert.deepEqual(only([event]), { f: 10 });
    const chunk = {
      ...at,
      ph: 'P',
      ts: 1,
      id: '0x1',
      name: 'ProfileChunk',
      args: { data: { cpuProfile: { samples: [5] }, timeDeltas: [1] } },
    };
    const profile = read([chunk, span('a', 0, 1)]);
    assert.deepEqual(stacksOf(profile.threads[0]!), { a: 1 });
    assert.ok(
      profile.lost.some((note) => note.startsWith('1 CPU profiles of the trace were left out')),
      profile.lost.join(),
    );
    assert.equal(errorOf([chunk]).code, 'PROFILE_BROKEN');
  });

  const refused: [name: string, content: unknown, code: string][] = [
    ['nothing but metadata', [{ ph: 'M', name: 'thread_name', args: { name: 'x' } }], 'PROFILE_EMPTY'],
    ['spans without length', [span('a', 0, 0)], 'PROFILE_EMPTY'],
    ['one that is cut off in its first event', '[{"ph":"X","ts":1,"name":"a', 'PROFILE_BROKEN'],
    ['one that is damaged inside', '[{"ph":"X","ts":1,"dur":2},{"ph":X},{"ph":"X"', 'PROFILE_BROKEN'],
    ['a stack of 200,000 beginnings', Array.from({ length: 200_000 }, (_, ts) => begin('a', ts)), 'PROFILE_TOO_LARGE'],
  ];
  for (const [name, content, code] of refused) {
    it(`refuses ${name}`, () => assert.equal(errorOf(content).code, code));
  }
});
