import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ending } from '../host/ending.ts';
import { openWorkbench, screenshots } from './openWorkbench.ts';
import type { WorkbenchPage } from './workbenchPage.ts';

const title = 'What is claimed, in a few words';

/** Two programs that do nothing: whether they are asked for is what is tested. */
const foreign = {
  id: 'P1',
  title: 'Two programs',
  source: 'a test',
  statement: 'One is faster.',
  claimed: { metric: 'wall', change: 'decrease' },
  baseline: { name: 'one', command: ['true', '{url}', '{out}'] },
  candidate: { name: 'other', command: ['true', '--fast', '{url}', '{out}'] },
  workload: { kind: 'lab', fragments: 1, fragmentBytes: 1000 },
};

describe('claims in the workbench', function () {
  // Each test goes on where the one before left the workbench.
  this.bail(true);
  this.timeout(60_000);

  const ending = new Ending();
  let folder: string;
  let workbench: WorkbenchPage;

  before(async function () {
    // Runs are measured by what Linux tells of processes.
    if (process.platform !== 'linux') this.skip();
    ({ workbench, folder } = await openWorkbench(ending, { width: 1180, height: 720, sideBar: 480 }));
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.showFailure(screenshots);
  });

  after(() => ending.finish());

  const shoot = (name: string): Promise<void> => workbench.shoot(join(screenshots, `${name}.png`));

  it('have a way forward while there is none: a claim that can be tested as it is', async () => {
    const welcome = workbench.page.locator('.welcome-view-content', { hasText: 'No claims yet.' });
    await welcome.waitFor();
    await shoot('claims-none');
    await welcome.getByText('New Claim…').click();
    await workbench.saveAs('New Claim', 'F1.claim.json');
    await workbench.activeTab('F1.claim.json').waitFor();
    await workbench.treeRow(/^F1 What is claimed, in a few words, untested$/).waitFor();
    // The title is selected: what is typed takes its place.
    await workbench.page.keyboard.type('Streaming a little');
    await workbench.page.keyboard.press('Control+S');
    await workbench.treeRow(/^F1 Streaming a little, untested$/).waitFor();
    assert.ok(!readFileSync(join(folder, 'F1.claim.json'), 'utf8').includes(title));
  });

  it('are completed, explained and checked by their schema', async () => {
    const tip = await workbench.hover('"smallestEffectPercent"');
    await tip
      .getByText(/matter|smaller|effect/i)
      .first()
      .waitFor();
    await shoot('claims-hover');
    await workbench.leave();
    await workbench.text('"wall"').dblclick();
    await workbench.page.keyboard.type('p');
    await workbench.page.keyboard.press('Control+Space');
    const proposal = workbench.page.locator('.suggest-widget .monaco-list-row', { hasText: 'peakMemory' });
    await proposal.waitFor();
    await shoot('claims-completion');
    await workbench.page.keyboard.press('Escape');
    await workbench.runCommand('File: Revert File');
    writeFileSync(join(folder, 'F2.claim.json'), '{ "id": "F2", "titel": "Misspelled" }');
    await workbench.openFile('F2.claim.json');
    await workbench.squiggles('warning').first().waitFor();
    await workbench.treeRow(/^F2\.claim\.json, is no claim that can be used: "title" is missing/).waitFor();
    await shoot('claims-broken');
  });

  it('are tested with a click, to a report that opens', async () => {
    const claim = JSON.parse(readFileSync(join(folder, 'F1.claim.json'), 'utf8')) as object;
    const workload = { kind: 'lab', fragments: 4, fragmentBytes: 50_000, latencyMs: 10 };
    writeFileSync(join(folder, 'F1.claim.json'), JSON.stringify({ ...claim, workload }, null, 2));
    const row = workbench.treeRow(/^F1 /);
    await row.hover();
    await row.getByRole('button', { name: 'Test Claim' }).click();
    const toast = workbench.toast(/F1 Streaming a little.*\d+ pairs.*needed.* wall time/);
    await toast.waitFor();
    await workbench.treeRow(/^F1 Streaming a little, [1-9]\d* pairs/).waitFor();
    await shoot('claims-testing');
    await row.hover();
    await row.getByRole('button', { name: 'Stop Testing' }).click();
    await workbench.treeRow(/^F1 Streaming a little, stopped after \d+ pairs?$/).waitFor();
    const stopped = workbench.toast(/F1 Streaming a little: stopped after/);
    await stopped.waitFor();
    await workbench.closeToast(stopped);

    await workbench.runCommand('View: Close All Editors');
    await workbench.runCommand('Hotframe: Profile Claim Only');
    await workbench.choice('F1 Streaming a little').click();
    const done = workbench.toast(/F1 Streaming a little: The profile shows/);
    await done.waitFor();
    await shoot('claims-done');
    await workbench.toastButton(done, 'Open Report').click();
    await workbench.activeTab('Preview report.md').waitFor();
    const preview = workbench.webview;
    await preview.getByRole('heading', { name: /F1 Streaming a little/ }).waitFor();
    assert.ok(existsSync(join(folder, 'F1', 'report.md')));
  });

  it('show what their test left, and open it', async () => {
    const row = workbench.treeRow(/^F1 Streaming a little, (revisit|no-op), by its profile$/);
    await row.click();
    await row.press('ArrowRight');
    await workbench.treeRow(/^Report, /).waitFor();
    await workbench.treeRow(/^Profile of buffered, gate: /).waitFor();
    await workbench.treeRow(/^What changed, buffered ↔ streaming$/).waitFor();
    await workbench.waitForTooltip(row, 'literal: ');
    await shoot('claims-light');
    await workbench.leave();
    await workbench.treeRow(/^Profile of buffered/).click();
    await workbench.webview.getByText('Gate').first().waitFor();
    await shoot('claims-profile');
  });

  it('run no program before a person has seen its words', async () => {
    writeFileSync(join(folder, 'P1.claim.json'), JSON.stringify(foreign));
    const row = workbench.treeRow(/^P1 Two programs, untested$/);
    await row.click();
    await row.press('Control+Enter');
    await workbench.dialog.getByText('Run the programs of the claim P1').waitFor();
    await workbench.dialog.getByText('true --fast {url} {out}').waitFor();
    await shoot('claims-confirm');
    await workbench.dialog.getByRole('button', { name: 'Cancel' }).click();
    await workbench.dialog.waitFor({ state: 'hidden' });
    assert.equal(existsSync(join(folder, 'P1')), false);
    await workbench.runCommand('Preferences: Color Theme');
    await workbench.input.fill('Dark Modern');
    await workbench.choice('Dark Modern').first().click();
    await workbench.page.locator('.monaco-workbench.vs-dark').waitFor();
    await workbench.leave();
    await shoot('claims-dark');
  });
});
