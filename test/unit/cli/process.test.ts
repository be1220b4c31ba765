import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { interruptionOf } from '../../../src/cli/signals.ts';
import { write } from '../../../src/cli/standardStreams.ts';
import { Interruption } from '../../../src/engine/errors.ts';
import { startLab, type Lab } from '../../origin/lab.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { startCli } from './process.ts';

describe('the process of the command line', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  it('knows its version', async () => {
    const manifest = path.join(import.meta.dirname, '../../../package.json');
    const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
    const { exitCode, stdout } = await startCli('--version').ended;
    assert.deepEqual([exitCode, stdout], [0, `${version}\n`]);
  });

  it('refuses a command that there is not', async () => {
    const { exitCode, stdout, stderr } = await startCli('downlaod').ended;
    assert.deepEqual([exitCode, stdout], [2, '']);
    assert.match(stderr, /^There is no command "downlaod"\.\n\nHotframe downloads/);
  });

  it('is an interruption when told to end, once; the second time the default is in force', () => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      const told = new EventEmitter();
      const signal = interruptionOf(told);
      told.emit(name);
      assert.ok(signal.aborted && signal.reason instanceof Interruption);
      assert.deepEqual(told.eventNames(), []);
    }
  });

  /** Slow enough to be in the middle of it when told. */
  const slow = { fragments: 60, fragmentBytes: 100_000, bytesPerSecond: 200_000 };

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    it(`ends with 130 on ${signal} in the middle, and leaves nothing with --no-resume`, async () => {
      await using folder = await temporaryFolder();
      await using running = startCli(
        'download',
        lab.url('small', slow),
        '-o',
        path.join(folder.path, 'out.ts'),
        '--no-resume',
      );
      await running.said(/60 fragments/);
      running.child.kill(signal);
      const { exitCode, stdout, stderr } = await running.ended;
      assert.deepEqual([exitCode, stdout], [130, ''], stderr);
      assert.match(stderr, /\nStopped after \d+ of 60 fragments; nothing is kept\.\n$/);
      assert.deepEqual(await readdir(folder.path), []);
    });
  }

  it('goes on without whoever read its words', async () => {
    await using folder = await temporaryFolder();
    const output = path.join(folder.path, 'out.ts');
    await using running = startCli('download', lab.url('small'), '-o', output);
    running.child.stdout.destroy();
    running.child.stderr.destroy();
    const { exitCode, signal } = await running.ended;
    assert.deepEqual([exitCode, signal], [0, null]);
    assert.equal((await readFile(output)).length, (await lab.digest('small')).bytes);
  });

  it('is not put out by a reader that has seen enough', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'list.m3u8');
    const fragments = Array.from({ length: 20_000 }, (_, index) => `#EXTINF:4,\nf${index}.ts\n`).join('');
    await writeFile(file, `#EXTM3U\n#EXT-X-TARGETDURATION:4\n${fragments}#EXT-X-ENDLIST\n`);
    await using running = startCli('inspect', file, '--json');
    running.child.stdout.destroy();
    const { exitCode, stderr } = await running.ended;
    assert.deepEqual([exitCode, stderr], [0, '']);
  });

  it('says that what it prints is lost, where it is', async () => {
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const stream = { write: (_: string, done: (error?: Error) => void) => done(full) } as NodeJS.WritableStream;
    await assert.rejects(write(stream, 'x'), { code: 'HLS_DISK_IO', exitCode: 5, message: /ENOSPC/ });
  });
});
