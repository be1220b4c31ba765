import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FragmentReceipt, Receipt } from '../../src/engine/receipt.ts';
import type { DownloadRequest } from '../../src/engine/request.ts';
import type { Cause } from '../../src/profile/bottleneck.ts';
import { readProfile } from '../../src/profile/formats/index.ts';
import { startProfile } from '../../src/profile/record/recording.ts';
import { endOf, type Timeline } from '../../src/profile/timeline.ts';
import { recordDownload } from '../../src/recordedDownload.ts';
import { startLab, type Lab, type StreamName, type UrlOptions } from '../origin/lab.ts';
import { startRelay } from '../origin/relay/start.ts';
import type { PathShape } from '../../src/evidence/origin/path/shape.ts';
import { temporaryFolder } from './temporaryFolder.ts';

interface Recorded {
  receipt: Receipt;
  fragments: FragmentReceipt[];
  timeline: Timeline;
}

/** Downloads with a CPU profile, which holds the timeline. */
async function record(url: string, settings: Partial<DownloadRequest>): Promise<Recorded> {
  await using folder = await temporaryFolder();
  const output = path.join(folder.path, 'out.ts');
  const profile = await startProfile({ kind: 'cpu', path: `${output}.cpuprofile`, intervalUs: 5000 });
  const request = { url, output, perFragment: true, ...settings };
  const hooks = { signal: new AbortController().signal, onEvent: () => undefined };
  const { receipt, profileError } = await recordDownload(request, profile, hooks, new URL('file:///none'));
  assert.equal(receipt.state, 'complete', receipt.error?.message);
  assert.equal(profileError, undefined);
  const { timeline } = readProfile(await readFile(profile.path), 'out.cpuprofile');
  assert.ok(timeline);
  return { receipt, fragments: receipt.perFragment ?? [], timeline };
}

