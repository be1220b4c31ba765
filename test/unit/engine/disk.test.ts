import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { download } from '../../../src/engine/download.ts';
import { checkSpace, estimateBytes } from '../../../src/engine/output/space.ts';
import type { EngineReceipt } from '../../../src/engine/receiptBook.ts';
import type { DownloadRequest } from '../../../src/engine/request.ts';
import { startLab, type Lab } from '../../origin/lab.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

/** Mounts a file system of its own there until the end of the scope. Undefined where that is not allowed. */
function mount(folder: string, options: string): Disposable | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { [Symbol.dispose]: () => execFileSync('umount', ['-l', folder]) };
}

describe('engine: disk', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  function bring(url: string, folder: string, settings: Partial<DownloadRequest> = {}): Promise<EngineReceipt> {
    const request = { url, output: path.join(folder, 'out.ts'), sha256: true, ...settings };
    return download(request, { signal: new AbortController().signal, onEvent: () => undefined });
  }

  it('that fills up ends the download; with more space it goes on', async function () {
    await using folder = await temporaryFolder();
    using disk = mount(folder.path, 'size=3m');
    if (!disk) return this.skip();
    const failed = await bring(lab.url('small'), folder.path, { concurrency: 4 });
    assert.equal(failed.error?.code, 'HLS_DISK_FULL');
    assert.ok((failed.kept?.fragments ?? 0) > 2);
    execFileSync('mount', ['-o', 'remount,size=30m', folder.path]);
    const { output, fragments } = await bring(lab.url('small'), folder.path);
    assert.equal(output?.sha256, (await lab.digest('small')).sha256);
    // Of what was on its way when the disk was full, the journal may have found no room for the line.
    const kept = failed.kept?.fragments ?? 0;
    assert.ok(fragments.resumed <= kept && fragments.resumed >= kept - 4, `${fragments.resumed} of ${kept}`);
    assert.deepEqual(await readdir(folder.path), ['out.ts']);
  });

  it('that is too small is refused before a fragment is fetched', async function () {
    await using folder = await temporaryFolder();
    using disk = mount(folder.path, 'size=1m');
    if (!disk) return this.skip();
    const { error, fragments } = await bring(lab.url('multivariant'), folder.path);
    assert.equal(error?.code, 'HLS_DISK_FULL');
    assert.match(error.message, /about .* are needed, 1\.0 MB are free/);
    assert.equal(fragments.total, 0);
    assert.deepEqual(await readdir(folder.path), []);
  });

  it('that cannot be written is named', async function () {
    await using folder = await temporaryFolder();
    using disk = mount(folder.path, 'ro');
    if (!disk) return this.skip();
    const { error } = await bring(lab.url('small'), folder.path);
    assert.equal(error?.code, 'HLS_DISK_DENIED');
    assert.ok(error.message.includes(folder.path));
  });

  it('is asked for the sum of byte ranges, or average bitrate × duration, or half the peak', () => {
    const fragment = { index: 0, sequence: 0, discontinuitySequence: 0, url: '', keys: [], discontinuity: false };
    const streamOf = (byteRange?: { offset: number; length: number }) => {
      const one = { ...fragment, durationS: 2, gap: false, ...(byteRange ? { byteRange } : {}) };
      return [{ name: 'main', id: '', plan: { fragments: [one, one], durationS: 4, gaps: 0 }, listed: [] }];
    };
    const variant = { url: '', bandwidth: 8_000_000, isIframe: false };
    assert.equal(estimateBytes(streamOf({ offset: 0, length: 5 }), variant), 10);
    assert.equal(estimateBytes(streamOf(), { ...variant, averageBandwidth: 4_000_000 }), 2_000_000);
    assert.equal(estimateBytes(streamOf(), variant), 2_000_000);
    assert.equal(estimateBytes(streamOf(), undefined), undefined);
    checkSpace(path.join(import.meta.dirname, 'x.ts'), streamOf({ offset: 0, length: 5 }), variant);
  });
});
