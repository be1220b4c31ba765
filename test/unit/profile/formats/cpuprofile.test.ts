import assert from 'node:assert/strict';
import { ProfileError } from '../../../../src/profile/errors.ts';
import { readProfile } from '../../../../src/profile/formats/index.ts';
import type { Profile } from '../../../../src/profile/model.ts';
import { stackOf } from '../../../../src/profile/tree.ts';

interface NodeSpec {
  id: number;
  name: string;
  url?: string;
  line?: number;
  column?: number;
  children?: number[];
  hitCount?: number;
  parent?: number;
}

function node({ id, name, url = '', line = -1, column = -1, children, hitCount = 0, parent }: NodeSpec): object {
  const callFrame = { functionName: name, scriptId: '0', url, lineNumber: line, columnNumber: column };
  return { id, callFrame, hitCount, ...(children && { children }), ...(parent !== undefined && { parent }) };
}

function read(value: unknown): Profile {
  return readProfile(Buffer.from(JSON.stringify(value)), 'x.cpuprofile');
}

/** Stacks with weight, as text. */
function stacks(profile: Profile): Record<string, number> {
  const result: Record<string, number> = {};
  for (const { tree } of profile.threads) {
    tree.self.forEach((weight, index) => {
      const text = stackOf(tree, index)
        .map((frame) => frame.name)
        .join(';');
      if (weight > 0) result[text] = weight;
    });
  }
  return result;
}

const nodes = [
  node({ id: 1, name: '(root)', children: [7, 40, 3] }),
  node({ id: 7, name: 'main', url: 'file:///app.js', line: 0, column: 4, children: [90] }),
  node({ id: 90, name: 'write', line: -1 }),
  node({ id: 40, name: '(idle)' }),
  node({ id: 3, name: '(garbage collector)' }),
];

function failsWith(code: string, value: unknown): void {
  assert.throws(
    () => read(value),
    (error) => error instanceof ProfileError && error.code === code && error.hint.length > 0,
  );
}

