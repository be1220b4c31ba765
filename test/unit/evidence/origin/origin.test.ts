import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { download } from '../../../../src/engine/download.ts';
import type { DownloadRequest } from '../../../../src/engine/request.ts';
import type { LabWorkload } from '../../../../src/evidence/claim.ts';
import { labFragmentBytes } from '../../../../src/evidence/origin/labStream.ts';
import { startOrigin } from '../../../../src/evidence/origin/start.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const script = fileURLToPath(new URL('../../../../src/evidence/origin/main.ts', import.meta.url));
const small: LabWorkload = {
  kind: 'lab',
  fragments: 6,
  fragmentBytes: 100_000,
  encryption: 'none',
  http: '1.1',
  latencyMs: 0,
};

describe('the origin of claims', () => {
  async function fetchAll(workload: LabWorkload, options: Partial<DownloadRequest> = {}) {
    await using folder = await temporaryFolder();
    await using origin = await startOrigin(workload, script);
    const { url, ca } = origin.address;
    const output = path.join(folder.path, 'out.ts');
    const request = { url, output, ...(ca === undefined ? {} : { ca }), concurrency: 2, ...options };
    const receipt = await download(request, { signal: new AbortController().signal, onEvent: () => undefined });
    assert.equal(receipt.error, undefined);
    const bytes = await readFile(output);
    return { receipt, bytes, sha256: createHash('sha256').update(bytes).digest('hex'), lap: await origin.lap() };
  }

  it('serves a generated stream, the same in the clear, encrypted, and over both versions of HTTP', async () => {
    const plain = await fetchAll(small);
    assert.equal(plain.bytes.length, small.fragments * labFragmentBytes(small));
    assert.ok(plain.bytes.subarray(0, 188).includes('fragment 0'));
    assert.ok(plain.bytes.subarray(5 * labFragmentBytes(small)).includes('fragment 5'));
    const encrypted = await fetchAll({ ...small, encryption: 'aes-128' });
    assert.equal(encrypted.sha256, plain.sha256);
    for (const http of ['1.1', '2'] as const) {
      const secure = await fetchAll({ ...small, http: '2' }, { http });
      assert.equal(secure.sha256, plain.sha256);
      assert.equal(secure.receipt.settings.http, http);
    }
  });

  it('tells what it did', async () => {
    const { lap } = await fetchAll(small);
    assert.equal(lap.requests, 1 + small.fragments);
    assert.ok(lap.sentBytes > small.fragments * labFragmentBytes(small));
    assert.ok(lap.activeMs > 0 && lap.busyMs > 0 && lap.cpuMs > 0 && lap.processCpuMs > 0);
    assert.ok(lap.busyMs <= lap.activeMs + 5, JSON.stringify(lap));
  });

  it('holds connections back as the shape says', async () => {
    const bytes = small.fragments * labFragmentBytes(small);
    const { receipt } = await fetchAll({ ...small, latencyMs: 20, totalMbitPerSecond: 16 });
    assert.ok(receipt.wallMs > (bytes * 8) / 16_000, String(receipt.wallMs));
    assert.ok(receipt.wallMs > 3 * 20, String(receipt.wallMs));
  });
});
