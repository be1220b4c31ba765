import assert from 'node:assert/strict';
import { exportProfile, type ExportFormat, toFolded, toSpeedscope } from '../../../src/profile/export.ts';
import { readProfile } from '../../../src/profile/formats/index.ts';
import { hotFrames } from '../../../src/profile/hotFrames.ts';
import type { Profile } from '../../../src/profile/model.ts';
import { ProfileError } from '../../../src/profile/errors.ts';
import { mergeTrees } from '../../../src/profile/tree.ts';
import { fixture, stacksOf, threadsOf } from './formats/reading.ts';
import { profileOf, script } from './trees.ts';

const recorded = profileOf([
  [[script('main', 'file:///a b.js', 3), script('writeSync', 'node:fs', 900), 'writeBuffer'], 120.5],
  [['(idle)'], 1000],
  [[script('main', 'file:///a b.js', 3)], 7],
  [['(garbage collector)'], 30],
]);

function again(profile: Profile, format: ExportFormat): Profile {
  return readProfile(Buffer.from(exportProfile(profile, format, 'x')), 'x');
}

describe('exporting a profile', () => {
  for (const format of ['folded', 'cpuprofile', 'speedscope'] as const) {
    it(`as ${format} loses no weight, name, place or category`, () => {
      const before = hotFrames(recorded);
      assert.deepEqual(hotFrames(again(recorded, format)), before);
      assert.equal(before.frames.length, 3);
    });
  }

  it('keeps what native stacks say: kernel marks, array types, names with semicolons', () => {
    const native = profileOf(
      [
        [['_start', '<[u8; 8]>::x', { name: 'do_syscall_64', file: '[kernel.kallsyms]' }], 3],
        [['_start', 'f(a;b)'], 2],
      ],
      'folded',
    );
    assert.equal(toFolded(native), '_start;<[u8; 8]>::x;do_syscall_64_[k] 3\n_start;f(a:b) 2\n');
    assert.deepEqual(hotFrames(again(native, 'folded')).frames[0]?.file, '[kernel.kallsyms]');
  });

  it('gives weights that are no times a length in a CPU profile', () => {
    const counted = again(
      {
        ...profileOf([
          [['main'], 3],
          [['main', 'f'], 1.5],
        ]),
        unit: 'samples',
      },
      'cpuprofile',
    );
    assert.deepEqual(
      hotFrames(counted).frames.map(({ self }) => self),
      [3000, 1500],
    );
  });

  it('as speedscope: frames shared, a profile a thread, weights that add up', () => {
    const value = toSpeedscope(
      { ...recorded, threads: [...recorded.threads, ...profileOf([[['x'], 5]]).threads] },
      'title',
    );
    const file = value as {
      $schema: string;
      shared: { frames: { name: string }[] };
      profiles: { type: string; unit: string; samples: number[][]; weights: number[]; endValue: number }[];
    };
    assert.equal(file.$schema, 'https://www.speedscope.app/file-format-schema.json');
    assert.equal(file.profiles.length, 2);
    const [first, second] = file.profiles;
    assert.deepEqual([first?.type, first?.unit, first?.endValue], ['sampled', 'microseconds', 1157.5]);
    assert.deepEqual(
      second?.samples[0]?.map((frame) => file.shared.frames[frame]?.name),
      ['x'],
    );
    for (const { samples, weights } of file.profiles) assert.equal(samples.length, weights.length);
  });

  for (const name of ['go-cpu.pb.gz', 'firefox.json.gz', 'py-spy.speedscope.json']) {
    it(`as speedscope keeps every thread, stack and weight of ${name}`, () => {
      const profile = readProfile(fixture(name), name);
      const read = again(profile, 'speedscope');
      assert.equal(read.unit, profile.unit);
      assert.deepEqual(threadsOf(read), threadsOf(profile));
    });

    it(`as a CPU profile keeps every stack and weight of ${name}`, () => {
      const profile = readProfile(fixture(name), name);
      const merged = mergeTrees(profile.threads.map(({ tree }) => tree));
      assert.deepEqual(stacksOf(again(profile, 'cpuprofile').threads[0]!), stacksOf({ tree: merged }));
    });
  }

  it('refuses to write a hundred thousand deep stacks again and again', () => {
    const frames = Array.from({ length: 20_000 }, () => 'f');
    const [thread] = profileOf([[frames, 1]]).threads;
    const profile: Profile = {
      ...recorded,
      threads: [{ ...thread!, tree: { ...thread!.tree, self: thread!.tree.self.fill(1) } }],
    };
    assert.throws(
      () => exportProfile(profile, 'folded', 'x'),
      (error) => error instanceof ProfileError && error.code === 'PROFILE_TOO_LARGE',
    );
  });
});