describe('a recorded download', function () {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  interface Case {
    what: string;
    kind: Cause;
    stream?: StreamName;
    url: UrlOptions;
    path?: PathShape;
    settings?: Partial<DownloadRequest>;
  }
  const small = { fragmentBytes: 200_000 };
  const cases: Case[] = [
    { what: 'answers that begin late', kind: 'origin', url: { ...small, fragments: 18, latencyMs: 300 } },
    {
      what: 'slow connections',
      kind: 'bandwidth',
      url: { fragments: 6, fragmentBytes: 1_000_000, bytesPerSecond: 2e6 },
    },
    {
      what: 'one request at a time',
      kind: 'connections',
      url: { ...small, fragments: 12, latencyMs: 50 },
      settings: { concurrency: 1 },
    },
    { what: 'an origin without a limit', kind: 'cpu', url: { fragments: 60 } },
    {
      what: 'a slow first fragment and little memory',
      kind: 'order',
      url: { fragments: 30, slowFirstMs: 1000 },
      settings: { reorderMemoryBytes: 4 * 2 ** 20 },
    },
    {
      what: 'a rate that is set',
      kind: 'rate',
      url: { fragments: 6, fragmentBytes: 500_000 },
      settings: { rateBytesPerSecond: 3e6 },
    },
    {
      what: 'failures that are waited after',
      kind: 'backOff',
      url: { ...small, fragments: 4, faults: [{ kind: 'status', index: 1, status: 503, times: 2 }] },
    },
    {
      what: 'windows of HTTP/2 on a long path',
      kind: 'flowControl',
      url: { secure: true, fragments: 3, fragmentBytes: 24_000_000 },
      path: { delayMs: 50 },
      settings: { http: '2', concurrency: 1 },
    },
  ];
  for (const { what, kind, stream = '4k', url, path: shape, settings = {} } of cases) {
    it(`names what limited it: ${what}`, async () => {
      const direct = lab.url(stream, url);
      const relay = shape && (await startRelay(direct, shape));
      try {
        const ca = url.secure ? { ca: await readFile(lab.caPath, 'utf8') } : {};
        const { receipt } = await record(relay?.through(direct) ?? direct, { ...settings, ...ca });
        assert.equal(receipt.bottleneck?.kind, kind, JSON.stringify(receipt.bottleneck));
        assert.ok(receipt.bottleneck.share > 0.3);
      } finally {
        await relay?.close();
      }
    });
  }

  it('names what limited it: a processor without instructions for AES', async function () {
    if (process.arch !== 'x64') this.skip();
    await using folder = await temporaryFolder();
    const entry = fileURLToPath(new URL('../../src/cli/entry.ts', import.meta.url));
    const url = lab.url('aes-iv', { fragments: 30, fragmentBytes: 5_400_000 });
    // Bits of AES-NI and SSSE3: OpenSSL goes on with tables.
    const env = { ...process.env, OPENSSL_ia32cap: '~0x200020000000000' };
    const args = [entry, 'download', url, '-o', path.join(folder.path, 'out.ts'), '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    const { bottleneck } = JSON.parse(stdout) as Receipt;
    assert.equal(bottleneck?.kind, 'decrypt', JSON.stringify(bottleneck));
  });

  it('shows each fragment where it was in time', async () => {
    const latencyMs = 100;
    const { receipt, fragments, timeline } = await record(lab.url('4k', { ...small, fragments: 12, latencyMs }), {
      concurrency: 3,
    });
    assert.equal(timeline.fragments.length, 12);
    const endMs = timeline.slots.at(-1)?.endMs ?? 0;
    assert.ok(Math.abs(endMs - receipt.wallMs) < 50);
    for (const span of timeline.fragments) {
      const receipt = fragments[span.index];
      assert.ok(receipt);
      assert.ok(span.firstByteMs >= latencyMs * 0.9, JSON.stringify(span));
      assert.ok(span.firstByteMs + span.connectMs <= receipt.firstByteMs + 0.2);
      assert.ok(endOf(span) <= endMs + 1);
    }
    // Three at once, one after the other.
    const starts = timeline.fragments.map(({ startMs }) => startMs).sort((a, b) => a - b);
    for (const [at, startMs] of starts.entries()) {
      if (at >= 3) assert.ok(startMs >= (starts[at - 3] ?? 0) + latencyMs * 0.9);
    }
  });

  it('tells of each fragment where the memory went', async () => {
    const url = lab.url('4k', { fragments: 6 });
    const buffered = await record(url, { write: 'buffered' });
    const { fragments } = buffered;
    assert.deepEqual(new Set(fragments.map(({ buffers }) => buffers)), new Set([1]));
    for (const { bufferBytes, bytes } of fragments) assert.equal(bufferBytes, bytes);
    const plain = await record(url, { reads: 'plain', concurrency: 1 });
    for (const { buffers = 0, bufferBytes = 0, bytes, chunks } of plain.fragments) {
      assert.ok(buffers > 10 && buffers <= chunks, `${buffers} buffers, ${chunks} chunks`);
      assert.ok(bufferBytes >= bytes);
    }
    const pooled = await record(url, { concurrency: 1 });
    assert.equal(pooled.receipt.counters.bodyBuffers, 0, 'all is read into memory that is used again');
    const { bodyBuffers, bodyBufferBytes } = buffered.receipt.counters;
    assert.deepEqual([bodyBuffers, bodyBufferBytes], [6, buffered.receipt.bytes.payload]);
  });

  it('waits for the place of a fragment in what is of unknown length', async () => {
    const url = lab.url('aes-iv', { fragments: 12, slowFirstMs: 300 });
    const { fragments } = await record(url, {});
    const [first, ...rest] = fragments;
    assert.equal(first?.orderMs, 0);
    assert.ok(
      rest.some(({ orderMs = 0 }) => orderMs > 100),
      JSON.stringify(rest.map(({ orderMs }) => orderMs)),
    );
  });
});
