import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FragmentReceipt, Receipt } from '../../../src/engine/receipt.ts';
import type { DownloadRequest } from '../../../src/engine/request.ts';
import { EvidenceError } from '../../../src/evidence/errors.ts';
import { startOrigin } from '../../../src/evidence/origin/start.ts';
import { readRecordedJob } from '../../../src/evidence/recordedJob.ts';
import { prepareWorkload } from '../../../src/evidence/runs/workload.ts';
import { JobStore } from '../../../src/jobs/store.ts';
import { recordDownload } from '../../../src/recordedDownload.ts';
import { startLab, type Lab } from '../../origin/lab.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const originScript = fileURLToPath(new URL('../../../src/evidence/origin/main.ts', import.meta.url));
const muxScript = new URL('../../../src/muxWorker.ts', import.meta.url);

async function run(request: DownloadRequest, onFragment: (receipt: FragmentReceipt) => void): Promise<Receipt> {
  const signal = new AbortController().signal;
  const onEvent = (event: { type: string; receipt?: FragmentReceipt }) => {
    if (event.type === 'fragment' && event.receipt) onFragment(event.receipt);
  };
  const { receipt } = await recordDownload({ resume: false, ...request }, undefined, { signal, onEvent }, muxScript);
  assert.equal(receipt.error, undefined);
  return receipt;
}

/** Downloads as the extension does, with a job that tells of it; resolves to the job's folder. */
async function record(folder: string, request: DownloadRequest): Promise<{ job: string; receipt: Receipt }> {
  const store = new JobStore(path.join(folder, 'jobs'));
  const { url, output } = request;
  const job = await store.create({ url, output, settings: { profile: 'none' } }, 'recorded');
  const receipt = await run(request, (fragment) => job.addFragment(fragment));
  await job.end('complete', { receipt });
  return { job: job.folder, receipt };
}

async function sha256Of(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

describe('a recorded job', () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab();
  });
  after(() => lab.close());

  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  /** Records a stream, serves it again, and compares what comes. */
  async function replay(url: string, settings: Partial<DownloadRequest> = {}) {
    const output = path.join(folder.path, 'out.ts');
    const { job, receipt } = await record(folder.path, { url, output, concurrency: 4, http: '1.1', ...settings });
    const { recording, sha256, wallMs } = await readRecordedJob(job);
    assert.equal(wallMs, receipt.wallMs);
    assert.match(sha256, /^[0-9a-f]{64}$/);
    await using origin = await startOrigin(recording, originScript);
    const again = path.join(folder.path, 'again.ts');
    const replayed: FragmentReceipt[] = [];
    const request = { url: origin.address.url, output: again, concurrency: 4, http: '1.1' as const, ...settings };
    const receiptAgain = await run(request, (fragment) => replayed.push(fragment));
    assert.equal(await sha256Of(again), await sha256Of(output));
    return { recording, receipt, receiptAgain, replayed };
  }

  it('is served again with its sizes and timings', async () => {
    const shape = { fragments: 16, fragmentBytes: 100_000, latencyMs: 40, bytesPerSecond: 2_000_000 };
    const { recording, receipt, receiptAgain } = await replay(lab.url('small', shape));
    assert.equal(recording.fragments.length, 16);
    assert.ok(receiptAgain.wallMs > 0.9 * receipt.wallMs, `${receiptAgain.wallMs} after ${receipt.wallMs} ms`);
    assert.ok(receiptAgain.wallMs < 1.5 * receipt.wallMs, `${receiptAgain.wallMs} after ${receipt.wallMs} ms`);
  });

  it('is encrypted again where it was', async () => {
    const { recording, replayed } = await replay(lab.url('aes-none', { fragments: 8 }));
    const before = recording.fragments.map(({ isEncrypted }) => isEncrypted);
    assert.deepEqual(new Set(before), new Set([true, false]));
    const sorted = replayed.toSorted((a, b) => a.index - b.index);
    assert.deepEqual(
      sorted.map(({ encryption }) => encryption === 'AES-128'),
      before,
    );
    const rotated = await replay(lab.url('aes-rotation', { fragments: 6 }));
    assert.ok(rotated.recording.fragments.every(({ isEncrypted }) => isEncrypted));
  });

  it('keeps byte ranges and init segments', async () => {
    const ranges = await replay(lab.url('byterange', { fragments: 5 }));
    assert.ok(ranges.replayed.every(({ byteRange }) => byteRange !== undefined));
    for (const stream of ['fmp4-maps', 'fmp4-aes', 'fmp4-byterange'] as const) {
      const boxes = await replay(lab.url(stream, { fragments: 6 }));
      assert.ok(boxes.recording.fragments.some(({ initBytes }) => initBytes > 0));
    }
  });

  it('holds no address of its origin', async () => {
    const { recording } = await replay(lab.url('small', { fragments: 2 }));
    assert.ok(!JSON.stringify(recording).includes('http:'));
  });

  it('is a workload by its folder, relative to the claim, or by its id', async () => {
    const output = path.join(folder.path, 'out.ts');
    const { job } = await record(folder.path, { url: lab.url('small', { fragments: 2 }), output });
    const byFolder = await prepareWorkload({ kind: 'job', job: path.relative(folder.path, job) }, folder.path);
    assert.equal(byFolder.right.sha256, await sha256Of(output));
    const id = path.basename(job);
    const byId = await prepareWorkload({ kind: 'job', job: id }, '/', path.dirname(job));
    assert.deepEqual([byId.hash, byId.right], [byFolder.hash, byFolder.right]);
    const unknown = { code: 'CLAIM_UNTESTABLE', hint: /for an id, .* --jobs/ };
    await assert.rejects(prepareWorkload({ kind: 'job', job: id }, folder.path), unknown);
  });

  it('that cannot be served again says why', async () => {
    const output = path.join(folder.path, 'out.ts');
    const { job } = await record(folder.path, { url: lab.url('small', { fragments: 3 }), output });
    const refused = (pattern: RegExp) => (error: unknown) => {
      assert.ok(error instanceof EvidenceError && error.code === 'CLAIM_UNTESTABLE', String(error));
      assert.match(error.message, pattern);
      return true;
    };
    const receipts = path.join(job, 'receipt.jsonl');
    const lines = await readFile(receipts, 'utf8');
    await writeFile(receipts, lines.replace('"tries"', '"resumed":true,"tries"'));
    await assert.rejects(readRecordedJob(job), refused(/an earlier try/));
    await writeFile(receipts, lines.replace('"tries"', '"encryption":"SAMPLE-AES","tries"'));
    await assert.rejects(readRecordedJob(job), refused(/SAMPLE-AES/));
    await writeFile(receipts, lines.replace('"main"', '"audio.en"'));
    await assert.rejects(readRecordedJob(job), refused(/several streams/));
    await writeFile(receipts, lines);
    await appendFile(output, 'x');
    await assert.rejects(readRecordedJob(job), refused(/changed or remuxed/));
    await rm(output);
    await assert.rejects(readRecordedJob(job), refused(/its file is gone/));
    await assert.rejects(readRecordedJob(path.join(folder.path, 'nowhere')), refused(/There is no job in/));
  });
});
