import assert from 'node:assert/strict';
import { errorOf, fixture, read, stacksOf, threadsOf } from './reading.ts';

const $schema = 'https://www.speedscope.app/file-format-schema.json';
const shared = { frames: [{ name: 'a' }, { name: 'b', file: 'x.c', line: 3, col: 9 }, { name: 'c' }] };

function file(...profiles: object[]): object {
  return { $schema, shared, profiles };
}

function evented(events: [type: string, frame: number, at: unknown][], unit = 'milliseconds'): object {
  const list = events.map(([type, frame, at]) => ({ type, frame, at }));
  return { type: 'evented', name: 'main', unit, startValue: 0, endValue: 10, events: list };
}

function sampled(samples: unknown[], weights: unknown[], unit = 'none', name = 'main'): object {
  return { type: 'sampled', name, unit, startValue: 0, endValue: 1, samples, weights };
}

describe('reading speedscope files', () => {
  it('reads one of py-spy: a thread a profile, in microseconds', () => {
    const profile = read(fixture('py-spy.speedscope.json'));
    assert.deepEqual([profile.format, profile.unit, profile.threads.length], ['speedscope', 'microseconds', 2]);
    assert.match(profile.threads[1]?.name ?? '', /worker/);
    const sum = profile.threads.map(({ tree }) => Math.round(tree.self.reduce((total, self) => total + self, 0)));
    assert.deepEqual(sum, [680_000, 500_000]);
    assert.ok(
      Object.keys(stacksOf(profile.threads[0]!)).some((stack) => /work \(fetch\.py/.test(stack) || /work/.test(stack)),
    );
  });

  it('reads evented profiles: time belongs to the innermost open frame', () => {
    const profile = read(
      file(
        evented([
          ['O', 0, 0],
          ['O', 1, 2],
          ['C', 1, 5],
          ['O', 2, 5],
          ['C', 2, 6],
          ['C', 0, 9],
        ]),
      ),
    );
    assert.deepEqual(threadsOf(profile), { main: { a: 5000, 'a;b': 3000, 'a;c': 1000 } });
    assert.deepEqual(profile.threads[0]?.tree.frames[1], { name: 'b', file: 'x.c', line: 3, column: 9 });
  });

  it('closes what is left open at the end, and counts events that do not fit', () => {
    const profile = read(
      file(
        evented([
          ['C', 2, 0],
          ['O', 0, 0],
          ['O', 1, 4],
          ['C', 0, 6],
          ['O', 7, 7],
          ['O', 2, 8],
          ['C', 2, 'x'],
        ]),
      ),
    );
    assert.deepEqual(threadsOf(profile), { main: { a: 4000, 'a;b': 2000, c: 2000 } });
    assert.ok(
      profile.lost.some((note) => note.startsWith('4 events do not fit')),
      profile.lost.join(),
    );
  });

  it('reads sampled profiles; whole weights without a unit are samples', () => {
    const profile = read(file(sampled([[0, 1], [0], [0, 1]], [2, 1, 3])));
    assert.deepEqual([profile.unit, threadsOf(profile)], ['samples', { main: { 'a;b': 5, a: 1 } }]);
    assert.equal(read(file(sampled([[0]], [0.5]))).unit, 'count');
  });

  it('leaves out and counts samples without a stack, a frame or a weight', () => {
    const profile = read(file(sampled([[0], [], [9], ['__proto__'], [1], [1], 5], [1, 1, 1, 1, null, -1, 1])));
    assert.deepEqual(threadsOf(profile), { main: { a: 1 } });
    assert.ok(
      profile.lost.some((note) => note.startsWith('6 samples have no stack')),
      profile.lost.join(),
    );
  });

  it('reads what counts the same as the profile shown first, and names the others', () => {
    const profiles = [
      sampled([[0]], [7], 'bytes', 'heap'),
      sampled([[1]], [2], 'seconds', 'cpu'),
      sampled([[2]], [5], 'milliseconds', 'io'),
    ];
    const profile = read({ ...file(...profiles), activeProfileIndex: 1 });
    assert.deepEqual([profile.unit, threadsOf(profile)], ['microseconds', { cpu: { b: 2e6 }, io: { c: 5000 } }]);
    assert.ok(profile.lost.some((note) => note.startsWith('1 profiles of the file count something else')));
  });

  const refused: [name: string, content: unknown, code: string][] = [
    ['no frames', { $schema, profiles: [] }, 'PROFILE_BROKEN'],
    ['no profiles', { $schema, shared }, 'PROFILE_BROKEN'],
    ['an empty list of profiles', file(), 'PROFILE_EMPTY'],
    ['no weight', file(sampled([[0]], [0])), 'PROFILE_EMPTY'],
    ['a unit that nobody knows', file(sampled([[0]], [1], '__proto__')), 'PROFILE_BROKEN'],
    ['only frames that are not there', file(sampled([[8]], [1])), 'PROFILE_BROKEN'],
    ['half a file', JSON.stringify(file(sampled([[0]], [1]))).slice(0, 90), 'PROFILE_BROKEN'],
    ['a stack of a million frames', file(sampled([new Array(1_000_000).fill(0)], [1])), 'PROFILE_TOO_LARGE'],
    [
      'a million frames opened',
      file(evented(Array.from({ length: 1_000_000 }, (_, at) => ['O', 0, at]))),
      'PROFILE_TOO_LARGE',
    ],
    ['20,000 profiles', file(...Array.from({ length: 20_000 }, () => sampled([[0]], [1]))), 'PROFILE_TOO_LARGE'],
  ];
  for (const [name, content, code] of refused) {
    it(`refuses ${name}`, () => assert.equal(errorOf(content).code, code));
  }

  it('searches no deep stack for events that close nothing', () => {
    const deep = Array.from({ length: 100_000 }, (_, at): [string, number, number] => ['O', 0, at]);
    const ends = Array.from({ length: 300_000 }, (): [string, number, number] => ['C', 1, 1e5]);
    const before = process.cpuUsage();
    read(file(evented([...deep, ...ends])));
    assert.ok(process.cpuUsage(before).user < 8e6);
  });
});
