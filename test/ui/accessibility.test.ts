import assert from 'node:assert/strict';
import { join, parse } from 'node:path';
import type { Frame } from 'playwright-core';
import type { Rgba } from '../../src/webview/contrast.ts';
import { schemeOf } from '../../src/webview/palette.ts';
import { Ending } from '../host/ending.ts';
import { type Lab, startLab } from '../origin/lab.ts';
import { weakTexts } from '../unit/webview/colours.ts';
import { checkWithAxe } from './axe.ts';
import { openWorkbench, screenshots } from './openWorkbench.ts';
import type { WorkbenchPage } from './workbenchPage.ts';

/** A built-in theme of each kind, and the class that a page has in it. */
const THEMES = [
  { theme: 'Dark 2026', bodyClass: 'vscode-dark' },
  { theme: 'Light 2026', bodyClass: 'vscode-light' },
  { theme: 'Dark High Contrast', bodyClass: 'vscode-high-contrast' },
  { theme: 'Light High Contrast', bodyClass: 'vscode-high-contrast-light' },
] as const;
type KindOfTheme = (typeof THEMES)[number];

/** What has the focus in a page: its name, and whether an outline shows that it has it. */
interface Focus {
  name: string;
  isMarked: boolean;
}

const FOCUS = `(() => {
  const focused = document.activeElement;
  const marked = focused.closest('.graph, .minimap') ?? focused;
  const { outlineStyle, outlineWidth } = getComputedStyle(marked);
  const name = focused.ariaLabel || focused.labels?.[0]?.innerText || focused.innerText || '';
  return { name: name.replaceAll(/\\s+/g, ' ').trim(), isMarked: outlineStyle !== 'none' && outlineWidth !== '0px' };
})()`;

/** The colours of the theme that the page draws with: those of the background, of text and of quiet text. */
const COLOURS = `['editor-background', 'editor-foreground', 'descriptionForeground'].map((name) => {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  context.fillStyle = getComputedStyle(document.body).getPropertyValue('--vscode-' + name);
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue, opacity] = context.getImageData(0, 0, 1, 1).data;
  return { rgb: [red, green, blue], opacity: opacity / 255 };
})`;

