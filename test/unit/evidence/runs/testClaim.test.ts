import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { allocationCalls } from '../../../../src/evidence/allocations.ts';
import type { TestableClaim } from '../../../../src/evidence/claim.ts';
import { testClaim, type TestSetting } from '../../../../src/evidence/runs/testClaim.ts';
import { runsOf } from '../../../../src/evidence/schedule.ts';
import { parseRecord } from '../../../../src/evidence/testRecord.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { anyClaim, programs } from '../claims.ts';

/** A downloader of a few lines, which tells an allocation count, and makes its bytes wrong, or ends without an exit, when asked to. */
const downloader = String.raw`
use strict; use IO::Socket::INET; use POSIX ();
my ($url, $out, $how) = @ARGV;
my ($host, $path) = $url =~ m{^http://([^/]+)(/.*)} or die "no URL\n";
sub get {
  my $socket = IO::Socket::INET->new($host) or die "no origin\n";
  print $socket "GET $_[0] HTTP/1.1\r\nhost: $host\r\nconnection: close\r\n\r\n";
  local $/; my $answer = <$socket>;
  return $answer =~ s/^.*?\r\n\r\n//sr;
}
open my $file, '>', $out or die;
print $file get("/$_") for grep { !/^#/ } split /\n/, get($path);
print $file 'x' if $how eq 'wrong';
close $file;
$| = 1;
print qq({"fragments":3,"chunks":12,"counters":{"allocations":42}}\n);
POSIX::_exit(0) if $how eq 'abruptly';
`;

const hasCompiler = spawnSync('cc', ['--version']).error === undefined;

describe('testing a claim', function () {
  this.timeout(60_000);
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  function setting(claim: TestableClaim, more: Partial<TestSetting> = {}): TestSetting {
    return {
      claim,
      claimFile: path.join(folder.path, 'T1.claim.json'),
      folder: path.join(folder.path, 'T1'),
      programs,
      pairs: 6,
      reproduce: 'hotframe claim test T1.claim.json',
      signal: new AbortController().signal,
      onRun: () => undefined,
      ...more,
    };
  }

  async function commandClaim(...more: string[]): Promise<TestableClaim> {
    const program = path.join(folder.path, 'fetch.pl');
    await writeFile(program, downloader);
    await chmod(program, 0o755);
    const arm = (name: string, ...rest: string[]) => ({
      name,
      command: ['perl', 'fetch.pl', '{url}', '{out}', ...rest],
    });
    return { ...anyClaim, baseline: arm('one'), candidate: arm('other', ...more) };
  }

  it('measures any two programs by the same means, and goes on where it was stopped', async () => {
    const claim = await commandClaim('abruptly');
    const stop = new AbortController();
    const stopped = setting(claim, {
      signal: stop.signal,
      onRun: ({ kind, pair }) => {
        if (kind === 'timed' && pair === 2) stop.abort(new Error('stopped'));
      },
    });
    await assert.rejects(testClaim(stopped), /stopped/);
    const kept = parseRecord(await readFile(path.join(stopped.folder, 'runs.jsonl'), 'utf8'), 'kept');
    assert.ok(runsOf(kept).filter(({ kind }) => kind === 'timed').length >= 4);

    const record = await testClaim(setting(claim));
    const runs = runsOf(record);
    assert.deepEqual(runs.slice(0, runsOf(kept).length), runsOf(kept));
    assert.deepEqual(
      runs.map(({ sequence }) => sequence),
      runs.map((_, index) => index),
    );
    assert.deepEqual(new Set(runs.map(({ session }) => session)), new Set([0, 1]));
    assert.ok(runs.filter(({ kind }) => kind === 'timed').length >= 12);
    for (const { kind, figures, noise } of runs) {
      if (kind === 'profile' || kind === 'allocations') continue;
      assert.ok((figures.wall ?? 0) > 0 && (figures.cpu ?? 0) > 0 && (figures.peakMemory ?? 0) > 2 ** 20);
      assert.ok((figures.writtenBytes ?? 0) > 300_000);
      assert.deepEqual([figures.gc, figures.loopDelay, figures.allocations], [null, null, 42]);
      assert.equal(figures.chunksPerFragment, 4);
      assert.ok(noise.foreignShare !== undefined && noise.originShare !== undefined);
    }
    const [counted, uncounted, ...others] = runs.filter(({ kind }) => kind === 'allocations');
    assert.deepEqual([counted?.arm, uncounted?.arm, others], ['baseline', 'candidate', []]);
    if (hasCompiler) {
      assert.ok((counted?.allocations?.malloc ?? 0) > 500);
      assert.equal(counted?.figures.allocations, allocationCalls(counted!.allocations!));
      assert.match(uncounted?.discount?.detail ?? '', /^it told of none: it is linked statically/);
    } else {
      assert.match(counted?.discount?.detail ?? '', /no C compiler/);
    }
    const files = (await readdir(stopped.folder)).filter((name) => !name.endsWith('.folded.gz'));
    assert.deepEqual(files, ['runs.jsonl']);
  });

  it('refuses the runs of another program', async () => {
    const claim = await commandClaim();
    const once = setting(claim, {
      onRun: () => {
        throw new Error('enough');
      },
    });
    await assert.rejects(testClaim(once), /enough/);
    await writeFile(path.join(folder.path, 'fetch.pl'), `${downloader}\n# changed\n`);
    await assert.rejects(testClaim(once), { code: 'CLAIM_RECORD' });
  });

  it('refuses runs that were made elsewhere, or with something else', async () => {
    const once = setting(await commandClaim(), {
      onRun: () => {
        throw new Error('enough');
      },
    });
    await assert.rejects(testClaim(once), /enough/);
    const file = path.join(once.folder, 'runs.jsonl');
    const text = await readFile(file, 'utf8');
    const { head } = parseRecord(text, 'kept');
    assert.ok('machine' in head);
    const { kernel, fileSystem } = head.machine;
    for (const [now, then, why] of [
      [kernel, 'Linux 1.0', 'they were made on another machine'],
      [`"${fileSystem}"`, '"nfs"', `they were written to nfs, and now it is ${fileSystem}`],
      [`Node ${process.version.slice(1)}`, 'Node 1.0', 'they were made with Node 1.0'],
    ] as const) {
      assert.ok(text.includes(now));
      await writeFile(file, text.replace(now, then));
      await assert.rejects(testClaim(once), { code: 'CLAIM_RECORD', message: new RegExp(`: ${why}\\.$`) });
    }
  });

  it('does not count a run whose bytes are wrong, and gives up after three', async () => {
    const test = setting(await commandClaim('wrong'));
    await assert.rejects(testClaim(test), /the candidate failed in all 3 tries, at last: its file has 300\d+ bytes/);
    const record = parseRecord(await readFile(path.join(test.folder, 'runs.jsonl'), 'utf8'), 'kept');
    const failed = runsOf(record).filter(({ discount }) => discount?.why === 'failed');
    assert.equal(failed.length, 3);
  });
});
