import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { ProfileError } from '../../../../src/profile/errors.ts';
import { readProfileFile } from '../../../../src/profile/formats/file.ts';
import { fixture, fixturePath, readText, stacksOf, weightOf } from './readingText.ts';

const READER = new URL('../../../../src/profile/formats/file.ts', import.meta.url).href;
const LARGE_BYTES = 200 * 2 ** 20;
const MEMORY_MAX_MIB = 300;

describe('reading a profile from a file', () => {
  const perf = fixture('node.perf.txt');
  const copies = 40;
  const long = perf.repeat(copies);
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'hotframe-file-'))));
  after(async () => rm(folder, { recursive: true }));

  async function save(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  }

  async function codeOf(path: string): Promise<string> {
    const error: unknown = await readProfileFile(path).catch((reason: unknown) => reason);
    assert.ok(error instanceof ProfileError, String(error));
    return error.code;
  }

  it('reads perf script as a stream, packed or not, as it reads it whole', async () => {
    const whole = readText(long);
    assert.deepEqual(await readProfileFile(await save('long.txt', long)), whole);
    // Stored, so that the packed file is long enough for a stream too.
    const packed = gzipSync(long, { level: 0 });
    assert.deepEqual(stacksOf(await readProfileFile(await save('long.gz', packed))), stacksOf(whole));
  });

  it('reads other formats, large and small, and damaged ones are the errors that they are', async () => {
    assert.equal((await readProfileFile(fixturePath('inferno.svg'))).format, 'flamegraph-svg');
    const folded = await readProfileFile(await save('large.folded', 'main;work 1\n'.repeat(50_000)));
    assert.deepEqual([folded.format, weightOf(folded)], ['folded', 50_000]);
    assert.equal(
      await codeOf(await save('cut.gz', gzipSync(long, { level: 0 }).subarray(0, 500_000))),
      'PROFILE_BROKEN',
    );
    assert.equal(await codeOf(await save('cut.txt', `${long}x`.repeat(2).slice(0, 100))), 'PROFILE_BROKEN');
    assert.equal(await codeOf(await save('line.txt', long + 'x'.repeat(2 ** 21))), 'PROFILE_BROKEN');
    assert.equal(await codeOf(await save('bytes', Buffer.alloc(300_000, 0xfe))), 'PROFILE_FORMAT');
    assert.equal(await codeOf(await save('empty', '')), 'PROFILE_EMPTY');
    assert.equal(await codeOf(join(folder, 'missing')), 'PROFILE_UNREADABLE');
    assert.equal(await codeOf(folder), 'PROFILE_UNREADABLE');
  });

  it('reads 200 MiB of perf script in less than 300 MiB', async function () {
    this.timeout(60_000);
    const path = join(folder, 'huge.txt');
    const file = await open(path, 'w');
    const count = Math.ceil(LARGE_BYTES / long.length);
    for (let index = 0; index < count; index++) await file.write(long);
    await file.close();
    const script = `import { readProfileFile } from ${JSON.stringify(READER)};
      const { threads } = await readProfileFile(${JSON.stringify(path)});
      const samples = threads.reduce((sum, thread) => sum + thread.samples, 0);
      console.log(JSON.stringify({ samples, mib: process.resourceUsage().maxRSS / 1024 }));`;
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--no-warnings',
      // A busy machine collects late: what is bounded here is what is needed.
      '--max-old-space-size=160',
      '--input-type=module',
      '-e',
      script,
    ]);
    const { samples, mib } = JSON.parse(stdout) as { samples: number; mib: number };
    assert.equal(samples, 8 * copies * count);
    assert.ok(mib < MEMORY_MAX_MIB, `${mib} MiB`);
  });
});
