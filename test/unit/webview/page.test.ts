import assert from 'node:assert/strict';
import { fingerprint, heaviestThread } from '../../../src/webview/identity.ts';
import { fitLabel } from '../../../src/webview/label.ts';
import type { ProfileModel, ThreadHead } from '../../../src/webview/messages.ts';
import { hasSource } from '../../../src/webview/source.ts';
import { initialState, readState, type PageState } from '../../../src/webview/state.ts';

describe('page state', () => {
  it('comes back as it was saved', () => {
    const state: PageState = {
      ...initialState,
      profile: 'x',
      view: 'sandwich',
      look: { zoom: 4, range: { from: 0.25, to: 0.5 } },
      visible: { fromUs: 5, toUs: 10 },
      chosen: { fromUs: 6, toUs: 7 },
      selected: -1,
      focus: 3,
      colour: 'heat',
      sorting: { key: 'name', isAscending: true },
      search: 'mem',
      isRegex: true,
      isTreeShown: true,
      showIdle: true,
    };
    assert.deepEqual(readState(JSON.parse(JSON.stringify(state))), state);
  });

  it('is as in the beginning where it makes no sense', () => {
    for (const saved of [
      undefined,
      null,
      'x',
      7,
      {},
      { look: { zoom: 1, range: { from: 0.5, to: 0.5 } }, thread: -3, search: 4, selected: 1.5 },
      { view: 'x', colour: 4, visible: { fromUs: 2, toUs: 1 } },
    ]) {
      assert.deepEqual(readState(saved), initialState);
    }
  });
});

describe('label', () => {
  const measure = (text: string): number => text.length * 6;

  it('is whole where there is room', () => {
    assert.equal(fitLabel('readFile', 48, measure), 'readFile');
  });

  it('is cut where there is not', () => {
    assert.equal(fitLabel('readFile', 47, measure), 'readFi…');
    assert.equal(fitLabel('readFile', 18, measure), 're…');
    assert.equal(fitLabel('x'.repeat(10_000), 60, measure), `${'x'.repeat(9)}…`);
  });

  it('is left out below two letters', () => {
    assert.equal(fitLabel('readFile', 17, measure), '');
    assert.equal(fitLabel('', 50, measure), '');
  });
});

describe('source', () => {
  it('is looked for on disk only', () => {
    for (const file of [
      'file:///app/main.js',
      '/app/main.ts',
      'C:\\app\\main.cs',
      'file:///C:/app/main.js',
      'src/main.rs',
    ]) {
      assert.ok(hasSource({ file }), file);
    }
    for (const file of [
      undefined,
      'node:fs',
      'https://host/a.js',
      'wasm://wasm/1',
      '[kernel.kallsyms]',
      '/lib/libc.so',
    ]) {
      assert.ok(!hasSource(file === undefined ? {} : { file }), file);
    }
  });
});

describe('identity of a profile', () => {
  const thread = (name: string, nodes: number, busy: number): ThreadHead => ({
    name,
    samples: 1,
    nodes,
    busy,
    timed: 0,
  });
  const profile = (...threads: ThreadHead[]): ProfileModel => ({
    title: 'x.cpuprofile',
    unit: 'microseconds',
    threads,
    hotFrames: [],
    total: 1,
    idle: 0,
    gate: [],
    counters: [],
    lost: [],
  });

  it('shows the busiest thread first, not the one that waits longest', () => {
    assert.equal(heaviestThread(profile(thread('a', 2, 5), thread('b', 1, 7))), 1);
    assert.equal(heaviestThread(profile()), 0);
  });

  it('differs where the trees do', () => {
    assert.equal(fingerprint(profile(thread('a', 1, 5))), fingerprint(profile(thread('b', 1, 5))));
    assert.notEqual(fingerprint(profile(thread('a', 1, 5))), fingerprint(profile(thread('a', 2, 5))));
  });
});
