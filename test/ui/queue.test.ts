import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ending } from '../host/ending.ts';
import { type Lab, startLab } from '../origin/lab.ts';
import { openWorkbench, screenshots } from './openWorkbench.ts';
import type { WorkbenchPage } from './workbenchPage.ts';

describe('the queue in the workbench', function () {
  // Each test goes on where the one before left the workbench.
  this.bail(true);
  this.timeout(60_000);

  const ending = new Ending();
  const size = { fragments: 16, fragmentBytes: 200_000 };
  let lab: Lab;
  let folder: string;
  let workbench: WorkbenchPage;

  const urlOf = (name: string, bytesPerSecond = 60_000): string =>
    lab.url('4k', { ...size, session: `queue-${name}`, bytesPerSecond });

  before(async () => {
    lab = await startLab();
    ending.add(() => lab.close());
    const prepare = (folder: string): void => {
      mkdirSync(join(folder, '.vscode'), { recursive: true });
      const settings = {
        'hotframe.maximumConcurrentDownloads': 1,
        'hotframe.concurrency': 4,
        'hotframe.profile': 'none',
      };
      writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify(settings));
      const list = ['# talks', ...['a', 'b', 'c'].map((name) => urlOf(name)), 'no url', urlOf('a')];
      writeFileSync(join(folder, 'talks.txt'), `${list.join('\n')}\n`);
    };
    ({ workbench, folder } = await openWorkbench(ending, { width: 1120, height: 700, prepare }));
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.showFailure(screenshots);
  });

  after(() => ending.finish());

  const shoot = (name: string): Promise<void> => workbench.shoot(join(screenshots, `${name}.png`));

  const status = () => workbench.page.locator('.statusbar-item', { hasText: /download/ });

  it('takes a list from an editor, names its bad lines, and asks once for all', async () => {
    await workbench.openFile('talks.txt');
    await workbench.showView('Hotframe');
    await workbench.widenSideBar(420);
    await workbench.runCommand('Hotframe: Download Playlists from List…');
    await workbench.choice('This Editor').click();
    await workbench.dialog.getByText('3 playlists can be downloaded.').waitFor();
    await workbench.dialog.getByText('Line 5: This is not a URL').waitFor();
    await workbench.dialog.getByText('Line 6 repeats line 2.').waitFor();
    await shoot('queue-list');
    await workbench.dialog.getByRole('button', { name: 'Download', exact: true }).click();
    await workbench.titled('Download Playlists from List').waitFor();
    await workbench.choice('..').first().waitFor();
    await workbench.input.press('Enter');
    await workbench.placeholder('Choose a quality for all').waitFor();
    await workbench.choice('Best').click();
    await workbench.placeholder('Choose a kind of file for all').waitFor();
    await workbench.choice('.ts').click();
    await workbench.treeRow(/^4k, running, [1-9]\d* %/).waitFor();
    await workbench.treeRow(/^4k-2, queued, number 1/).waitFor();
    await workbench.treeRow(/^4k-3, queued, number 2/).waitFor();
    await status()
      .getByText(/1 download · 2 waiting · \d+ % · .*B\/s/)
      .waitFor();
    await shoot('queue');
  });

  it('is put in another order with keys', async () => {
    const last = workbench.treeRow(/^4k-3, queued/);
    await last.click();
    await last.press('Alt+ArrowUp');
    await workbench.treeRow(/^4k-3, queued, number 1/).waitFor();
    await workbench.treeRow(/^4k-2, queued, number 2/).waitFor();
    const rows = await workbench.treeRow(/^4k-\d, queued/).allInnerTexts();
    assert.match(rows.join(), /4k-3.*4k-2/s);
  });

  it('is put in another order by dragging', async () => {
    await workbench.treeRow(/^4k-2, queued, number 2/).dragTo(workbench.treeRow(/^4k-3, queued, number 1/));
    await workbench.treeRow(/^4k-2, queued, number 1/).waitFor();
    await workbench.treeRow(/^4k-3, queued, number 2/).waitFor();
  });

  it('is paused and resumed as a whole', async () => {
    await workbench.runCommand('Hotframe: Pause All Downloads');
    await workbench.treeRow(/^4k, paused at \d+ %/).waitFor();
    await workbench.treeRow(/^4k-2, paused before it began/).waitFor();
    await status().waitFor({ state: 'hidden' });
    assert.equal(existsSync(join(folder, '4k.ts')), false);
    await shoot('queue-paused');
    await workbench.runCommand('Hotframe: Resume All Downloads');
    await workbench.treeRow(/^4k, running, going on, \d+ fragments are there|^4k, running, \d+ %/).waitFor();
  });

  it('is left as interrupted by a window that is reloaded, and goes on', async () => {
    await workbench.treeRow(/^4k-2, queued, number 1/).waitFor();
    await workbench.reload();
    await workbench.treeRow(/^4k, interrupted at \d+ %/).waitFor();
    await workbench.treeRow(/^4k-2, interrupted before it began/).waitFor();
    await shoot('queue-reloaded');
    await workbench.runCommand('Hotframe: Resume All Downloads');
    for (const name of ['4k', '4k-2', '4k-3']) {
      const row = workbench.treeRow(new RegExp(`^${name}, queued`));
      if (name !== '4k') {
        await row.click({ button: 'right' });
        await workbench.chooseFromMenu('Start Now');
      }
    }
    const { sha256 } = await lab.digest('4k', size);
    for (const name of ['4k', '4k-2', '4k-3']) {
      await workbench.treeRow(new RegExp(`^${name}, complete, `)).waitFor();
      const bytes = readFileSync(join(folder, `${name}.ts`));
      assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256, name);
    }
    await status().waitFor({ state: 'hidden' });
    const left = readdirSync(folder).filter((name) => name.startsWith('.hotframe-'));
    assert.deepEqual(left, []);
    await shoot('queue-done');
  });
});
