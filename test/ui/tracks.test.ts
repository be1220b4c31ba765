import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ending } from '../host/ending.ts';
import { type Lab, startLab } from '../origin/lab.ts';
import { openWorkbench, pictures } from './openWorkbench.ts';
import type { WorkbenchPage } from './workbenchPage.ts';

const downloadTitle = 'Download Playlist';
const saveTitle = 'Save Stream As';
/** The tracks of the lab's multivariant stream, in the order in which they are asked for. */
const [audioEnglish, audioGerman, textEnglish, textGerman] = [0, 1, 2, 3];

describe('audio and subtitles in the workbench', function () {
  // Each test goes on where the one before left the workbench.
  this.bail(true);
  this.timeout(60_000);

  const ending = new Ending();
  let lab: Lab;
  let workbench: WorkbenchPage;

  before(async () => {
    lab = await startLab();
    ending.add(() => lab.close());
    ({ workbench } = await openWorkbench(ending, { width: 1120, height: 560, sideBar: 430 }));
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.showFailure(pictures);
  });

  after(() => ending.finish());

  const shoot = (name: string): Promise<void> => workbench.shoot(join(pictures, `${name}.png`));

  /** From the palette to what is asked behind the URL. */
  async function begin(url: string): Promise<void> {
    await workbench.runCommand('Hotframe: Download Playlist…');
    await workbench.titled(downloadTitle).waitFor();
    await workbench.input.fill(url);
    await workbench.input.press('Enter');
  }

  it('are asked for in one question, with what the stream prefers proposed', async () => {
    await begin(lab.url('multivariant'));
    await workbench.choice('720p').click();
    await workbench.placeholder('Choose audio and subtitles').waitFor();
    assert.deepEqual(await workbench.checks(), [true, false, false, false]);
    await shoot('tracks');
  });

  it('are brought as they were chosen, and the subtitles are there to be read', async () => {
    for (const track of [audioEnglish, audioGerman, textEnglish, textGerman])
      await workbench.checkboxes.nth(track).click();
    assert.deepEqual(await workbench.checks(), [false, true, true, true]);
    await workbench.input.press('Enter');
    const path = await workbench.saveAs(saveTitle, 'talk.ts');
    const job = workbench.treeRow(/^talk 720p, complete, /);
    await job.click();
    await job.press('ArrowRight');
    await workbench.treeRow(/^Output, talk\.ts, /).waitFor();
    await workbench.treeRow(/^Subtitles, talk\.en\.vtt, English · /).waitFor();
    const german = workbench.treeRow(/^Subtitles, talk\.de\.vtt, German · /);
    await german.click();
    await workbench.page.locator('.editor-instance', { hasText: 'Fragment Nummer 3' }).waitFor();
    await workbench.leave();
    await shoot('tracks-job');
    assert.ok(readFileSync(path.replace('.ts', '.en.vtt'), 'utf8').includes('Fragment number 3'));
    assert.equal(existsSync(path.replace('.ts', '.de.ts')), false, 'the audio is in the file');
  });

  it('are proposed in the languages of the last time', async () => {
    await begin(lab.url('multivariant'));
    await workbench.choice('360p').click();
    await workbench.placeholder('Choose audio and subtitles').waitFor();
    assert.deepEqual(await workbench.checks(), [false, true, true, true]);
    await workbench.input.press('Escape');
    await workbench.titled(downloadTitle).waitFor({ state: 'hidden' });
    assert.equal(await workbench.titled(saveTitle).count(), 0);
  });

  it('are not asked for where there is nothing to choose', async () => {
    await begin(lab.url('hostile-titles'));
    await workbench.saveAs(saveTitle, 'single.ts');
    // VS Code keeps notifications back when several come in a second, as they do under a hand that needs no time.
    await workbench.treeRow(/^single 360p, complete, /).waitFor();
  });
});
