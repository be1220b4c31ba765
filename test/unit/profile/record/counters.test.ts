import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { startCounters } from '../../../../src/profile/record/counters.ts';

describe('counters', () => {
  it('see processor time, memory, page faults and calls of I/O', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hotframe-counters-'));
    try {
      const counters = startCounters();
      const memory = Buffer.alloc(64 * 2 ** 20, 1);
      for (let call = 0; call < 10; call++) writeFileSync(join(folder, 'x'), memory.subarray(0, 1000));
      await setImmediate();
      const values = counters.stop();
      assert.ok(memory.length > 0);
      assert.ok(values.cpuUserMs + values.cpuSystemMs > 0);
      assert.ok(values.arrayBuffersPeakBytes >= memory.length);
      assert.ok(values.maxRssBytes >= memory.length);
      if (process.platform === 'linux') {
        // One for each huge page, where the kernel gives those.
        assert.ok(values.minorPageFaults >= 32, String(values.minorPageFaults));
        assert.ok(
          (values.io?.writeCalls ?? 0) >= 10 && (values.io?.writeBytes ?? 0) >= 10_000,
          JSON.stringify(values.io),
        );
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('see collections and the delay of the loop', async () => {
    const counters = startCounters();
    for (let turn = 0; turn < 30; turn++) {
      const end = performance.now() + 8;
      const garbage: object[] = [];
      while (performance.now() < end) garbage.push({ turn, list: [turn] });
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const values = counters.stop();
    assert.ok(values.gcCount > 0 && values.gcMs > 0, JSON.stringify(values));
    assert.ok(values.loopDelayP99Ms >= 5, JSON.stringify(values));
  });

  it('answer the same when asked again', () => {
    const counters = startCounters();
    assert.deepEqual(counters.stop(), counters.stop());
  });

  it('keep no process alive, stopped or not', async () => {
    const module = new URL('../../../../src/profile/record/counters.ts', import.meta.url).href;
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { startCounters } from ${JSON.stringify(module)}; startCounters(); startCounters().stop();`,
      ],
      { stdio: 'ignore', timeout: 10_000 },
    );
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });
});
