import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { readProfile } from '../../src/profile/formats/index.ts';
import { flamegraphMessages } from '../../src/shell/flamegraphModel.ts';
import type { Profile } from '../../src/profile/model.ts';
import type { HostMessage } from '../../src/webview/messages.ts';
import { launchBrowser } from '../host/browser.ts';
import { Ending } from '../host/ending.ts';
import { inBrowser, openFlamegraphPage, type OpenPage } from './flamegraphPage.ts';
import { THEMES, type ThemeName } from './flamegraphThemes.ts';

const STACKS = [
  'main;download;writeFile 30',
  'main;download;Buffer.concat;malloc 25',
  'main;download;decrypt 15',
  'main;parse 10',
  // A thread's start says that the stacks are native ones.
  'start_thread;download 20',
  '(idle) 50',
];

function readFolded(stacks: string[]): Profile {
  return readProfile(new TextEncoder().encode(stacks.join('\n')), 'page.folded');
}

function messagesOf(profile: Profile, title = 'page.folded'): HostMessage[] {
  const counters = [{ label: 'Minor page faults', value: '42,305', note: 'what fresh buffers cost' }];
  return [...flamegraphMessages(profile, title, counters)];
}

function profileOf(stacks: string[], title?: string): HostMessage[] {
  return messagesOf(readFolded(stacks), title);
}

