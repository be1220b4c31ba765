import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startLab, type DigestOptions, type Lab, type StreamName, type UrlOptions } from '../../../origin/lab.ts';
import { startCli, type Ended } from '../../cli/process.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const shape = { fragments: 24, fragmentBytes: 60_000 };
const options = { ...shape, latencyMs: 5, bytesPerSecond: 1_000_000 };
/** Requests at once. */
const concurrency = 4;

describe('the next try of a download', () => {
  let lab: Lab;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let output: string;
  before(async () => (lab = await startLab()));
  after(() => lab.close());
  beforeEach(async () => {
    folder = await temporaryFolder();
    output = path.join(folder.path, 'out.ts');
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  function command(url: string, ...args: string[]): string[] {
    return ['download', url, '-o', output, '--concurrency', String(concurrency), ...args];
  }

  /** Runs it until the origin has seen so many requests of the session, then ends it so. */
  async function stopAfter(session: string, requests: number, how: NodeJS.Signals, args: string[]): Promise<Ended> {
    await using running = startCli(...args);
    const over = running.ended.then(() => 'over' as const);
    while ((await lab.requests(session)).length < requests) {
      if ((await Promise.race([over, delay(5)])) === 'over') throw new Error(JSON.stringify(await running.ended));
    }
    running.child.kill(how);
    return await running.ended;
  }

  async function assertRight(stream: StreamName, digest: DigestOptions): Promise<void> {
    assert.deepEqual(await readdir(folder.path), ['out.ts']);
    const sha256 = createHash('sha256')
      .update(await readFile(output))
      .digest('hex');
    assert.equal(sha256, (await lab.digest(stream, digest)).sha256);
  }

  function fresh(more: Partial<UrlOptions> = {}): { session: string; options: UrlOptions } {
    const session = randomUUID();
    return { session, options: { ...options, session, ...more } };
  }

  it('goes on after SIGINT, and both say so', async () => {
    const { session, options } = fresh();
    const args = command(lab.url('small', options));
    const stopped = await stopAfter(session, 14, 'SIGINT', args);
    assert.equal(stopped.exitCode, 130);
    const [, count] =
      /\nStopped after (\d+) of 24 fragments; .+ are kept, the same command goes on from there\.\n$/.exec(
        stopped.stderr,
      ) ?? [];
    assert.ok(count !== undefined && Number(count) >= 13 - 2 * concurrency, stopped.stderr);
    const asked = (await lab.requests(session)).length;
    const { exitCode, stdout, stderr } = await startCli(...args).ended;
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, new RegExp(`^Going on: ${count} of 24 fragments are there \\(.+\\)\\.$`, 'm'));
    assert.match(stdout, new RegExp(`^out\\.ts is whole: 24 fragments, ${count} of them from an earlier try, `));
    // The playlist, and what was not there.
    assert.equal((await lab.requests(session)).length - asked, 1 + 24 - Number(count));
    await assertRight('small', shape);
  });

  it('goes on after a failure, which says what is kept', async () => {
    const { session, options } = fresh();
    const args = command(lab.url('small', options));
    await lab.fault({ kind: 'status', status: 404, index: 20, session });
    const failed = await startCli(...args).ended;
    assert.equal(failed.exitCode, 3);
    assert.match(
      failed.stderr,
      /\nFragment 21 of 24: .*404.*\n\d+ of 24 fragments \(.+\) are kept, the same command goes on/,
    );
    await lab.clearFaults();
    const { exitCode, stderr } = await startCli(...args).ended;
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /^Going on: \d+ of 24 fragments/m);
    await assertRight('small', shape);
  });

  it('asks again for a fragment that was passed over', async () => {
    const { session, options } = fresh();
    const url = lab.url('small', options);
    await lab.fault({ kind: 'status', status: 404, index: 1, session });
    const stopped = await stopAfter(session, 14, 'SIGINT', command(url, '--allow-gaps'));
    assert.match(stopped.stderr, /^Fragment 2 of 24: .*404.*; it is left out$/m);
    await lab.clearFaults();
    const { exitCode, stderr } = await startCli(...command(url)).ended;
    assert.equal(exitCode, 0, stderr);
    await assertRight('small', shape);
  });

  it('asks again for a fragment with a new init segment that was passed over', async () => {
    const { session, options } = fresh();
    const url = lab.url('fmp4', options);
    await lab.fault({ kind: 'status', status: 404, index: 0, session });
    await stopAfter(session, 14, 'SIGINT', command(url, '--allow-gaps'));
    await lab.clearFaults();
    const { exitCode, stderr } = await startCli(...command(url)).ended;
    assert.equal(exitCode, 0, stderr);
    await assertRight('fmp4', shape);
  });

  it('counts the gap when the fragment still cannot be had', async () => {
    const { session, options } = fresh();
    const args = command(lab.url('small', options), '--allow-gaps');
    await lab.fault({ kind: 'status', status: 404, index: 1, session });
    await stopAfter(session, 14, 'SIGKILL', args);
    const { exitCode, stdout, stderr } = await startCli(...args).ended;
    await lab.clearFaults();
    assert.equal(exitCode, 6, stderr);
    assert.match(
      stdout,
      /^out\.ts is complete with 1 gap: 23 fragments, .*\n {2}1 fragment could not be had and is left out\n/,
    );
  });

  it('starts over when another variant is wanted, and says so', async () => {
    const { session, options } = fresh();
    const url = lab.url('multivariant', options);
    await stopAfter(session, 16, 'SIGKILL', command(url, '--audio', 'none', '--variant', '720p'));
    const { exitCode, stderr } = await startCli(...command(url, '--audio', 'none', '--variant', '360p')).ended;
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /^The playlist has changed since the last try; starting over\.$/m);
    await assertRight('multivariant', { ...shape, variant: '360p' });
  });

  it('starts over when the playlist lists other fragments, and says so', async () => {
    const { session, options } = fresh();
    await stopAfter(session, 14, 'SIGKILL', command(lab.url('small', options)));
    const other = lab.url('discontinuity', fresh().options);
    const { exitCode, stderr } = await startCli(...command(other)).ended;
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /^The playlist has changed since the last try; starting over\.$/m);
    await assertRight('discontinuity', shape);
  });

  it('starts over when the fragments hold something else under other addresses, and says so', async () => {
    const { session, options } = fresh();
    await stopAfter(session, 14, 'SIGKILL', command(lab.url('small', options)));
    const other = lab.url('hostile-bom-crlf', fresh().options);
    const { exitCode, stderr } = await startCli(...command(other)).ended;
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /^The playlist has changed since the last try; starting over\.$/m);
    await assertRight('hostile-bom-crlf', shape);
  });

  it('goes on when only the tokens in the addresses have changed', async () => {
    const first = fresh();
    await stopAfter(
      first.session,
      14,
      'SIGKILL',
      command(lab.url('small', { ...first.options, query: { token: 'a' } })),
    );
    const second = fresh();
    const url = lab.url('small', { ...second.options, query: { token: 'b' } });
    const { exitCode, stderr } = await startCli(...command(url)).ended;
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /^Going on: \d+ of 24 fragments are there/m);
    // The playlist, what was not there, and one fragment to compare.
    const asked = (await lab.requests(second.session)).length;
    assert.ok(asked <= 1 + (24 - 13) + 2 * concurrency + 1, `${asked} requests`);
    await assertRight('small', shape);
  });

  it('starts over with --no-resume, and clears away what was left', async () => {
    const { session, options } = fresh();
    const url = lab.url('small', options);
    await stopAfter(session, 14, 'SIGKILL', command(url));
    const asked = (await lab.requests(session)).length;
    const { exitCode, stderr } = await startCli(...command(url, '--no-resume')).ended;
    assert.equal(exitCode, 0, stderr);
    assert.doesNotMatch(stderr, /Going on/);
    assert.equal((await lab.requests(session)).length - asked, 25);
    await assertRight('small', shape);
  });
});
