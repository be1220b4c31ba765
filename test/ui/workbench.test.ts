import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ending } from '../host/ending.ts';
import { type Lab, startLab } from '../origin/lab.ts';
import { waitForPicture } from './canvas.ts';
import { openWorkbench, pictures } from './openWorkbench.ts';
import type { WorkbenchPage } from './workbenchPage.ts';

const downloadTitle = 'Download Playlist';
const saveTitle = 'Save Stream As';

/** A playlist with faults of several kinds. */
const BROKEN = `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:4
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-MAP:URI="init.mp4"
#EXT-X-KEY:METHOD=AES-128,URI="https://keys.example/{$stream}",IV=0x2F
#EXTINF:4.000,Opening
0001.m4s
#EXTINF:6.006,
0002.m4s
#EXT-X-DISCONTINUTY
#EXT-X-PROGRAM-DATE-TIME:2026-01-01T20:15:00Z
#EXTINF:3.003,Titles
https://cdn.example/titles/0001.m4s?part=1
#EXT-X-ENDLIST
`;

describe('Hotframe in the workbench', function () {
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
    ({ workbench, folder } = await openWorkbench(ending, { width: 1280, height: 800 }));
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.showFailure(pictures);
  });

  after(() => ending.finish());

  const shoot = (name: string, size?: { width: number; height: number }): Promise<void> =>
    workbench.shoot(join(pictures, `${name}.png`), size);

  /** Goes back to the tree from a page that took the focus when it opened, and presses a key there. */
  async function pressInTree(key: string): Promise<void> {
    await workbench.runCommand('Hotframe: Focus on Jobs View');
    await workbench.page.locator('.sidebar [role="tree"]:focus').waitFor();
    await workbench.page.keyboard.press(key);
  }

  /** From the palette to the file dialog; resolves with the path of the file that will be. */
  const start = async (url: string, name: string, variant?: string): Promise<string> => {
    await workbench.runCommand('Hotframe: Download Playlist…');
    await workbench.titled(downloadTitle).waitFor();
    await workbench.input.fill(url);
    await workbench.input.press('Enter');
    if (variant !== undefined) {
      await workbench.choice(variant).click();
      await workbench.placeholder('Choose audio and subtitles').waitFor();
      await workbench.input.press('Enter');
    }
    return workbench.saveAs(saveTitle, name);
  };

  it('judges the URL while it is typed', async () => {
    await workbench.runCommand('Hotframe: Download Playlist…');
    await workbench.titled(downloadTitle).waitFor();
    await workbench.input.fill('master.m3u8');
    await workbench.inputMessage.getByText('This is not a URL').waitFor();
    await workbench.input.fill('ftp://example.com/master.m3u8');
    await workbench.inputMessage.getByText('Only http:// and https://').waitFor();
    await workbench.input.fill('https://example.com/master.m3u8');
    await workbench.inputMessage.getByText('Only http:// and https://').waitFor({ state: 'hidden' });
    await workbench.input.press('Escape');
    await workbench.titled(downloadTitle).waitFor({ state: 'hidden' });
  });

  it('says what is wrong with a page that is no playlist', async () => {
    await workbench.runCommand('Hotframe: Download Playlist…');
    await workbench.input.fill(`${lab.http}/no/such/playlist.m3u8`);
    await workbench.input.press('Enter');
    const toast = workbench.toast('404');
    await workbench.toastButton(toast, 'Try Again').waitFor();
    await workbench.closeToast(toast);
  });

  it('cancels from the notification and leaves nothing under the final name', async () => {
    await workbench.showView('Hotframe');
    const path = await start(lab.url('small', { bytesPerSecond: 20_000 }), 'cancelled.ts');
    const toast = workbench.toast(/cancelled.*\d+ of \d+ fragments/);
    await workbench.toastButton(toast, 'Cancel').click();
    await workbench.treeRow(/^cancelled, cancelled/).waitFor();
    assert.equal(existsSync(path), false);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('downloads the chosen variant of a multivariant playlist, with its progress shown', async () => {
    const shape = { fragments: 40, fragmentBytes: 5_400_000 };
    // Slow enough for a person to see the progress, fast enough for the profile to be that of a fast download.
    const path = await start(lab.url('multivariant', { ...shape, bytesPerSecond: 10e6 }), 'lab-4k.ts', '2160p');
    const toast = workbench.toast(/lab-4k 2160p: \d+ % · \d+ of \d+ fragments · .*B\/s/);
    await workbench.toastButton(toast, 'Cancel').waitFor();
    await workbench.treeRow(/^lab-4k 2160p, running, \d+ %/).waitFor();
    await workbench.treeRow(/^lab-4k 2160p, complete, /).waitFor();
    // Video and the separate audio in one transport stream.
    const bytes = await readFile(path);
    assert.ok(bytes.length > 1e6 && bytes.length % 188 === 0 && bytes[0] === 0x47);
  });

  it('shows the job with its output, its receipt and its profile in the tree', async () => {
    const job = workbench.treeRow(/^lab-4k 2160p, complete, /);
    await job.click();
    await job.press('ArrowRight');
    await workbench.treeRow(/^Output, lab-4k\.ts, /).waitFor();
    await workbench.treeRow(/^Receipt, \d+ fragments/).waitFor();
    await workbench.treeRow(/^CPU profile, .*gate: /).waitFor();
    await workbench.waitForTooltip(job, join(folder, 'lab-4k.ts'));
    await workbench.leave();
  });

  it('shows a running job, counts it in a badge, and cancels it from the tree', async () => {
    await workbench.widenSideBar(460);
    const path = await start(lab.url('small', { bytesPerSecond: 200_000, fragments: 40 }), 'keynote.ts');
    const job = workbench.treeRow(/^keynote, running, [1-9]\d* %/);
    await job.waitFor();
    await workbench.badge('Hotframe').getByText('1', { exact: true }).waitFor();
    await workbench.toast(/keynote: \d+ %/).waitFor();
    await shoot('tree', { width: 1000, height: 480 });
    await job.hover();
    await job.getByRole('button', { name: 'Cancel' }).click();
    await workbench.treeRow(/^keynote, cancelled/).waitFor();
    await workbench.badge('Hotframe').waitFor({ state: 'hidden' });
    assert.equal(existsSync(path), false);
  });

  it('shows a recording, and stops it from the tree with its file kept', async () => {
    const live = { blocking: true, fragmentMs: 250, targetS: 1 };
    const path = await start(lab.url('live-window', { fragments: 1000, session: 'lecture', live }), 'lecture.ts');
    const job = workbench.treeRow(/^lecture, recording 0:0[3-9] · \d+ fragments · .*B\/s/);
    await job.waitFor();
    const toast = workbench.toast(/lecture: recording 0:\d\d · \d+ fragments · .*B\/s$/);
    await toast.locator('.monaco-progress-container.infinite').waitFor();
    await workbench.leave();
    await job.hover({ position: { x: 60, y: 8 } });
    await job.getByRole('button', { name: 'Stop Recording' }).waitFor();
    assert.equal(await job.getByRole('button', { name: 'Cancel' }).count(), 0);
    await shoot('recording');
    await job.getByRole('button', { name: 'Stop Recording' }).click();
    await workbench.treeRow(/^lecture, complete, /).waitFor();
    await workbench.badge('Hotframe').waitFor({ state: 'hidden' });
    const [first = 0, count = 0] = await recorded('lecture');
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    const digest = await lab.digest('live-window', { fragments: 1000, live, from: first, to: first + count - 1 });
    assert.equal(sha256, digest.sha256);
  });

  it('waits out an outage of the playlist, and stops the recording from the notification', async () => {
    const live = { blocking: true, targetS: 1, outage: [[8, 900]] as const };
    await start(lab.url('live-window', { fragments: 1000, session: 'outage', live }), 'panel.ts');
    await workbench.treeRow(/^panel, recording 0:\d\d · [1-9]\d* fragments/).waitFor();
    await lab.advance('outage', 3);
    await workbench.treeRow(/^panel, recording, waiting for the playlist since 0:0[2-9]/).waitFor();
    const toast = workbench.toast(/panel: waiting for the playlist since 0:\d\d/);
    await workbench.leave();
    await shoot('recording-outage');
    await workbench.toastButton(toast, 'Cancel').click();
    await workbench.treeRow(/^panel, complete, /).waitFor();
  });

  /** The index of the first fragment of a session that was served, and how many were. */
  async function recorded(session: string): Promise<number[]> {
    const served = await lab.requests(session);
    const names = served
      .filter(({ path, status }) => !path.endsWith('.m3u8') && status === 200)
      .map(({ path }) => path);
    const [first = ''] = names;
    return [Number(/(\d+)\.\w+$/.exec(first)?.[1]), new Set(names).size];
  }

  it('shows what is wrong with a playlist while it is written, and puts it right', async () => {
    await writeFile(join(folder, 'stream.m3u8'), BROKEN);
    await workbench.openFile('stream.m3u8');
    await workbench.squiggles('error').first().waitFor();
    assert.ok((await workbench.countColours()) > 4, 'the playlist has no colours');
    const hover = await workbench.hover('EXT-X-MAP');
    await hover.getByText('RFC 8216bis §4.4.4.5').waitFor();
    await shoot('playlist', { width: 1000, height: 640 });
    await workbench.leave();
    await workbench.fixAt('EXT-X-DISCONTINUTY', 'Change to #EXT-X-DISCONTINUITY');
    await workbench.text('EXT-X-DISCONTINUITY').waitFor();
    await workbench.runCommand('File: Revert File');
  });

  it('opens a playlist from the network, and downloads from above it', async () => {
    await workbench.runCommand('Hotframe: Open Playlist…');
    await workbench.titled('Open Playlist').waitFor();
    const url = new URL(lab.url('multivariant'));
    url.searchParams.set('token', 'sesame');
    await workbench.input.fill(url.href);
    await workbench.input.press('Enter');
    await workbench.activeTab('index.m3u8').waitFor();
    await workbench.lens('Download').waitFor();
    assert.ok(!(await workbench.page.locator('.tabs-container').innerText()).includes('sesame'));
    await workbench.leave();
    await shoot('playlist-remote');
    await workbench.lens('Download').click();
    await workbench.placeholder('Choose a variant').waitFor();
    await workbench.input.press('Escape');
    await workbench.titled(downloadTitle).waitFor({ state: 'hidden' });
  });

  it('draws the flamegraph of the profile and lists its hot frames', async () => {
    await workbench.widenSideBar(300);
    await workbench.treeRow(/^CPU profile, /).click();
    const canvas = workbench.webview.locator('.graph canvas').filter({ visible: true }).first();
    const rows = workbench.webview.locator('#hot tr');
    await rows.first().waitFor();
    await waitForPicture(canvas);
    const categories = await rows.locator('.category').allInnerTexts();
    assert.ok(categories.length > 0 && categories.every((text) => text !== ''), categories.join());
    await workbench.webview.locator('#verdict').getByText('literal').waitFor();
    await shoot('flamegraph', { width: 1280, height: 1120 });
  });

  it('attaches a profile that is dropped onto a job, renames it with a key, and detaches it', async () => {
    await workbench.dropFile(workbench.treeRow(/^Receipt, \d+ fragments/).first(), 'native.folded', 'main;malloc 3\n');
    const dropped = workbench.treeRow(/^native\.folded, attached · 3 samples · top: malloc 100 % · gate: allocator/);
    await dropped.waitFor();
    await dropped.click();
    await workbench.webview.locator('#hot').getByText('malloc').first().waitFor();
    await pressInTree('F2');
    await workbench.titled('Rename Profile').waitFor();
    await workbench.input.fill('before the change');
    await workbench.input.press('Enter');
    const renamed = workbench.treeRow(/^before the change, attached/);
    await renamed.waitFor();
    await pressInTree('Delete');
    await workbench.dialog.getByRole('button', { name: 'Detach', exact: true }).click();
    await renamed.waitFor({ state: 'hidden' });
  });

  it('compares two jobs in a tab that survives a reload', async () => {
    await workbench.runCommand('View: Close All Editors');
    await workbench.treeRow(/^lecture, complete, /).click();
    const job = workbench.treeRow(/^lab-4k 2160p, complete, /);
    await job.click({ modifiers: ['ControlOrMeta'] });
    await job.click({ button: 'right' });
    await workbench.chooseFromMenu('Compare Profiles…');
    const title = 'lab-4k 2160p CPU profile ↔ lecture CPU profile';
    const canvas = workbench.webview.locator('.graph canvas').filter({ visible: true }).first();
    for (const isReloaded of [false, true]) {
      if (isReloaded) await workbench.reload();
      await workbench.page.getByRole('tab', { name: title }).waitFor();
      await workbench.webview.locator('#hot tr').first().waitFor();
      await waitForPicture(canvas);
    }
    await workbench.webview.getByRole('radio', { name: 'Absolute' }).click();
    await workbench.webview.locator('#jobs').getByText('concurrency').first().waitFor();
    await shoot('diff', { width: 1280, height: 1120 });
  });
});