describe('flamegraph page', () => {
  const ending = new Ending();
  let open: (size?: { width: number; height: number }) => Promise<OpenPage>;
  let opened: OpenPage;

  before(async () => {
    const browser = await launchBrowser(ending);
    open = (size = { width: 1000, height: 700 }) => openFlamegraphPage(browser, { theme: 'dark', ...size });
  });

  beforeEach(async () => {
    opened = await open();
  });

  afterEach(async () => {
    const { complaints, told } = opened;
    await opened[Symbol.asyncDispose]();
    // What the policy forbids and what the script throws is told nowhere else.
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
  const pressOnGraph = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await canvas().press(key);
  };

  it('asks for its profile and shows it: hot frames, gate, counters, idle apart', async () => {
    await opened.send(...profileOf(STACKS));
    const { page, told } = opened;
    assert.deepEqual(told, [{ type: 'ready' }]);
    assert.deepEqual(await page.locator('#hot .function').allInnerTexts(), [
      'writeFile',
      'malloc',
      'download',
      'decrypt',
      'parse',
    ]);
    assert.match(await text('hotIdle'), /Idle.*33\.3 %/);
    assert.match(await text('verdict'), /Literal.*yes.*allocator.*Owned.*yes/);
    assert.match(await text('counters'), /Minor page faults42,305/);
    assert.match(await text('facts'), /100 samples busy · 50 samples idle \(33\.3 %\)/);
  });

  it('is walked, zoomed and left with the keyboard, and says where one is', async () => {
    await opened.send(...profileOf(STACKS));
    await pressOnGraph('ArrowDown', 'ArrowDown', 'ArrowDown');
    assert.match(await text('spoken'), /^download, .*70 samples, 70\.0 % of busy samples, .*level 2$/);
    await pressOnGraph('Enter', 'ArrowDown', 'ArrowRight');
    assert.match(await text('spoken'), /^Buffer\.concat, /);
    assert.match(await text('status'), /of zoomed 35\.7 %/);
    assert.equal(await text('path'), 'All›main›download');
    assert.ok(await opened.page.locator('#reset').isEnabled());
    await pressOnGraph('Enter', 'Escape');
    assert.equal(await text('path'), 'All›main›download');
    await pressOnGraph('Home');
    assert.equal(await text('path'), 'All');
    assert.ok(await opened.page.locator('#reset').isDisabled());
  });

  it('zooms with a click, describes under the pointer, and comes back by its path', async () => {
    await opened.send(...profileOf(STACKS));
    const { page } = opened;
    await canvas().click({ position: { x: 50, y: 50 } });
    assert.equal(await text('path'), 'All›main›download');
    await canvas().hover({ position: { x: 50, y: 30 } });
    assert.match(await text('tooltip'), /^main.*80 samples, 80\.0 % of busy samples/);
    await page.getByRole('button', { name: 'main', exact: true }).click();
    assert.equal(await text('path'), 'All›main');
  });

  it('searches, counting each sample once, and steps from match to match', async () => {
    await opened.send(...profileOf(STACKS));
    const { page } = opened;
    await page.keyboard.press('/');
    await page.keyboard.type('DOWN');
    assert.equal(await text('found'), '2 matches · 90.0 % of busy samples');
    await page.keyboard.press('Enter');
    assert.match(await text('spoken'), /^download, .*level 2$/);
    await page.keyboard.press('Control+f');
    await page.keyboard.type('^(malloc|parse');
    await page.locator('#regex').click();
    assert.match(await text('found'), /Unterminated group/);
    assert.equal(await page.locator('#search').getAttribute('aria-invalid'), 'true');
    await page.locator('#search').press('End');
    await page.keyboard.type(')');
    assert.equal(await text('found'), '2 matches · 35.0 % of busy samples');
    await page.keyboard.press('Escape');
    assert.equal(await text('found'), '');
  });

  it('finds a hot frame in the graph', async () => {
    await opened.send(...profileOf(STACKS));
    await opened.page.locator('#hot').getByRole('button', { name: 'malloc' }).press('Enter');
    assert.equal(await text('found'), '1 match · 25.0 % of busy samples');
    assert.match(await text('status'), /^malloc.*allocator/);
    assert.equal(await opened.page.locator('#hot tr.chosen').count(), 1);
  });

  it('draws idle time when asked, and turns over', async () => {
    await opened.send(...profileOf(STACKS));
    const { page } = opened;
    await page.locator('#idle').click();
    await page.locator('#orientation').click();
    await canvas().focus();
    await pressOnGraph('ArrowUp');
    assert.match(await text('spoken'), /^Whole graph, 150 samples, 100 % of all samples$/);
    await pressOnGraph('ArrowUp');
    assert.match(await text('spoken'), /^main, /);
  });

  it('is as it was left when it comes back, and forgets another file', async () => {
    const profile = profileOf(STACKS);
    await opened.send(...profile);
    await pressOnGraph('ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter');
    await opened.page.locator('#search').fill('malloc');
    await opened.page.reload();
    await opened.send(...profile);
    assert.equal(await text('path'), 'All›main›download');
    assert.equal(await opened.page.locator('#search').inputValue(), 'malloc');
    assert.equal(await text('found'), '1 match · 25.0 % of busy samples');
    await opened.send(...profileOf(['other;work 3'], 'other.folded'));
    assert.equal(await text('path'), 'All');
  });

  it('asks the host for sources that can be on disk, and for no others', async () => {
    const profile = readFolded(['a;b 1']);
    profile.threads[0]!.tree.frames = [
      { name: 'a', file: 'node:fs', line: 3 },
      { name: 'b', file: 'file:///app/main.js', line: 7, column: 2 },
    ];
    await opened.send(...messagesOf(profile));
    await pressOnGraph('ArrowDown', 'ArrowDown', 'Control+Enter');
    assert.ok(await opened.page.locator('#source').isDisabled());
    await pressOnGraph('ArrowDown', 'Control+Enter');
    assert.deepEqual(opened.told.slice(1), [{ type: 'openSource', file: 'file:///app/main.js', line: 7, column: 2 }]);
  });

  it('says what is wrong with a broken file, and offers its text', async () => {
    await opened.send({ type: 'failure', title: 'x cannot be shown.', message: 'It ends early.' });
    await opened.page.getByRole('alert').getByText('It ends early.').waitFor();
    await opened.page.getByRole('button', { name: 'Open as Text' }).click();
    assert.deepEqual(opened.told.at(-1), { type: 'openAsText' });
  });

  it('takes the colours of the theme, and changes with it', async () => {
    await opened.send(...profileOf(STACKS));
    const seen = new Set<string>();
    for (const theme of Object.keys(THEMES) as ThemeName[]) {
      await opened.setTheme(theme);
      seen.add(await pixelOf(opened, { x: 5, y: 95 }));
    }
    assert.deepEqual(
      [...seen],
      Object.values(THEMES).map(({ variables }) => variables['--vscode-editor-background']),
    );
  });

  it('cuts nothing off where it is narrow', async () => {
    for (const width of [1000, 600, 420]) {
      await opened[Symbol.asyncDispose]();
      opened = await open({ width, height: 700 });
      await opened.send(...profileOf(STACKS));
      const scrolled = await opened.page.evaluate(OVERFLOW, undefined);
      assert.equal(scrolled, 0, `${width} pixels wide`);
    }
  });

  it('draws stacks of 10,000 frames on a canvas no higher than its window', async () => {
    const deep = Array.from({ length: 10_000 }, (_, level) => `f${level}`).join(';');
    await opened.send(...profileOf([`${deep} 1`]));
    const box = await canvas().boundingBox();
    assert.ok(box !== null && box.height < 700, `${box?.height}`);
    await pressOnGraph('ArrowDown', ...Array.from({ length: 30 }, () => 'ArrowDown'));
    assert.match(await text('spoken'), /^f29, .*level 30$/);
  });
});

/** Colour of the graph at a point once it is drawn, as `#rrggbb`. The point has to be one that no box covers. */
async function pixelOf({ page }: OpenPage, point: { x: number; y: number }): Promise<string> {
  const values = await page.evaluate(READ_PIXEL, point);
  return `#${values.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

const READ_PIXEL = inBrowser<{ x: number; y: number }, Promise<number[]>>(`
  const context = [...document.querySelectorAll('.graph canvas')].find((canvas) => canvas.checkVisibility()).getContext('2d');
  return new Promise((resolve) => {
    const read = () => resolve([...context.getImageData(argument.x, argument.y, 1, 1).data].slice(0, 3));
    requestAnimationFrame(() => requestAnimationFrame(read));
  });
`);

const OVERFLOW = inBrowser<undefined, number>(`
  const page = document.getElementById('page');
  return page.scrollWidth - page.clientWidth;
`);
