import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ending, withEnding } from '../../host/ending.ts';
import { endGroup, startGroup, waitForLine } from '../../host/processes.ts';

describe('an ending', () => {
  it('undoes in reverse, once', async () => {
    const undone: number[] = [];
    const ending = new Ending();
    for (const step of [1, 2, 3]) ending.add(() => undone.push(step));
    await Promise.all([ending.finish(), ending.finish()]);
    assert.deepEqual(undone, [3, 2, 1]);
  });

  it('undoes the rest when a step fails, and tells', async () => {
    const undone: number[] = [];
    const ending = new Ending();
    ending.add(() => undone.push(1));
    ending.add(() => {
      throw new Error('stuck');
    });
    await assert.rejects(ending.finish(), (error: AggregateError) => String(error.errors[0]) === 'Error: stuck');
    assert.deepEqual(undone, [1]);
  });

  it('is finished when the work fails', async () => {
    let isUndone = false;
    const work = withEnding((ending) => {
      ending.add(() => (isUndone = true));
      return Promise.reject(new Error('failed'));
    });
    await assert.rejects(work, /failed/);
    assert.equal(isUndone, true);
  });

  it('is finished by a signal, even when a second one arrives', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hotframe-ending-'));
    const marks = ['a', 'b'].map((name) => join(folder, name));
    for (const mark of marks) writeFileSync(mark, '');
    const script = join(folder, 'program.ts');
    const modulePath = join(import.meta.dirname, '..', '..', 'host', 'ending.ts');
    writeFileSync(
      script,
      `import { rmSync } from 'node:fs';
       import { Ending } from ${JSON.stringify(modulePath)};
       for (const mark of ${JSON.stringify(marks)}) {
         new Ending().add(() => new Promise((done) => {
           process.kill(process.pid, 'SIGINT');
           setImmediate(() => { rmSync(mark); done(); });
         }));
       }
       console.log('ready');
       setInterval(() => {}, 1000);`,
    );
    const child = startGroup([script], process.env as Record<string, string>, folder);
    try {
      await waitForLine(child, /ready/, 10_000);
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      assert.deepEqual(await exited, [143, null]);
      assert.deepEqual(marks.map(existsSync), [false, false]);
    } finally {
      await endGroup(child);
      rmSync(folder, { recursive: true });
    }
  });
});
