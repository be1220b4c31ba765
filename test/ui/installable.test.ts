import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { launchBrowser } from '../host/browser.ts';
import {
  installExtension,
  makeServerFolders,
  pageUrl,
  startCodeServer,
  uninstallExtension,
  type ServerFolders,
} from '../host/codeServer.ts';
import { Ending, withEnding } from '../host/ending.ts';
import { root } from '../host/found.ts';
import { findVsix } from '../host/installed.ts';
import { startLab, type Lab } from '../origin/lab.ts';
import { WorkbenchPage } from './workbenchPage.ts';

const screenshots = join(root, '.vscode-test', 'screenshots');
const MOST_BYTES = 2e6;
const ID = 'hotframe.hotframe';

/** Files below a folder, as paths from it. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** The command lines of the processes that name a path. Linux only. */
function processesWith(path: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((line) => line.includes(path));
}

describe('the package of the extension, in a fresh VS Code', function () {
  // Each test goes on where the one before left the folders.
  this.bail(true);
  this.timeout(90_000);

  const ending = new Ending();
  let lab: Lab;
  let folders: ServerFolders;
  let streams: string;
  let workbench: WorkbenchPage | undefined;

  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    lab = await startLab();
    ending.add(() => lab.close());
    folders = makeServerFolders(ending);
    streams = join(folders.root, 'streams');
    mkdirSync(streams);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.showFailure(screenshots);
  });

  after(() => ending.finish());

  /** Runs something in the workbench of a server that lives no longer than that. */
  async function inWorkbench(work: (workbench: WorkbenchPage) => Promise<void>, viewContainer: string): Promise<void> {
    await withEnding(async (whileServed) => {
      const address = await startCodeServer(whileServed, { folders, hasDriver: false });
      const browser = await launchBrowser(whileServed);
      workbench = new WorkbenchPage(await browser.newPage({ viewport: { width: 1120, height: 700 } }));
      await workbench.open(pageUrl(address, { folder: streams }), viewContainer);
      await work(workbench);
      workbench = undefined;
    });
  }

  it('is small, is installed, downloads a stream and shows its flamegraph', async () => {
    const vsix = await findVsix(folders.root);
    assert.ok(statSync(vsix).size < MOST_BYTES, `${statSync(vsix).size} bytes`);
    await installExtension(folders, vsix);
    const [installed = ''] = (await readdir(folders.extensions)).filter((name) => name.startsWith(ID));
    await inWorkbench(async (page) => {
      await page.runCommand('Hotframe: Download Playlist…');
      await page.titled('Download Playlist').waitFor();
      await page.input.fill(lab.url('small', { fragments: 20 }));
      await page.input.press('Enter');
      await page.saveAs('Save Stream As', 'fresh.ts');
      await page.showView('Hotframe');
      const job = page.treeRow(/^fresh, complete, /);
      await job.click();
      await job.press('ArrowRight');
      await page.treeRow(/^CPU profile, /).click();
      await page.webview.locator('#hot tr').first().waitFor();
      await page.shoot(join(screenshots, 'installed.png'));
      assert.deepEqual(processesWith(join(folders.extensions, installed)), []);
    }, 'Hotframe');
    assert.deepEqual(await readdir(streams), ['fresh.ts']);
  });

  it('is uninstalled, and leaves nothing but what was downloaded', async () => {
    await uninstallExtension(folders, ID);
    await inWorkbench(async (page) => {
      await page.page.locator('.monaco-workbench').press('F1');
      await page.input.fill('>Hotframe');
      await page.choice('No matching').waitFor();
      await page.shoot(join(screenshots, 'uninstalled.png'));
    }, 'Explorer');
    assert.deepEqual(
      (await readdir(folders.extensions)).filter((name) => name.startsWith(ID)),
      [],
    );
    const left = [];
    for (const path of await filesBelow(folders.userData)) {
      const isNamed = path.includes(ID) || (await readFile(join(folders.userData, path), 'latin1')).includes(ID);
      if (isNamed && !/^(logs\/|User\/globalStorage\/hotframe\.hotframe\/jobs\/)/.test(path)) left.push(path);
    }
    assert.deepEqual(left, []);
    // VS Code's own socket.
    assert.deepEqual(
      (await filesBelow(folders.temporary)).filter((path) => !/^vscode-ipc-[\da-f-]+\.sock$/.test(path)),
      [],
    );
    assert.deepEqual(await readdir(streams), ['fresh.ts']);
  });
});
