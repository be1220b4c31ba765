import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readProfile } from '../../src/profile/formats/index.ts';
import type { FragmentSpan } from '../../src/profile/timeline.ts';
import { ADDED_KEY, packTimeline } from '../../src/profile/timelineFile.ts';
import { flamegraphMessages } from '../../src/shell/flamegraphModel.ts';
import type { HostMessage } from '../../src/webview/messages.ts';
import { launchBrowser } from '../host/browser.ts';
import { Ending } from '../host/ending.ts';
import { slotOf, spanOf } from '../unit/profile/timelines.ts';
import { openFlamegraphPage, type OpenPage } from './flamegraphPage.ts';

const screenshots = join(import.meta.dirname, '../../.vscode-test/screenshots');
const SAMPLES = 200;
const SAMPLE_US = 10_000;
/** The timeline began before the profile. */
const EARLIER_US = 20_000;

/** Two seconds: four fragments, half a second each; `write` is at work in the second one, `parse` else. */
function messages(): HostMessage[] {
  const node = (id: number, functionName: string, children: number[] = []) => {
    return { id, children, callFrame: { functionName, url: 'app.js', lineNumber: 1, columnNumber: 1 } };
  };
  const spans: FragmentSpan[] = [0, 1, 2, 3].map((index) =>
    spanOf(index, index * 500 + EARLIER_US / 1000, { connectMs: 50, firstByteMs: 150, bodyMs: 250, writeMs: 40 }),
  );
  const slots = Array.from({ length: 41 }, (_, at) => slotOf((at + 1) * 50, { origin: 30, cpu: 20 }, 5, 1e6));
  const timeline = {
    schema: 1,
    originUs: 7_000_000 - EARLIER_US,
    slots,
    fragments: spans,
    omittedFragments: 0,
  } as const;
  const profile = {
    nodes: [node(1, '(root)', [2, 3]), node(2, 'parse'), node(3, 'write')],
    startTime: 7_000_000,
    endTime: 7_000_000 + SAMPLES * SAMPLE_US,
    samples: Array.from({ length: SAMPLES }, (_, at) => (at >= 50 && at < 100 ? 3 : 2)),
    timeDeltas: Array.from({ length: SAMPLES }, (_, at) => (at === 0 ? 0 : SAMPLE_US)),
    [ADDED_KEY]: { lost: [], timeline: packTimeline(timeline) },
  };
  const read = readProfile(Buffer.from(JSON.stringify(profile)), 'engine.cpuprofile');
  return [...flamegraphMessages(read, 'engine.cpuprofile', [])];
}

describe('timeline of the flamegraph page', () => {
  const ending = new Ending();
  let opened: OpenPage;
  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    opened = await openFlamegraphPage(await launchBrowser(ending), { theme: 'dark', width: 1200, height: 900 });
  });
  beforeEach(async () => {
    // What lies under the pointer is told in place of what is shown.
    await opened.page.mouse.move(0, 0);
    await opened.send(...messages());
  });
  after(async () => {
    await opened[Symbol.asyncDispose]();
    await ending.finish();
  });
  afterEach(() => {
    assert.deepEqual(opened.complaints, []);
    const defects = opened.told.filter(({ type }) => type === 'defect');
    assert.deepEqual(defects, []);
  });

  const pane = (name: string) => opened.page.getByRole('region', { name, exact: true });
  /** What changes the time is drawn with the next frame. */
  const textOf = async (locator: ReturnType<typeof pane>) => {
    await opened.page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    return ((await locator.textContent()) ?? '').replaceAll('\u202f', ' ');
  };
  const chosen = () => textOf(opened.page.locator('#chosen'));

  it('says what the time went to, and what idle time waited for', async () => {
    assert.equal(
      await textOf(pane('Timeline').locator('.sentence')),
      'Limited by origin’s first byte · CPU 40.0 % · idle 60.0 %, waiting for origin’s first byte 60.0 %',
    );
    assert.match(await textOf(pane('Fragments').locator('.legend')), /^connectingfirst bytebodywrite$/);
    await opened.page.screenshot({ path: join(screenshots, 'timeline.png') });
  });

  it('chooses the samples of a fragment that is clicked, and lets them go', async () => {
    const canvas = pane('Fragments').locator('canvas');
    // The second row; anywhere in it.
    await canvas.click({ position: { x: 900, y: 10 } });
    assert.match(
      await textOf(pane('Fragments').locator('.sentence')),
      /^Fragment 2 · .* first byte 150 ms · body 250 ms/,
    );
    assert.match(await chosen(), /^500 ms – 950 ms/);
    await opened.page.keyboard.press('2');
    const tree = opened.page.locator('.graph canvas:visible').first();
    await tree.press('ArrowDown');
    await tree.press('ArrowDown');
    assert.match(await textOf(opened.page.locator('#spoken')), /^write, .*450 ms, 100 %/);
    await opened.page.screenshot({ path: join(screenshots, 'timeline-fragment.png') });
    await canvas.click({ position: { x: 900, y: 10 } });
    assert.equal(await chosen(), '');
  });

  it('is walked with the keyboard', async () => {
    const canvas = pane('Fragments').locator('canvas');
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown']) await canvas.press(key);
    assert.match(await chosen(), /^1\.000? s – 1\.45/);
    await canvas.press('ArrowUp');
    assert.match(await chosen(), /^500 ms – 950 ms/);
    await canvas.press('Escape');
    assert.equal(await chosen(), '');
    for (const key of ['+', '+', '+', '+']) await canvas.press(key);
    assert.match(await textOf(pane('Fragments').locator('.sentence')), /^[12] of 4$/);
    await canvas.press('Home');
    assert.equal(await textOf(pane('Fragments').locator('.sentence')), '4 of 4');
    const lanes = pane('Timeline').locator('canvas');
    for (const key of ['+', '+', 'Enter']) await lanes.press(key);
    assert.match(await chosen(), /^5\d\d ms – 1\.4\d* s/);
    await lanes.press('Escape');
    assert.equal(await chosen(), '');
    await lanes.press('Home');
  });

  it('chooses any time by dragging over the lanes', async () => {
    const box = await pane('Timeline').locator('canvas').boundingBox();
    assert.ok(box);
    const { mouse } = opened.page;
    await mouse.move(box.x + box.width / 4, box.y + 20);
    await mouse.down();
    await mouse.move(box.x + box.width / 2, box.y + 20, { steps: 4 });
    await mouse.up();
    assert.match(await chosen(), /^4\d\d(\.\d)? ms – 1?\.?\d+/);
    await mouse.click(box.x + 10, box.y + 20);
    assert.equal(await chosen(), '');
  });

  it('is folded away, and still is when the page comes back', async () => {
    const toggle = pane('Timeline').getByRole('button', { name: 'Timeline' });
    await toggle.click();
    await opened.page.reload();
    await opened.send(...messages());
    assert.equal(await toggle.getAttribute('aria-expanded'), 'false');
    assert.ok(await pane('Timeline').locator('canvas').isHidden());
    await toggle.click();
    assert.ok(await pane('Timeline').locator('canvas').isVisible());
    assert.ok(await pane('Fragments').locator('canvas').isVisible());
  });
});
