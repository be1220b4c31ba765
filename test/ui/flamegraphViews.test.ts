import assert from 'node:assert/strict';
import type { Browser, Locator } from 'playwright-core';
import { readProfile } from '../../src/profile/formats/index.ts';
import { flamegraphMessages } from '../../src/shell/flamegraphModel.ts';
import type { HostMessage, PageMessage } from '../../src/webview/messages.ts';
import { launchBrowser } from '../host/browser.ts';
import { Ending } from '../host/ending.ts';
import { inBrowser, openFlamegraphPage, type OpenPage } from './flamegraphPage.ts';

/** Calls of a thread over 100 ms: `main` from 0 to 60 and from 80 to 100, in it `read`, `write` with `copy`, and `read` again. */
const CALLS: readonly [type: 'O' | 'C', frame: number, at: number][] = [
  ['O', 0, 0],
  ['O', 1, 0],
  ['C', 1, 30],
  ['O', 2, 30],
  ['O', 3, 40],
  ['C', 3, 60],
  ['C', 2, 60],
  ['C', 0, 60],
  ['O', 0, 80],
  ['O', 1, 80],
  ['C', 1, 100],
  ['C', 0, 100],
];
const FRAMES = [{ name: 'main' }, { name: 'read', file: '/app/read.js', line: 4 }, { name: 'write' }, { name: 'copy' }];

function timedProfile(): HostMessage[] {
  const events = CALLS.map(([type, frame, at]) => ({ type, frame, at }));
  const profile = { type: 'evented', name: 'worker', unit: 'milliseconds', startValue: 0, endValue: 100, events };
  const $schema = 'https://www.speedscope.app/file-format-schema.json';
  return messagesOf(JSON.stringify({ $schema, shared: { frames: FRAMES }, profiles: [profile] }), 'timed.json');
}

function messagesOf(text: string, name: string): HostMessage[] {
  return [...flamegraphMessages(readProfile(new TextEncoder().encode(text), name), name, [])];
}

const OUTLINE = inBrowser<unknown, string>('return getComputedStyle(argument).outlineStyle;');

