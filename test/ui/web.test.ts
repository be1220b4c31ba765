import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from '../host/browser.ts';
import { makeServerFolders, pageUrl, startCodeServer } from '../host/codeServer.ts';
import { Ending } from '../host/ending.ts';
import { root } from '../host/found.ts';
import { WorkbenchPage } from './workbenchPage.ts';

const screenshots = join(root, '.vscode-test', 'screenshots');

/**
 * Puts the extension into a folder of extensions as VS Code for the Web has it. A code-server has Node, and would take `main`:
 * without that the same files run in the browser's own host.
 */
function placeForBrowser(extensions: string): void {
  const folder = join(extensions, 'hotframe.hotframe-0.0.1');
  const files = ['package.nls.json', 'l10n', 'media', join('dist', 'web.cjs')];
  for (const file of files) cpSync(join(root, file), join(folder, file), { recursive: true });
  const { main, extensionKind, ...manifest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  assert.ok(typeof main === 'string' && Array.isArray(extensionKind));
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
}

describe('Hotframe in a browser without Node', () => {
  const ending = new Ending();
  let workbench: WorkbenchPage;

  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    const folders = makeServerFolders(ending);
    placeForBrowser(folders.extensions);
    const folder = join(folders.root, 'streams');
    mkdirSync(folder);
    writeFileSync(join(folder, 'stacks.folded'), 'main;malloc 3\n');
    const address = await startCodeServer(ending, { folders, hasDriver: false });
    const browser = await launchBrowser(ending);
    workbench = new WorkbenchPage(await browser.newPage({ viewport: { width: 1280, height: 800 } }));
    await workbench.open(pageUrl(address, { folder }), 'Hotframe');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.showFailure(screenshots);
  });

  after(() => ending.finish());

  it('says of a command what it needs, and where to go', async () => {
    await workbench.runCommand('Hotframe: Download Playlist…');
    await workbench.toast(/needs a machine.*desktop VS Code.*remote.*codespace/).waitFor();
    await workbench.closeToast(workbench.toast('needs a machine'));
  });

  it('says it in its view and in its editor', async () => {
    await workbench.showView('Hotframe');
    await workbench.page.locator('.sidebar .welcome-view-content', { hasText: 'needs a machine' }).waitFor();
    await workbench.openFile('stacks.folded');
    await workbench.runCommand('View: Reopen Editor With...');
    await workbench.choice('Hotframe Flamegraph').click();
    await workbench.webview.getByRole('alert').getByText('needs a machine').waitFor();
    await workbench.shoot(join(screenshots, 'web.png'));
  });
});