describe('Hotframe for those who use no mouse, or do not see it', function () {
  // Each test goes on where the one before left the workbench.
  this.bail(true);
  this.timeout(60_000);

  const ending = new Ending();
  let lab: Lab;
  let folder: string;
  let workbench: WorkbenchPage;

  before(async () => {
    lab = await startLab();
    ending.add(() => lab.close());
    ({ workbench, folder } = await openWorkbench(ending, { width: 1280, height: 1000 }));
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.showFailure(screenshots);
  });

  after(() => ending.finish());

  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await workbench.page.keyboard.press(key);
  };

  const type = (text: string): Promise<void> => workbench.page.keyboard.insertText(text);

  /** Runs a command by its title, with keys alone. */
  async function command(title: string): Promise<void> {
    await press('F1');
    await workbench.input.waitFor();
    await type(title);
    // Until what was typed counts, Enter would take the command that was run last.
    await workbench.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: title }).waitFor();
    await press('Enter');
  }

  /** What a screen reader says of the line of the tree that the keys are on. */
  async function focusedLine(): Promise<string> {
    return (await workbench.page.locator('.sidebar .monaco-list-row.focused').first().getAttribute('aria-label')) ?? '';
  }

  async function goToTree(): Promise<void> {
    await command('Hotframe: Focus on Jobs View');
    await workbench.page.locator('.sidebar [role="tree"]:focus').waitFor();
  }

  /** The document of the page in front. */
  async function frameInFront(): Promise<Frame> {
    const body = await workbench.webview.locator('body').elementHandle();
    const frame = await body.ownerFrame();
    assert.ok(frame);
    return frame;
  }

  /** Presses Tab until what is named so has the focus. All on the way has a name, and shows that it has the focus. */
  async function tabTo(frame: Frame, name: RegExp): Promise<void> {
    for (let presses = 0; presses < 30; presses += 1) {
      await press('Tab');
      const focus = await frame.evaluate<Focus>(FOCUS);
      assert.ok(focus.name !== '' && focus.isMarked, JSON.stringify(focus));
      if (name.test(focus.name)) return;
    }
    assert.fail(`Tab does not lead to ${String(name)}`);
  }

  /** Waits until a part of the page says that. */
  const said = (id: string, text: RegExp): Promise<void> =>
    workbench.webview.locator(`#${id}`).filter({ hasText: text }).waitFor({ state: 'attached' });

  const chosenView = (name: string): Promise<void> =>
    workbench.webview.locator('#views [aria-checked="true"]', { hasText: name }).waitFor();

  async function download(name: string): Promise<void> {
    await command('Hotframe: Download Playlist…');
    await workbench.titled('Download Playlist').waitFor();
    await type(lab.url('small', { fragments: 40 }));
    await press('Enter');
    await workbench.titled('Save Stream As').waitFor();
    await workbench.choice('..').first().waitFor();
    await press('Control+A');
    await type(join(folder, name));
    await press('Enter');
    await workbench.treeRow(new RegExp(`^${parse(name).name}, complete, `)).waitFor();
  }

  async function changeTheme({ theme, bodyClass }: KindOfTheme): Promise<void> {
    // A page that gets the focus back would close the list of themes.
    await goToTree();
    await press('Control+K', 'Control+T');
    // Of a long list only what is in sight is there.
    await workbench
      .choice(/2026|High Contrast/)
      .first()
      .waitFor();
    await workbench.input.fill(theme);
    await workbench.choice(theme).first().waitFor();
    await press('Enter');
    await workbench.webview.locator(`body.${bodyClass}`).waitFor();
  }

  /** Asserts that axe finds nothing in the page in front, and that it looked. */
  async function checkPage(frame: Frame, where: string): Promise<void> {
    const { violations, passes } = await checkWithAxe(frame);
    assert.deepEqual(violations, [], where);
    for (const rule of ['color-contrast', 'button-name', 'region'])
      assert.ok(passes.includes(rule), `${where}: ${rule}`);
  }

  it('goes from a playlist to its flamegraph, through it and back, by keys alone', async () => {
    await command('Hotframe: Focus on Jobs View');
    await workbench.page.getByText('No downloads yet.').waitFor();
    await download('first.ts');
    await goToTree();
    await press('Home');
    assert.match(await focusedLine(), /^first, complete, \d/);
    await press('ArrowRight');
    await workbench.treeRow(/^CPU profile, /).waitFor();
    await press('End');
    assert.match(await focusedLine(), /^CPU profile, .* · gate: /);
    await press('Enter');
    await workbench.webview.locator('#hot tr').first().waitFor();

    const frame = await frameInFront();
    await tabTo(frame, /^Flame chart/);
    await press('ArrowDown', 'ArrowDown');
    await said('spoken', / at .* level 1$/);
    await press('Enter');
    await workbench.webview.locator('#reset:enabled').waitFor();
    await press('2');
    await chosenView('Flamegraph');
    await press('Home', 'ArrowDown');
    // Merged stacks have no time.
    await said('spoken', /^(?!.* at ).* level \d+$/);
    await press('/');
    await type('write');
    await said('found', /match(es)? · [\d.]+\s?% of busy time/);
    await press('Enter');
    await said('spoken', /^\S*write/i);
    await press('Escape');
    await said('found', /^$/);
    await press('4');
    await chosenView('Functions');
    await press('Home', 'ArrowDown');
    await workbench.webview.locator('[role="grid"] [role="row"][aria-selected="true"]').waitFor();
    await press('1');
    await chosenView('Flame Chart');
    assert.match((await frame.evaluate<Focus>(FOCUS)).name, /^Flame chart/);

    await goToTree();
    assert.match(await focusedLine(), /^CPU profile, /);
  });

  it('leaves axe nothing to find in the flamegraph, and draws what can be read, in the four kinds of theme', async () => {
    for (const kind of THEMES) {
      await changeTheme(kind);
      const frame = await frameInFront();
      const [background, foreground, quiet] = await frame.evaluate<[Rgba, Rgba, Rgba]>(COLOURS);
      const scheme = schemeOf((await frame.evaluate<string>('document.body.className')).split(' '));
      assert.deepEqual(weakTexts({ scheme, background, foreground, quiet }), [], kind.theme);
      for (const view of ['Flame Chart', 'Flamegraph', 'Sandwich', 'Functions']) {
        await workbench.webview.locator('#views').getByRole('radio', { name: view }).click();
        await workbench.leave();
        await checkPage(frame, `${view} in ${kind.theme}`);
        await workbench.shoot(join(screenshots, `${view} ${kind.bodyClass}.png`));
      }
    }
  });

  it('leaves it nothing to find in a comparison either', async () => {
    await download('second.ts');
    await command('View: Close All Editors');
    await command('Hotframe: Compare Profiles…');
    // One of them is the line that is selected.
    await workbench.titled(/^Compare .* With$/).waitFor();
    await press('Enter');
    await workbench.webview.locator('#hot tr').first().waitFor();
    for (const kind of THEMES) {
      await changeTheme(kind);
      await checkPage(await frameInFront(), `comparison in ${kind.theme}`);
      await workbench.shoot(join(screenshots, `comparison ${kind.bodyClass}.png`));
    }
  });
});
