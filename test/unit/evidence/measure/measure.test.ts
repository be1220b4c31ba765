import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { EvidenceError } from '../../../../src/evidence/errors.ts';
import { measure, type Measured } from '../../../../src/evidence/measure/measure.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

describe('measuring a command', () => {
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  function run(command: string[], options: { timeoutMs?: number; signal?: AbortSignal } = {}): Promise<Measured> {
    const { timeoutMs = 10_000, signal = new AbortController().signal } = options;
    return measure(command, { cwd: folder.path, env: process.env, timeoutMs, signal });
  }

  it('counts processor time, memory, faults and bytes of the whole tree', async () => {
    const mebibytes = 64;
    const child = `open my $f, '>', 'x'; print $f 'a' x 1e6; my $s = 0; $s += $_ for 1 .. 2e6; my $m = 'b' x ${mebibytes * 2 ** 20};`;
    const { usage, exitCode } = await run(['sh', '-c', 'perl -e "$1" && exit 3', 'sh', child]);
    assert.equal(exitCode, 3);
    assert.ok(
      usage.cpuUserMs > 20 && usage.cpuUserMs + usage.cpuSystemMs <= usage.wallMs * 1.1 + 5,
      JSON.stringify(usage),
    );
    assert.ok(usage.maxRssBytes > mebibytes * 2 ** 20 && usage.maxRssBytes < 4 * mebibytes * 2 ** 20);
    assert.ok(usage.minorFaults >= (mebibytes * 2 ** 20) / 65_536);
    assert.ok(usage.contextSwitches > 0);
    assert.ok((usage.writtenBytes ?? 0) >= 1e6 && (usage.writtenBytes ?? 0) < 1.1e6, String(usage.writtenBytes));
  });

  it('passes arguments as they are, with no shell between', async () => {
    const odd = '$(touch made); `touch made` "\' {x}';
    const { stdout } = await run(['perl', '-e', 'print $ARGV[0]', odd]);
    assert.equal(stdout, odd);
    await assert.rejects(access(path.join(folder.path, 'made')), { code: 'ENOENT' });
  });

  it('tells the signal that ended a command, and ends what it left running', async () => {
    const { signal } = await run(['sh', '-c', 'sleep 100 & echo $! > left; kill -9 $$']);
    assert.equal(signal, 9);
    const left = (await readFile(path.join(folder.path, 'left'), 'utf8')).trim();
    await assert.rejects(access(`/proc/${left}`), { code: 'ENOENT' });
  });

  it('kills what takes too long, and what is interrupted', async () => {
    await assert.rejects(run(['sleep', '100'], { timeoutMs: 50 }), /took longer/);
    const interruption = new AbortController();
    const running = run(['sh', '-c', 'sleep 100'], { signal: interruption.signal });
    interruption.abort(new Error('stop'));
    await assert.rejects(running, /stop/);
  });

  it('says that a program is not there', async () => {
    await assert.rejects(run(['no-such-program']), (error) => {
      assert.ok(error instanceof EvidenceError);
      assert.equal(error.code, 'CLAIM_RUN');
      assert.match(error.message, /no-such-program cannot be started \(ENOENT\)/);
      return true;
    });
  });
});
