import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ending } from '../host/ending.ts';
import { type Lab, startLab } from '../origin/lab.ts';
import { openWorkbench, screenshots } from './openWorkbench.ts';
import type { WorkbenchPage } from './workbenchPage.ts';

const secret = 'Bearer S3CRET-VALUE';

describe('Hotframe at home in the workbench', function () {
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
    ({ workbench, folder } = await openWorkbench(ending, { width: 1120, height: 700 }));
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.showFailure(screenshots);
  });

  after(() => ending.finish());

  const shoot = (name: string): Promise<void> => workbench.shoot(join(screenshots, `${name}.png`));

  /** Answers the box that asks for that; the box before it has the same title. */
  async function answer(prompt: string, text: string): Promise<void> {
    await workbench.inputMessage.getByText(prompt).waitFor();
    await workbench.input.fill(text);
    await workbench.input.press('Enter');
  }

  /** Opens a link as the system does, and lets the workbench pass it on. */
  async function openLink(query: string): Promise<void> {
    await workbench.runCommand('Developer: Open URL');
    await workbench.input.fill(`code-oss://hotframe.hotframe/download?${query}`);
    await workbench.input.press('Enter');
    await workbench.dialog.getByRole('button', { name: 'Open', exact: true }).click();
  }

  it('sets a header unseen, sends it with a download from there, and removes it', async () => {
    const { origin } = new URL(lab.url('tiny'));
    await workbench.runCommand('Hotframe: Set Request Header…');
    await answer('Origin that the header is for', origin);
    await workbench.inputMessage.getByText('Name of the header').waitFor();
    await workbench.input.fill('Content-Length');
    await workbench.inputMessage.getByText('settles this header itself').waitFor();
    await answer('settles this header itself', 'Authorization');
    await workbench.inputMessage.getByText(`Value of Authorization for ${origin}`).waitFor();
    assert.equal(await workbench.input.getAttribute('type'), 'password');
    await answer('Value of Authorization', secret);
    await workbench.toast('Authorization is sent with downloads from').waitFor();
    await shoot('header-set');
    await workbench.closeToast(workbench.toast('Authorization is sent'));

    const url = `${lab.url('tiny', { fragments: 2, session: 'link' })}&token=T0KEN`;
    await openLink(`url=${encodeURIComponent(url)}`);
    await workbench.dialog.getByText(`Download the playlist of ${origin}?`).waitFor();
    await workbench.dialog.getByText(`${origin}/tiny/index.m3u8`).waitFor();
    assert.ok(!(await workbench.dialog.innerText()).includes('T0KEN'));
    await shoot('link-asks');
    await workbench.dialog.getByRole('button', { name: 'Download' }).click();
    await workbench.saveAs('Save Stream As', 'link.ts');
    await workbench.showView('Hotframe');
    await workbench.treeRow(/^link, complete, /).waitFor();
    const requests = await lab.requests('link');
    assert.ok(requests.length >= 3);
    for (const { path, headerNames } of requests) assert.ok(headerNames.includes('authorization'), path);

    await workbench.runCommand('Hotframe: Set Request Header…');
    await workbench.choice('Authorization').waitFor();
    await shoot('header-list');
    await workbench.choice('Authorization').click();
    await workbench.choice('Remove').click();
    await workbench.toast('Authorization is no longer sent').waitFor();
    await workbench.closeToast(workbench.toast('Authorization is no longer sent'));
  });

  it('refuses a link that wants more', async () => {
    await openLink(`url=${encodeURIComponent('https://a.example/x.m3u8')}&output=/tmp/x.ts`);
    const toast = workbench.toast('The link is not followed. It has the parameter "output"; only "url" is allowed.');
    await toast.waitFor();
    await workbench.closeToast(toast);
    await openLink(`url=${encodeURIComponent('file:///etc/passwd')}`);
    const second = workbench.toast('Only http:// and https:// URLs can be downloaded.');
    await second.waitFor();
    await workbench.closeToast(second);
  });

  it('shows what could be deleted, and deletes all that it keeps after a question', async () => {
    await workbench.runCommand('Hotframe: Free Storage…');
    await workbench.choice('engine.cpuprofile of link').waitFor();
    assert.deepEqual(new Set(await workbench.checks()), new Set([false]));
    await shoot('free-storage');
    await workbench.input.press('Escape');
    await workbench.runCommand('Hotframe: Delete All Data…');
    await workbench.dialog.getByText('Delete all data that Hotframe keeps?').waitFor();
    await shoot('delete-all');
    await workbench.dialog.getByRole('button', { name: 'Delete All Data' }).click();
    await workbench.page.getByText('No downloads yet.').waitFor();
    assert.deepEqual(readdirSync(folder), ['link.ts']);
  });

  it('has a walkthrough with pictures', async () => {
    // Where there is little room, the workbench leaves pictures out.
    await workbench.page.setViewportSize({ width: 1600, height: 800 });
    await workbench.runCommand('Welcome: Open Walkthrough...');
    await workbench.choice('Get Started with Hotframe').click();
    const steps = [
      'Download a playlist',
      'See how it ran',
      'Find the hot frames',
      'Reach streams that want to know you',
    ];
    for (const [index, step] of steps.entries()) {
      await workbench.page.getByRole('button', { name: step }).first().click();
      await workbench.page.locator('.getting-started-media iframe').first().waitFor();
      await shoot(`walkthrough-${index + 1}`);
    }
  });
});