describe('views of the flamegraph page', () => {
  const ending = new Ending();
  let browser: Browser;
  let opened: OpenPage;

  before(async () => {
    browser = await launchBrowser(ending);
  });

  beforeEach(async () => {
    opened = await openFlamegraphPage(browser, { theme: 'light', width: 1000, height: 800 });
  });

  afterEach(async () => {
    const { complaints, told } = opened;
    await opened[Symbol.asyncDispose]();
    assert.deepEqual(complaints, []);
    assert.deepEqual(
      told.filter(({ type }) => type === 'defect'),
      [],
    );
  });

  after(() => ending.finish());

  const text = async (id: string): Promise<string> =>
    ((await opened.page.locator(`#${id}`).textContent()) ?? '').replaceAll('\u202f', ' ');
  const canvas = (): Locator => opened.page.locator('.graph canvas:visible').first();
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await opened.page.keyboard.press(key);
  };
  const chosenView = (): Promise<string | null> =>
    opened.page.locator('#views [aria-checked="true"]').getAttribute('data-view');
  const told = async <T extends PageMessage['type']>(type: T): Promise<Extract<PageMessage, { type: T }>> => {
    const find = (): PageMessage | undefined => opened.told.findLast((message) => message.type === type);
    while (find() === undefined) await opened.page.evaluate('new Promise(requestAnimationFrame)');
    return find() as Extract<PageMessage, { type: T }>;
  };

  it('begins with time where there are times, and says when a call was', async () => {
    await opened.send(...timedProfile());
    assert.equal(await chosenView(), 'chart');
    await canvas().focus();
    await press('ArrowDown', 'ArrowDown');
    assert.match((await text('spoken')).replaceAll('\u202f', ' '), /^main, 60\.0 ms at 0 \S+, .* level 1$/);
    await press('ArrowDown', 'ArrowRight', 'Enter');
    assert.match(await text('status'), /^write.*this call 30\.0 ms at 30 ms/);
    assert.equal(await text('path'), 'All›main›write');
    await press('Home');
    assert.equal(await text('path'), 'All');
  });

  it('says so where there are none, and begins with the flamegraph', async () => {
    await opened.send(...messagesOf('main;work 3', 'x.folded'));
    assert.equal(await chosenView(), 'flame');
    await opened.page.locator('[data-view="chart"]').click();
    await opened.page.getByText('does not say when its samples were taken').waitFor();
    assert.ok(await opened.page.locator('#picture').isDisabled());
  });

  it('changes by keys, and keeps what is selected', async () => {
    await opened.send(...timedProfile());
    await canvas().focus();
    await press('2', 'ArrowDown', 'ArrowDown', 'ArrowDown');
    assert.match(await text('status'), /^read/);
    await press('1');
    assert.equal(await chosenView(), 'chart');
    assert.match(await text('status'), /^read.*this call/);
    await press('4');
    assert.equal(await opened.page.locator('[role="row"][aria-selected="true"] .function').innerText(), 'read');
    await press('3');
    assert.match(await text('view'), /read50\.0 ms, 62\.5 % of all time/);
  });

  it('counts only what is chosen of the time, until it is let go', async () => {
    await opened.send(...timedProfile());
    const box = (await canvas().boundingBox())!;
    await opened.page.keyboard.down('Shift');
    await opened.page.mouse.move(box.x + 0.8 * box.width, box.y + 50);
    await opened.page.mouse.down();
    await opened.page.mouse.move(box.x + box.width - 1, box.y + 50, { steps: 3 });
    await opened.page.mouse.up();
    await opened.page.keyboard.up('Shift');
    await opened.page.locator('#chosen button').waitFor();
    await press('4');
    assert.deepEqual(await opened.page.locator('.view.table .function').allInnerTexts(), ['read', 'main']);
    await opened.page.locator('#chosen button').click();
    await opened.page.locator('.view.table .function', { hasText: 'copy' }).waitFor();
  });

  it('zooms with the wheel, moves with the pointer and the map, and comes back', async () => {
    await opened.send(...timedProfile());
    const map = opened.page.locator('.minimap canvas:visible');
    const shown = async (): Promise<number[]> =>
      ((await map.getAttribute('aria-valuetext')) ?? '').match(/\d+/g)?.map(Number) ?? [];
    const box = (await canvas().boundingBox())!;
    await opened.page.mouse.move(box.x + box.width / 2, box.y + 40);
    await opened.page.keyboard.down('Control');
    await opened.page.mouse.wheel(0, -300);
    await opened.page.keyboard.up('Control');
    await opened.page.locator('#reset:enabled').waitFor();
    const [from = 0, to = 0] = await shown();
    assert.ok(from > 10 && to < 90 && Math.abs(from + to - 100) <= 2, `${from} to ${to}`);
    await opened.page.mouse.down();
    await opened.page.mouse.move(box.x + box.width / 2 + 200, box.y + 40, { steps: 4 });
    await opened.page.mouse.up();
    assert.ok((await shown())[0]! < from);
    assert.equal(await text('path'), 'All', 'a drag is no click');
    await map.focus();
    await press('ArrowRight');
    await press('Home');
    assert.deepEqual(await shown(), [0, 100]);
  });

  it('draws callers above and callees below, of the function that is chosen', async () => {
    await opened.send(...messagesOf('main;a;work;read 5\nmain;b;work 3\nstart_thread 1', 'x.folded'));
    await opened.page.locator('#hot').getByRole('button', { name: 'work' }).click();
    await press('3');
    const [callers, callees] = await opened.page.locator('.graph canvas:visible').all();
    await callers!.focus();
    await press('ArrowUp', 'ArrowUp', 'ArrowUp');
    assert.match(await text('spoken'), /^a, .*5 samples, 55\.6 % of all samples/);
    await callees!.focus();
    await press('ArrowDown', 'ArrowDown', 'ArrowDown');
    assert.match(await text('spoken'), /^read, .*5 samples/);
    await opened.page.locator('#search').fill('main');
    assert.match(await text('found'), /^1 match · 88\.9 %/);
  });

  it('sorts all functions, finds some, and copies them', async () => {
    await opened.send(...timedProfile());
    await press('4');
    const names = (): Promise<string[]> => opened.page.locator('.view.table .function').allInnerTexts();
    assert.deepEqual(await names(), ['read', 'copy', 'write', 'main']);
    await opened.page.getByRole('button', { name: 'Function', exact: true }).click();
    assert.deepEqual(await names(), ['copy', 'main', 'read', 'write']);
    await opened.page.locator('#search').fill('^(main|read)$');
    await opened.page.locator('#regex').click();
    assert.deepEqual(await names(), ['main', 'read']);
    await opened.page.locator('#copy').click();
    await opened.page.getByRole('menuitem', { name: 'TSV' }).press('Enter');
    const rows = (await told('copy')).text.split('\n').map((row) => row.split('\t'));
    assert.deepEqual(
      rows.map(([name]) => name),
      ['Function', 'main', 'read'],
    );
    assert.equal(rows[2]?.[4], '50000');
  });

  it('copies a frame by its key, and its stack from the menu', async () => {
    await opened.send(...timedProfile());
    await canvas().focus();
    await press('ArrowDown', 'ArrowDown', 'ArrowDown', 'Control+c');
    assert.equal((await told('copy')).text, 'read (/app/read.js:4)');
    await opened.page.locator('#copy').press('ArrowDown');
    await press('ArrowDown', 'Enter');
    assert.equal(opened.told.filter(({ type }) => type === 'copy').length, 2);
    assert.equal((await told('copy')).text, 'read (/app/read.js:4)\nmain');
  });

  it('keeps its menu inside of a narrow page', async () => {
    await opened[Symbol.asyncDispose]();
    opened = await openFlamegraphPage(browser, { theme: 'light', width: 420, height: 800 });
    await opened.send(...timedProfile());
    await opened.page.locator('#copy').click();
    const box = (await opened.page.getByRole('menu').boundingBox())!;
    assert.ok(box.x >= 0 && box.x + box.width <= 420, `${box.x} to ${box.x + box.width}`);
  });

  it('reads to those who do not see: a tree with the same frames and selection', async () => {
    await opened.send(...timedProfile());
    await press('t');
    const tree = opened.page.getByRole('treegrid', { name: 'Call tree' });
    const active = async (): Promise<string> =>
      ((await tree.getByRole('row', { selected: true }).textContent()) ?? '').replaceAll('\u202f', ' ');
    await tree.focus();
    await press('ArrowDown');
    assert.match(await active(), /main/);
    assert.match(await text('status'), /^main/);
    await press('ArrowRight');
    assert.match(await active(), /read62\.5 %62\.5 %/);
    const row = tree.getByRole('row', { selected: true });
    assert.deepEqual(
      [
        await row.getAttribute('aria-level'),
        await row.getAttribute('aria-posinset'),
        await row.getAttribute('aria-setsize'),
      ],
      ['2', '1', '2'],
    );
    await press('ArrowLeft', 'ArrowLeft');
    assert.equal(await tree.getByRole('row').count(), 1);
    await canvas().focus();
    await press('ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight');
    assert.match(await active(), /write/);
  });

  it('can be walked to by Tab from the graph, without being shown', async () => {
    await opened.send(...timedProfile());
    await canvas().focus();
    await press('Tab');
    await opened.page.getByRole('treegrid', { name: 'Call tree' }).and(opened.page.locator(':focus')).waitFor();
  });

  it('is as it was left: view, colours, time, sorting', async () => {
    const messages = timedProfile();
    await opened.send(...messages);
    await opened.page.locator('#colour').selectOption('heat');
    await canvas().focus();
    await press('ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter');
    const seen = await opened.page.locator('.minimap canvas:visible').getAttribute('aria-valuetext');
    await opened.page.reload();
    await opened.send(...messages);
    assert.equal(await opened.page.locator('#colour').inputValue(), 'heat');
    assert.equal(await chosenView(), 'chart');
    assert.equal(await opened.page.locator('.minimap canvas:visible').getAttribute('aria-valuetext'), seen);
    assert.match(await text('status'), /^read/);
    await press('4');
    await opened.page.reload();
    await opened.send(...messages);
    assert.equal(await chosenView(), 'table');
  });

  it('draws a PNG of what is shown, when asked by its button and by the host', async () => {
    await opened.send(...timedProfile());
    await opened.page.locator('#picture').click();
    const { name, png } = await told('picture');
    assert.equal(name, 'timed.json.chart.png');
    const bytes = Object.values(png as unknown as Record<string, number>);
    assert.deepEqual(bytes.slice(0, 8), [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    opened.told.length = 0;
    await opened.send({ type: 'savePicture' });
    await told('picture');
  });

  it('stays readable where the system forces its colours, and still where motion is to be reduced', async () => {
    await opened.page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    await opened.send(...timedProfile());
    await canvas().focus();
    await press('ArrowDown', 'ArrowDown', 'Enter');
    assert.equal(await text('path'), 'All›main');
    const outline = await opened.page.locator('.graph:has(canvas:focus-visible)').evaluate(OUTLINE);
    assert.equal(outline, 'solid');
  });
});
