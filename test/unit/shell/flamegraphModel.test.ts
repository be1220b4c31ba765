import assert from 'node:assert/strict';
import { readProfile } from '../../../src/profile/formats/index.ts';
import { flamegraphModel, gateReadings } from '../../../src/shell/flamegraphModel.ts';
import { flamegraphPage } from '../../../src/shell/flamegraphPage.ts';
import type { ProfileModel } from '../../../src/webview/messages.ts';

function modelOf(...folded: string[]): ProfileModel {
  return flamegraphModel(readProfile(new TextEncoder().encode(folded.join('\n')), 'x.folded'), 'x.folded', []);
}

describe('model of the flamegraph page', () => {
  it('decides for every node, and lists the hot frames', () => {
    const model = modelOf('main;malloc 30', 'main;work 60', 'main;work;read 10');
    const [thread] = model.threads;
    assert.equal(thread?.decisions.of.length, thread?.tree.parent.length);
    assert.deepEqual(
      model.hotFrames.map(({ name, self }) => [name, self]),
      [
        ['work', 60],
        ['malloc', 30],
        ['read', 10],
      ],
    );
    assert.equal(model.total, 100);
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