describe('reading .cpuprofile', () => {
  it('weighs a sample with the delta of the next one, the last with what is left until the end', () => {
    const profile = read({
      nodes,
      startTime: 1000,
      endTime: 2000,
      samples: [7, 90, 40, 3],
      timeDeltas: [500, 10, 20, 100],
    });
    assert.deepEqual(stacks(profile), { main: 10, 'main;write': 20, '(idle)': 100, '(garbage collector)': 370 });
    assert.equal(profile.unit, 'microseconds');
    assert.equal(profile.threads[0]?.samples, 4);
  });

  it('counts lines and columns from 1, and gives bindings and meta frames neither', () => {
    const profile = read({ nodes, startTime: 0, endTime: 9, samples: [90], timeDeltas: [1] });
    const frames = profile.threads[0]?.tree.frames ?? [];
    assert.deepEqual(
      frames.find(({ name }) => name === 'main'),
      { name: 'main', file: 'file:///app.js', line: 1, column: 5 },
    );
    assert.deepEqual(
      frames.find(({ name }) => name === 'write'),
      { name: 'write' },
    );
    assert.ok(!frames.some(({ name }) => name === '(root)'));
  });

  it('sorts samples that are out of order in time, and says so', () => {
    const profile = read({ nodes, startTime: 0, endTime: 15, samples: [7, 40, 90, 3], timeDeltas: [0, 10, -5, 6] });
    // On the clock: main 0, write 5, idle 10, collector 11, end 15.
    assert.deepEqual(stacks(profile), { main: 5, 'main;write': 5, '(idle)': 1, '(garbage collector)': 4 });
    assert.ok(profile.lost.some((text) => text.includes('out of order')));
  });

  it('never gives a negative weight when the end lies before the last sample', () => {
    const profile = read({ nodes, startTime: 0, endTime: 5, samples: [7, 90], timeDeltas: [0, 10] });
    assert.deepEqual(stacks(profile), { main: 10 });
  });

  it('counts samples where there are no times, hits where there are no samples', () => {
    const counted = read({ nodes, startTime: 0, endTime: 5, samples: [7, 90, 90] });
    assert.deepEqual([stacks(counted), counted.unit], [{ main: 1, 'main;write': 2 }, 'samples']);
    const hits = read({ nodes: [node({ id: 5, name: 'f', hitCount: 3 })], startTime: 0, endTime: 5 });
    assert.deepEqual([stacks(hits), hits.unit, hits.threads[0]?.samples], [{ f: 3 }, 'samples', 3]);
    assert.ok(hits.lost.some((text) => text.includes('hit counts')));
  });

  it('reads nodes that name their parent instead of their children', () => {
    const profile = read({
      nodes: [
        node({ id: 1, name: '(root)' }),
        node({ id: 2, name: 'a', parent: 1 }),
        node({ id: 9, name: 'b', parent: 2 }),
      ],
      startTime: 0,
      endTime: 5,
      samples: [9],
      timeDeltas: [0],
    });
    assert.deepEqual(stacks(profile), { 'a;b': 5 });
  });

  it('reads the old form: nested head, absolute timestamps, lines from 1', () => {
    const head = {
      functionName: '(root)',
      url: '',
      lineNumber: 0,
      columnNumber: 0,
      hitCount: 0,
      id: 1,
      children: [
        { functionName: 'f', url: 'http://x/a.js', lineNumber: 7, columnNumber: 2, hitCount: 2, id: 4, children: [] },
      ],
    };
    const profile = read({ head, startTime: 10, endTime: 11, samples: [4, 4, 4], timestamps: [1000, 1400, 1900] });
    assert.deepEqual(stacks(profile), { f: 900 });
    assert.deepEqual(profile.threads[0]?.tree.frames[0], { name: 'f', file: 'http://x/a.js', line: 7, column: 2 });
  });

  it('merges nodes that are one function, and names nameless ones', () => {
    const profile = read({
      nodes: [
        node({ id: 1, name: '(root)', children: [2, 3] }),
        node({ id: 2, name: '', url: 'a.js', line: 3, column: 1 }),
        node({ id: 3, name: '', url: 'a.js', line: 3, column: 1 }),
      ],
      startTime: 0,
      endTime: 30,
      samples: [2, 3],
      timeDeltas: [0, 10],
    });
    assert.deepEqual(stacks(profile), { '(anonymous)': 30 });
    assert.equal(profile.threads[0]?.tree.parent.length, 1);
  });

  it('reads a stack 100,000 deep', () => {
    const depth = 100_000;
    const deep = Array.from({ length: depth }, (_, index) =>
      node({
        id: index + 1,
        name: `f${index % 7}`,
        url: 'a.js',
        line: index,
        children: index + 1 < depth ? [index + 2] : [],
      }),
    );
    const profile = read({ nodes: deep, startTime: 0, endTime: 4, samples: [depth], timeDeltas: [0] });
    assert.equal(profile.threads[0]?.tree.parent.length, depth);
  });

  it('leaves out samples of nodes that are not there, and says so', () => {
    const profile = read({ nodes, startTime: 0, endTime: 30, samples: [7, 5555], timeDeltas: [0, 10] });
    assert.deepEqual(stacks(profile), { main: 10 });
    assert.ok(profile.lost.some((text) => text.includes('not there')));
  });

  it('refuses what is damaged or empty', () => {
    const times = { startTime: 0, endTime: 1, samples: [1], timeDeltas: [0] };
    failsWith('PROFILE_BROKEN', { nodes: [node({ id: 1, name: 'a', children: [2] })], ...times });
    failsWith('PROFILE_BROKEN', {
      nodes: [node({ id: 1, name: 'a', children: [2] }), node({ id: 2, name: 'b', children: [1] })],
      ...times,
    });
    failsWith('PROFILE_BROKEN', {
      nodes: [node({ id: 1, name: 'r', children: [2] }), node({ id: 2, name: 'b', children: [2] })],
      ...times,
    });
    failsWith('PROFILE_BROKEN', { nodes: [null], ...times });
    failsWith('PROFILE_BROKEN', { nodes, ...times, samples: ['x'] });
    failsWith('PROFILE_BROKEN', { nodes, ...times, samples: [77] });
    failsWith('PROFILE_EMPTY', { nodes: [], startTime: 0, endTime: 1 });
    failsWith('PROFILE_EMPTY', { nodes, startTime: 0, endTime: 1, samples: [], timeDeltas: [] });
  });
});
