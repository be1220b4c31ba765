import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { allocationCalls, sumAllocations, type Allocations } from '../../../../src/evidence/allocations.ts';
import { buildAllocationCounter, TELL_IN } from '../../../../src/evidence/measure/allocationCounter.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const MIB = 2 ** 20;

describe('counting allocations', function () {
  this.timeout(20_000);

  let folder: Awaited<ReturnType<typeof temporaryFolder>> | undefined;
  let library: string;
  before(async function () {
    if (process.platform !== 'linux' || spawnSync('cc', ['--version']).error !== undefined) this.skip();
    folder = await temporaryFolder();
    library = await buildAllocationCounter(folder.path);
  });
  after(() => folder?.[Symbol.asyncDispose]());

  let told = 0;
  async function count(program: string, ...args: string[]): Promise<Allocations | undefined> {
    const file = path.join(folder!.path, `told ${++told}`);
    await promisify(execFile)(program, args, {
      env: { PATH: process.env['PATH'], LD_PRELOAD: library, [TELL_IN]: file },
    });
    const text = await readFile(file, 'utf8').catch(() => '');
    return sumAllocations(text);
  }

  it('finds each buffer of a program on Node, of its threads too, however it exits', async () => {
    const hold = `const held = []; for (let i = 0; i < 50; i++) held.push(Buffer.alloc(${2 * MIB}));`;
    const worker = `${hold} require('node:worker_threads').parentPort.postMessage(1); setInterval(() => {}, 1000);`;
    const threads = `const { Worker } = require('node:worker_threads');
      ${hold} new Worker(${JSON.stringify(worker)}, { eval: true }).on('message', () => process.exit(0));`;
    for (const [code, buffers] of [
      [hold, 50],
      [threads, 100],
    ] as const) {
      const counted = await count(process.execPath, '-e', code);
      const large = counted?.bySize.at(-1) ?? 0;
      assert.ok(large >= buffers && large < buffers + 10, `${large}`);
      assert.ok(counted !== undefined && counted.peakBytes > buffers * 2 * MIB);
      assert.ok(counted.bytes >= counted.peakBytes && counted.bytes < buffers * 2 * MIB + 100 * MIB);
      assert.equal(counted.processes, 1);
      assert.ok(counted.free <= allocationCalls(counted));
    }
  });

  it('tells the growth of a block, and what is freed', async () => {
    const counted = await count('perl', '-e', `my $x = 'x'; $x .= 'x' x ${MIB} for 1 .. 20; undef $x`);
    const idle = await count('perl', '-e', '1');
    assert.ok(counted !== undefined && idle !== undefined);
    assert.ok(counted.realloc > idle.realloc);
    assert.ok(counted.peakBytes > 20 * MIB && counted.peakBytes < 60 * MIB, `${counted.peakBytes}`);
  });

  it('adds up all processes of a program, a copy without what its parent did', async () => {
    const [one, both] = [
      await count('perl', '-e', '1'),
      await count('sh', '-c', 'perl -e 1 & perl -e 1 & wait; exit 0'),
    ];
    assert.ok(one !== undefined && both !== undefined);
    // Some shells end by _exit and tell nothing.
    assert.ok([2, 3].includes(both.processes), `${both.processes}`);
    assert.ok(allocationCalls(both) >= 2 * allocationCalls(one));
    const held = `my @x = map { 'x' x ${2 * MIB} } 1 .. 5;`;
    const forked = await count('perl', '-e', `${held} if (fork) { wait } else { exit }`);
    const alone = await count('perl', '-e', held);
    assert.equal(forked?.processes, 2);
    assert.equal(forked.bySize.at(-1), alone?.bySize.at(-1));
  });

  it('is told nothing by a program that does not exit', async () => {
    assert.equal(await count('perl', '-MPOSIX', '-e', 'POSIX::_exit(0)'), undefined);
  });

  it('cannot be loaded from a folder with blanks', async () => {
    const blank = path.join(folder!.path, 'a b');
    await mkdir(blank);
    await assert.rejects(buildAllocationCounter(blank), { code: 'CLAIM_RUN', message: /has blanks or colons/ });
  });
});
