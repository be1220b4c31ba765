import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startHostUsage } from '../../../../src/evidence/measure/hostUsage.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

describe('what a host takes', () => {
  it('is counted from the start to the end of a while', async () => {
    await using folder = await temporaryFolder();
    const written = Buffer.alloc(3_000_000, 1);
    const stop = startHostUsage();
    const untilMs = performance.now() + 60;
    let sum = 0;
    while (performance.now() < untilMs) sum += Math.sqrt(sum + 1);
    await writeFile(path.join(folder.path, 'file'), written);
    const usage = stop();
    assert.ok(usage.wallMs >= 60 && usage.wallMs < 5000, `${usage.wallMs} ms`);
    const cpuMs = usage.cpuUserMs + usage.cpuSystemMs;
    assert.ok(cpuMs > 20 && cpuMs < 5000, `${cpuMs} ms`);
    if (process.platform !== 'linux') return;
    assert.ok((usage.writtenBytes ?? 0) >= written.length && (usage.writeCalls ?? 0) >= 1);
    assert.ok((usage.contextSwitches ?? -1) >= 0 && (usage.minorFaults ?? -1) >= 0);
  });

  it('has a peak of its own: what was held before, and given back, is none of it', function () {
    const earlier = startHostUsage();
    Buffer.alloc(150 * 2 ** 20, 1).fill(2);
    const high = earlier().maxRssBytes;
    // A kernel or a container may not let a process set its mark back.
    if (high === undefined) this.skip();
    setFlagsFromString('--expose-gc');
    runInNewContext('gc()');
    const later = startHostUsage()().maxRssBytes;
    assert.ok(later !== undefined && later < high - 100 * 2 ** 20, `${later} of ${high}`);
  });
});
