import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../host/browser.ts';
import { pageUrl } from '../host/codeServer.ts';
import { Ending } from '../host/ending.ts';
import { root } from '../host/found.ts';
import { startInstalled } from '../host/installed.ts';
import { type Lab, startLab } from '../origin/lab.ts';
import { WorkbenchPage } from './workbenchPage.ts';

const screenshots = join(root, '.vscode-test', 'screenshots');

/** What is wrong with the playlist in the folder. */
const FINDINGS = ['The playlist has no #EXT-X-TARGETDURATION.', 'A comma has to follow the duration.'];

/** What to do about a playlist that is not there. */
const HINT = 'The origin no longer has it; check the URL or get a fresh playlist./room';

function readTexts(file: string): (key: string) => string {
  const texts = JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, string>;
  return (key) => {
    const text = texts[key];
    if (text === undefined) throw new Error(`${file} has no ${key}`);
    return text;
  };
}

describe('Hotframe in the language of the workbench', () => {
  const ending = new Ending();
  let browser: Browser;
  let lab: Lab;

  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    lab = await startLab();
    ending.add(() => lab.close());
    browser = await launchBrowser(ending);
  });

  after(() => ending.finish());

  /** Of its own for each language: the list of jobs is empty at first. */
  async function openFolder(language: string): Promise<WorkbenchPage> {
    const { address, folders } = await startInstalled(ending);
    const folder = join(folders.root, 'streams');
    mkdirSync(folder);
    writeFileSync(join(folder, 'stacks.folded'), 'main;read;malloc 3\nmain;render;paint 5\n');
    writeFileSync(join(folder, 'broken.m3u8'), '#EXTM3U\n#EXTINF:4\na.ts\n#EXT-X-ENDLIST\n');
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: language });
    // What a language pack of VS Code says of itself; the workbench's own texts stay English without one.
    await page.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = '${language}'`);
    const workbench = new WorkbenchPage(page);
    await workbench.open(pageUrl(address, { folder }), 'Hotframe');
    return workbench;
  }

  for (const language of ['de', 'ja']) {
    it(`speaks it in its view, its settings and its pages: ${language}`, async () => {
      const [named, text] = [`package.nls.${language}.json`, `l10n/bundle.l10n.${language}.json`].map(readTexts) as [
        (key: string) => string,
        (key: string) => string,
      ];
      const workbench = await openFolder(language);
      const { page } = workbench;
      await workbench.showView('Hotframe');
      const [first = ''] = named('welcome.jobs').split('\n');
      await page.locator('.sidebar .welcome-view-content', { hasText: first }).waitFor();

      await workbench.runCommand(`Hotframe: ${named('command.download')}`);
      await workbench.titled(text('Download Playlist')).waitFor();
      await workbench.input.fill('no url');
      await workbench.inputMessage
        .getByText(text('This is not a URL. It starts with http:// or https:// and has a host.'))
        .waitFor();
      await workbench.input.fill(`${lab.http}/no/such/playlist.m3u8`);
      await workbench.input.press('Enter');
      const refused = ['The playlist/room', 'the origin answered {0}/room', HINT].map(text);
      const refusal = workbench.toast(refused[1]?.replace('{0}', '404') ?? '');
      for (const part of refused) await refusal.getByText(part.replace('{0}', '404')).waitFor();
      await workbench.toastButton(refusal, text('Try Again')).waitFor();
      await workbench.shoot(join(screenshots, `refusal-${language}.png`));
      await workbench.closeToast(refusal);

      await workbench.runCommand(`Hotframe: ${named('command.download')}`);
      await workbench.input.fill(lab.url('4k', { fragments: 3, fragmentBytes: 100_000 }));
      await workbench.input.press('Enter');
      await workbench.saveAs(text('Save Stream As'), `${language}.ts`);
      await workbench.widenSideBar(440);
      const job = workbench.treeRow(new RegExp(`^${language}, ${text('complete')}, `));
      await job.click();
      await job.press('ArrowRight');
      await workbench.treeRow(new RegExp(`^${text('Receipt')}, `)).waitFor();
      await workbench.treeRow(new RegExp(`^${text('CPU profile')}, `)).waitFor();
      await workbench.shoot(join(screenshots, `tree-${language}.png`));

      await workbench.openFile('broken.m3u8');
      await workbench.runCommand('Problems: Focus on Problems View');
      for (const finding of FINDINGS)
        await page
          .locator('.markers-panel')
          .getByText(text(`${finding}/room`))
          .waitFor();
      await workbench.shoot(join(screenshots, `findings-${language}.png`));
      await workbench.runCommand('View: Hide Panel');

      await workbench.openFile('stacks.folded');
      await workbench.runCommand('View: Reopen Editor With...');
      await workbench.choice(named('editor.flamegraph')).click();
      await workbench.webview.locator('#verdict').getByText(text('Literal')).waitFor();
      await workbench.webview
        .locator(`html[lang="${language}"]`)
        .getByText(text('Hot frames'), { exact: true })
        .waitFor();
      await workbench.webview.getByRole('radio', { name: text('Functions') }).waitFor();
      await workbench.leave();
      await workbench.shoot(join(screenshots, `flamegraph-${language}.png`));

      await workbench.runCommand('Preferences: Open Settings (UI)');
      await page.locator('.settings-editor .search-container .monaco-editor').click();
      await page.keyboard.type('@ext:hotframe.hotframe');
      await page.getByText(named('setting.profile')).first().waitFor();
      await workbench.shoot(join(screenshots, `settings-${language}.png`));
      await page.close();
    });
  }
});
