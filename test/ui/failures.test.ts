import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { Ending } from '../host/ending.ts';
import type { LockOwner } from '../../src/jobs/owner.ts';
import { type Lab, startLab, type UrlOptions } from '../origin/lab.ts';
import { openWorkbench, pictures } from './openWorkbench.ts';
import type { WorkbenchPage } from './workbenchPage.ts';

const shape = { fragments: 40, fragmentBytes: 500_000 };

describe('failures in the workbench', function () {
  // Each test goes on where the one before left the workbench.
  this.bail(true);
  this.timeout(60_000);

  const ending = new Ending();
  let lab: Lab;
  let folder: string;
  let storage: string;
  let workbench: WorkbenchPage;

  before(async () => {
    lab = await startLab();
    ending.add(() => lab.close());
    const opened = await openWorkbench(ending, { width: 1120, height: 560, sideBar: 430 });
    ({ workbench, folder } = opened);
    storage = join(opened.folders.userData, 'User', 'globalStorage', 'hotframe.hotframe');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.showFailure(pictures);
  });

  after(() => ending.finish());

  const shoot = (name: string): Promise<void> => workbench.shoot(join(pictures, `${name}.png`));

  async function start(name: string, options: UrlOptions): Promise<string> {
    await workbench.runCommand('Hotframe: Download Playlist…');
    await workbench.titled('Download Playlist').waitFor();
    await workbench.input.fill(lab.url('4k', { ...shape, ...options }));
    await workbench.input.press('Enter');
    return workbench.saveAs('Save Stream As', name);
  }

  /** Presses a button that a line of the tree shows when the pointer is on it. */
  async function press(row: Locator, name: string): Promise<void> {
    await row.hover();
    await row.getByRole('button', { name }).click();
  }

  async function checkWhole(path: string): Promise<void> {
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    assert.equal(sha256, (await lab.digest('4k', shape)).sha256);
  }

  const leftovers = (): string[] => readdirSync(folder).filter((name) => name.startsWith('.hotframe-'));

  it('names the fragment, says what is kept and goes on from the notification', async () => {
    const fault = { kind: 'status', index: 36, status: 404, times: 1 } as const;
    const path = await start('sintel.ts', { session: 'gone', bytesPerSecond: 4e6, faults: [fault] });
    const toast = workbench.toast(/sintel stopped at fragment 37 of 40: .*404.* MB are kept\./);
    await workbench.toastButton(toast, 'Resume').waitFor();
    await workbench.toastButton(toast, 'Allow Gaps').waitFor();
    await workbench.treeRow(/^sintel, failed, Fragment 37 of 40/).waitFor();
    await shoot('failure-fragment');
    await workbench.toastButton(toast, 'Resume').click();
    await workbench.treeRow(/^sintel, complete, /).waitFor();
    await checkWhole(path);
  });

  it('asks for a new URL when the token has expired for good, and goes on with it', async () => {
    const fault = { kind: 'status', index: 36, status: 403 } as const;
    const path = await start('keynote.ts', { session: 'expired', bytesPerSecond: 4e6, faults: [fault] });
    const toast = workbench.toast(/keynote stopped at fragment 37 of 40: .*403.* MB are kept\./);
    await workbench.toastButton(toast, 'Resume with New URL…').waitFor();
    await workbench.treeRow(/^keynote, failed, /).waitFor();
    await shoot('failure-token');
    await workbench.toastButton(toast, 'Resume with New URL…').click();
    await workbench.titled('Download Playlist').waitFor();
    await workbench.input.fill(lab.url('4k', { ...shape, session: 'renewed' }));
    await workbench.input.press('Enter');
    await workbench.treeRow(/^keynote, complete, /).waitFor();
    await checkWhole(path);
  });

  it('counts a wait down that the origin asked for', async () => {
    const fault = { kind: 'status', index: 20, status: 503, retryAfter: '200' } as const;
    const path = await start('patience.ts', { session: 'wait', faults: [fault] });
    const toast = workbench.toast(/patience: waiting 3:1\d, as the origin asked/);
    await toast.waitFor();
    const row = workbench.treeRow(/^patience, running, waiting 3:1\d, as the origin asked/);
    await row.waitFor();
    await shoot('failure-wait');
    await press(row, 'Cancel Download');
    await workbench.treeRow(/^patience, cancelled/).waitFor();
    assert.equal(existsSync(path), false);
    assert.deepEqual(leftovers(), []);
  });

  it('tells by its place in the file what the origin does not have', async () => {
    await workbench.runCommand('Hotframe: Download Playlist…');
    await workbench.titled('Download Playlist').waitFor();
    await workbench.input.fill(lab.url('gap'));
    await workbench.input.press('Enter');
    await workbench.saveAs('Save Stream As', 'forum.ts');
    const toast = workbench.toast(/forum\.ts is complete with \d+ gaps?, .* Missing: \d:\d\d–\d:\d\d/);
    await toast.waitFor();
    const row = workbench.treeRow(/^forum, complete with \d+ gaps?/);
    await row.click();
    await row.press('ArrowRight');
    await workbench.treeRow(/^Gaps, \d:\d\d–\d:\d\d/).click();
    const places = '1 fragment, marked in the playlist as a gap';
    const receipt = workbench.page.locator('.editor-instance', { hasText: places });
    await receipt.waitFor();
    await shoot('failure-gaps');
    await workbench.closeToast(toast);
    await row.press('ArrowLeft');
    await workbench.page.keyboard.press('Control+KeyW');
  });

  it('shows a job as interrupted when the extension host was killed, and goes on where it was', async () => {
    const path = await start('lecture.ts', { session: 'killed', bytesPerSecond: 300_000 });
    await workbench.treeRow(/^lecture, running, [2-9]\d %/).waitFor();
    const before = await served('killed');
    process.kill(hostPid(), 'SIGKILL');
    const row = workbench.treeRow(/^lecture, interrupted at \d+ %/);
    await row.waitFor();
    await workbench.badge('Hotframe').waitFor({ state: 'hidden' });
    assert.equal(existsSync(path), false);
    assert.equal(leftovers().length, 2);
    await shoot('failure-killed');
    await press(row, 'Resume');
    await workbench.toast(/lecture: going on, \d+ fragments are there/).waitFor();
    await shoot('failure-resumed');
    await workbench.treeRow(/^lecture, complete, /).waitFor();
    await checkWhole(path);
    const again = (await served('killed')) - before;
    assert.ok(again < shape.fragments, `${again} fragments were fetched after ${before}`);
    assert.deepEqual(leftovers(), []);
  });

  it('records anew after the extension host was killed, and saves what was recorded before', async () => {
    const live = { blocking: true, fragmentMs: 250, targetS: 1 };
    const url = lab.url('live-window', { fragments: 1000, session: 'panel', live });
    await workbench.runCommand('Hotframe: Download Playlist…');
    await workbench.titled('Download Playlist').waitFor();
    await workbench.input.fill(url);
    await workbench.input.press('Enter');
    const path = await workbench.saveAs('Save Stream As', 'panel.ts');
    await workbench.treeRow(/^panel, recording 0:0[2-9] · [1-9]\d* fragments/).waitFor();
    process.kill(hostPid(), 'SIGKILL');
    const row = workbench.treeRow(/^panel, interrupted after \d+ fragments/);
    await row.waitFor();
    assert.equal(leftovers().length, 2);
    await press(row, 'Resume');
    const toast = workbench.toast(/panel\.ts is recorded anew\. .* is saved as panel\.1\.ts \(/);
    await workbench.toastButton(toast, 'Open').waitFor();
    await workbench.leave();
    await shoot('failure-recording');
    const saved = readFileSync(join(folder, 'panel.1.ts'));
    assert.ok(saved.length > 0 && saved.length % 188 === 0);
    await workbench.closeToast(toast);
    const running = workbench.treeRow(/^panel, recording 0:\d\d · [1-9]\d* fragments/);
    await running.waitFor();
    await press(running, 'Stop Recording');
    await workbench.treeRow(/^panel, complete, /).waitFor();
    assert.ok(existsSync(path));
    assert.deepEqual(leftovers(), []);
  });

  it('asks before it throws away what is kept to start over', async () => {
    const fault = { kind: 'status', index: 36, status: 404, times: 1 } as const;
    const path = await start('trailer.ts', { session: 'trailer', bytesPerSecond: 4e6, faults: [fault] });
    const row = workbench.treeRow(/^trailer, failed, /);
    await row.waitFor();
    await press(row, 'Run Again');
    await workbench.dialog.getByText(/trailer\.ts stopped, and [\d.]+ MB are kept/).waitFor();
    await shoot('failure-again');
    await workbench.dialog.getByRole('button', { name: 'Resume' }).click();
    await workbench.treeRow(/^trailer, complete, /).waitFor();
    await checkWhole(path);
    assert.equal(await workbench.treeRow(/^trailer/).count(), 1);
  });

  it('asks before it deletes what is kept, with its size', async () => {
    const fault = { kind: 'status', index: 36, status: 404 } as const;
    await start('draft.ts', { session: 'draft', bytesPerSecond: 4e6, faults: [fault] });
    const row = workbench.treeRow(/^draft, failed, /);
    await row.waitFor();
    assert.equal(leftovers().length, 2);
    await row.click({ button: 'right' });
    await workbench.chooseFromMenu('Delete Job…');
    await workbench.dialog.getByText(/and its unfinished part \([\d.]+ MB\) with them/).waitFor();
    await shoot('failure-delete');
    await workbench.dialog.getByRole('button', { name: 'Delete Job' }).click();
    await row.waitFor({ state: 'hidden' });
    assert.deepEqual(leftovers(), []);
  });

  async function served(session: string): Promise<number> {
    const records = await lab.requests(session);
    return records.filter(({ path, status }) => !path.endsWith('.m3u8') && status === 200).length;
  }

  /** The process that runs the download: its lock names it. */
  function hostPid(): number {
    const locks = join(storage, 'locks');
    const [name = ''] = readdirSync(locks).filter((each) => each.startsWith('job-'));
    return (JSON.parse(readFileSync(join(locks, name), 'utf8')) as LockOwner).pid;
  }
});
