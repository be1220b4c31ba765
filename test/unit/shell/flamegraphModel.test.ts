import assert from 'node:assert/strict';
import { readProfile } from '../../../src/profile/formats/index.ts';
import { unpackTree } from '../../../src/profile/packedThread.ts';
import { readUserRules } from '../../../src/profile/userRules.ts';
import { flamegraphMessages, gateReadings } from '../../../src/shell/flamegraphModel.ts';
import { flamegraphPage } from '../../../src/shell/flamegraphPage.ts';
import type { HostMessage, ProfileModel } from '../../../src/webview/messages.ts';

function messagesOf(content: string, name = 'x.folded'): HostMessage[] {
  return [...flamegraphMessages(readProfile(new TextEncoder().encode(content), name), name, [])];
}

function modelOf(...folded: string[]): ProfileModel {
  const [first] = messagesOf(folded.join('\n'));
  assert.equal(first?.type, 'profile');
  return first.profile;
}

describe('model of the flamegraph page', () => {
  it('lists the hot frames and the threads', () => {
    const model = modelOf('main;malloc 30', 'main;work 60', 'main;work;read 10', '(idle) 5');
    assert.deepEqual(
      model.hotFrames.map(({ name, self }) => [name, self]),
      [
        ['work', 60],
        ['malloc', 30],
        ['read', 10],
      ],
    );
    assert.equal(model.total, 105);
    assert.deepEqual(model.threads, [{ name: 'all', samples: 4, nodes: 5, busy: 100, timed: 0 }]);
  });

  it('is judged as told, in the head and in every thread', () => {
    const profile = readProfile(new TextEncoder().encode('_start;main;work 60'), 'x.folded');
    const rules = readUserRules([{ pattern: '^work$', category: 'crypto' }]);
    const [head, thread] = [...flamegraphMessages(profile, 'x', [], { rules, suspects: ['crypto'] })];
    assert.ok(head?.type === 'profile' && thread?.type === 'thread');
    assert.deepEqual([head.profile.hotFrames[0]?.category, head.profile.gate[0]?.answer], ['crypto', 'crypto']);
    assert.ok(thread.stacks.decisions.list.some(({ category }) => category === 'crypto'));
  });

  it('sends stacks and times as arrays, in pieces, the busiest thread first', () => {
    const frames = [{ name: 'a' }, { name: 'b', file: '/x.js', line: 3 }];
    const sampled = (count: number, name: string): unknown => ({
      type: 'evented',
      name,
      unit: 'microseconds',
      startValue: 0,
      endValue: count,
      events: [
        { type: 'O', frame: 0, at: 0 },
        { type: 'O', frame: 1, at: 1 },
        { type: 'C', frame: 1, at: 2 },
        { type: 'C', frame: 0, at: count },
      ],
    });
    const $schema = 'https://www.speedscope.app/file-format-schema.json';
    const file = { $schema, shared: { frames }, profiles: [sampled(10, 'short'), sampled(90, 'long')] };
    const messages = messagesOf(JSON.stringify(file), 'x.json');
    assert.deepEqual(
      messages.map((message) =>
        message.type === 'thread' || message.type === 'times' ? [message.type, message.thread] : message.type,
      ),
      ['profile', ['thread', 1], ['times', 1], ['thread', 0], ['times', 0]],
    );
    const [, stacks, times] = messages;
    assert.ok(stacks?.type === 'thread' && times?.type === 'times');
    assert.equal(stacks.stacks.decisions.of.length, 2);
    assert.deepEqual(unpackTree(stacks.stacks).frames, frames);
    assert.deepEqual([...times.times.startUs], [0, 1, 2]);
    assert.deepEqual([...times.times.endUs], [1, 2, 90]);
    // The node that an array is of goes with the array: no object for each of them.
    assert.ok(Object.values(stacks.stacks.frames).every((value) => ArrayBuffer.isView(value)));
  });

  it('states the gate in both readings', () => {
    const gate = modelOf('main;malloc 30', 'main;work 70').gate;
    assert.deepEqual(
      gate.map(({ name, hit, answer }) => [name, hit, answer]),
      [
        ['Literal', true, 'allocator'],
        ['Owned', true, '30.0 %'],
      ],
    );
    assert.equal(
      gate[0]?.sentence,
      'By their own names, 1 of the 10 frames with the most self time is suspect (allocator): malloc.',
    );
    assert.match(
      gate[1]?.sentence ?? '',
      /^By whole stacks, allocator stands among the 10 heaviest; .* 30\.0 % of the/,
    );
  });

  it('says no where there is nothing', () => {
    const readings = gateReadings({
      top: 10,
      metric: 'self',
      suspects: ['allocator', 'gc'],
      literal: { hit: false, frames: [], suspects: [] },
      owned: { hit: false, share: 0.004, categories: [], suspects: [] },
      evidence: { literal: [], owned: [] },
    });
    assert.deepEqual(
      readings.map(({ hit, answer }) => [hit, answer]),
      [
        [false, ''],
        [false, ''],
      ],
    );
    assert.match(readings[0]?.sentence ?? '', /the 10 frames with the most self time is allocator or gc\.$/);
    assert.match(readings[1]?.sentence ?? '', /no suspected category .* 0\.4 %/);
  });
});

describe('flamegraph page', () => {
  const html = flamegraphPage({ nonce: 'abc', cspSource: 'vscode-resource:', scriptUri: 'x.js', styleUri: 'x.css' });

  it('loads its own script and style and nothing else', () => {
    assert.match(html, /default-src 'none'; script-src 'nonce-abc'; style-src vscode-resource:/);
    assert.doesNotMatch(html, /unsafe|style=|<style|\son\w+=/);
    assert.deepEqual(
      [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address),
      ['x.css', 'x.js'],
    );
  });
});
