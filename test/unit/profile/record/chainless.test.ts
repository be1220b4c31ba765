import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { toFolded } from '../../../../src/profile/export.ts';
import { foldSamples } from '../../../../src/profile/record/native.ts';
import { PerfMap } from '../../../../src/profile/record/perfMap.ts';
import { needKernelStacks } from './perfHere.ts';

const run = promisify(execFile);

/** As ciphers do, the loop has the frame pointer for its own use: what it points to is no return address. */
const PROGRAM = `
static long no_frame[2] = {0, -1};
__attribute__((noinline)) void spin(void) {
  __asm__ volatile("push %%rbp\\n mov %0, %%rbp\\n mov $300000000, %%rcx\\n 1: dec %%rcx\\n jnz 1b\\n pop %%rbp" :: "r"(no_frame) : "rcx", "memory");
}
int main(void) { spin(); return 0; }
`;

describe('samples whose call chain perf throws away', () => {
  let folder: string;
  before(async function () {
    folder = await mkdtemp(join(tmpdir(), 'hotframe-chainless-'));
    await needKernelStacks(this);
    const refusal = process.arch === 'x64' ? await run('gcc', ['--version']).catch(String) : 'it is written for x64';
    if (typeof refusal === 'string') {
      console.log(`      skipped: ${refusal}`);
      this.skip();
    }
    await writeFile(join(folder, 'spin.c'), PROGRAM);
    await run('gcc', ['-O1', '-o', join(folder, 'spin'), join(folder, 'spin.c')]);
    const record = [
      'record',
      '-e',
      'cpu-clock',
      '-F',
      '1000',
      '--call-graph',
      'fp',
      '--no-buildid',
      '--no-buildid-cache',
    ];
    await run('sh', ['-c', 'perf "$@" > "$0"', join(folder, 'data'), ...record, '-o', '-', '--', join(folder, 'spin')]);
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  it('stand in the function that they were taken in', async () => {
    const data = await open(join(folder, 'data'));
    const { tree, facts } = await foldSamples(data.fd, new PerfMap()).finally(() => data.close());
    const threads = [{ name: 'all', tree, samples: 0 }];
    const folded = toFolded({ format: 'folded', unit: 'samples', threads, lost: [] });
    assert.ok(!folded.includes('[unknown]'), folded);
    const spinning = Number(/^spin;spin (\d+)$/m.exec(folded)?.[1]);
    assert.ok(spinning > facts.samples * 0.8, folded);
  });
});
