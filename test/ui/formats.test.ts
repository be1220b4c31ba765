import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCpuProfile } from '../../src/profile/record/cpu.ts';
import { Ending } from '../host/ending.ts';
import { root } from '../host/found.ts';
import { waitForPicture } from './canvas.ts';
import { openWorkbench, screenshots } from './openWorkbench.ts';
import type { WorkbenchPage } from './workbenchPage.ts';

const fixtures = join(root, 'test/unit/profile/formats/fixtures');

/** A file of each format as its own tool wrote it, and a frame that is in it. */
const files: [format: string, file: string, frame: string][] = [
  ['cpuprofile', 'loop.cpuprofile', 'spinForProfile'],
  ['heapprofile', 'rows.heapprofile', 'Row'],
  ['folded', 'stacks.folded', 'libc_read'],
  ['perf script', 'node.perf.txt', 'v8::internal::StubCache::Clear'],
  ['SVG of flamegraph.pl', 'flamegraph.svg', 'libc_read'],
  ['SVG of inferno', 'inferno.svg', '<genexpr>'],
  ['speedscope', 'py-spy.speedscope.json', 'digest'],
  ['pprof', 'go-cpu.pb.gz', 'runtime.memmove'],
  ['gecko', 'firefox.json.gz', 'libxul.so'],
  ['trace events', 'chromium.trace.json.gz', 'parsePlaylist'],
];

describe('profile files in the workbench', function () {
  this.timeout(60_000);

  const ending = new Ending();
  let folder: string;
  let workbench: WorkbenchPage;

  before(async () => {
    const prepare = async (folder: string): Promise<void> => {
      for (const [, file] of files.slice(1)) copyFileSync(join(fixtures, file), join(folder, file));
      await writeFile(join(folder, 'loop.cpuprofile'), JSON.stringify(await recordLoop()));
    };
    ({ workbench, folder } = await openWorkbench(ending, { width: 1100, height: 800, prepare }));
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.showFailure(screenshots);
  });

  after(() => ending.finish());

  for (const [format, file, frame] of files) {
    it(`are drawn as flamegraphs: ${format}`, async () => {
      await workbench.runCommand('Hotframe: Open Profile File as Flamegraph');
      await workbench.chooseFile('Open Profile File as Flamegraph', join(folder, file));
      const canvas = workbench.webview.locator('.graph canvas').filter({ visible: true }).first();
      const rows = workbench.webview.locator('#hot tr');
      await rows.first().waitFor();
      await waitForPicture(canvas);
      const names = await rows.allInnerTexts();
      assert.ok(
        names.some((name) => name.includes(frame)),
        names.join('\n'),
      );
      await workbench.shoot(join(screenshots, `format-${file}.png`));
      await workbench.runCommand('View: Close All Editors');
    });
  }
});

/** A CPU profile of a moment of this process. */
async function recordLoop(): Promise<object> {
  const recording = await startCpuProfile(200);
  spinForProfile();
  return (await recording.stop()).profile;
}

function spinForProfile(): number {
  const endMs = performance.now() + 50;
  let sum = 0;
  while (performance.now() < endMs) sum += Math.sqrt(sum + 1);
  return sum;
}
