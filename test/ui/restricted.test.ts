import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ending } from '../host/ending.ts';
import { type Lab, startLab } from '../origin/lab.ts';
import { openWorkbench, screenshots } from './openWorkbench.ts';
import type { WorkbenchPage } from './workbenchPage.ts';

/** A claim whose arms would leave a file in their folder. */
const foreign = {
  id: 'P1',
  title: 'Two programs',
  source: 'somebody',
  statement: 'One is faster.',
  claimed: { metric: 'wall', change: 'decrease' },
  baseline: { name: 'before', command: ['touch', 'ran-before', '{url}', '{out}'] },
  candidate: { name: 'after', command: ['touch', 'ran-after', '{url}', '{out}'] },
  workload: { kind: 'lab', fragments: 2, fragmentBytes: 10_000 },
};

/** What somebody else's folder would have: no profile, and a program of its own beside the download. */
const settings = { 'hotframe.profile': 'none', 'hotframe.mux': 'ffmpeg', 'hotframe.write': 'buffered' };

describe('a folder that is not trusted', function () {
  // The second test looks at what the first one downloaded.
  this.bail(true);
  const ending = new Ending();
  let lab: Lab;
  let folder: string;
  let workbench: WorkbenchPage;

  before(async () => {
    lab = await startLab();
    ending.add(() => lab.close());
    const prepare = (streams: string): void => {
      mkdirSync(join(streams, '.vscode'));
      writeFileSync(join(streams, '.vscode', 'settings.json'), JSON.stringify(settings));
      writeFileSync(join(streams, 'P1.claim.json'), JSON.stringify(foreign));
    };
    ({ workbench, folder } = await openWorkbench(ending, {
      ...{ width: 1120, height: 640, sideBar: 430 },
      ...{ isRestricted: true, prepare },
    }));
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.showFailure(screenshots);
  });

  after(() => ending.finish());

  it('can be downloaded to, by the settings of the person and not by its own', async () => {
    await workbench.page.getByText('Restricted Mode').first().waitFor();
    await workbench.runCommand('Hotframe: Download Playlist…');
    await workbench.titled('Download Playlist').waitFor();
    await workbench.input.fill(lab.url('4k', { fragments: 4, fragmentBytes: 50_000 }));
    await workbench.input.press('Enter');
    const output = await workbench.saveAs('Save Stream As', 'talk.ts');
    const row = workbench.treeRow(/^talk, complete, /);
    await row.waitFor();
    assert.ok(existsSync(output));
    await row.click();
    await row.press('ArrowRight');
    // Its own setting wants none.
    await workbench.treeRow(/^CPU profile, /).waitFor();
    await workbench.shoot(join(screenshots, 'restricted-download.png'));
  });

  it('has none of its programs run', async () => {
    const row = workbench.treeRow(/^P1 Two programs, untested$/);
    await row.click();
    await row.press('Control+Enter');
    const refusal = workbench.toast('programs are run in trusted workspaces only');
    await refusal.waitFor();
    await workbench.shoot(join(screenshots, 'restricted-claim.png'));
    for (const name of ['P1', 'ran-before', 'ran-after']) assert.equal(existsSync(join(folder, name)), false, name);
  });
});
