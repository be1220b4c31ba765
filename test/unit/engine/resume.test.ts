import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createHash, randomUUID } from 'node:crypto';
import { Interruption } from '../../../src/engine/errors.ts';
import type { DownloadEvent } from '../../../src/engine/events.ts';
import { download } from '../../../src/engine/download.ts';
import type { EngineReceipt } from '../../../src/engine/receiptBook.ts';
import type { DownloadRequest } from '../../../src/engine/request.ts';
import { startLab, type Lab, type StreamName, type UrlOptions } from '../../origin/lab.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const limits = { firstByteMs: 2_000, stallMs: 2_000, tries: 2 };

describe('engine: resume', () => {
  let lab: Lab;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async () => (lab = await startLab()));
  after(() => lab.close());
  beforeEach(async () => (folder = await temporaryFolder()));
  afterEach(() => folder[Symbol.asyncDispose]());

  interface Outcome {
    receipt: EngineReceipt;
    events: DownloadEvent[];
    /** Paths of fragments that were asked for. */
    asked: string[];
    sha256: string | undefined;
  }

  async function bring(
    stream: StreamName,
    options: UrlOptions,
    settings: Partial<DownloadRequest> = {},
    abort?: { after: number; reason: unknown },
  ): Promise<Outcome> {
    const session = randomUUID();
    const url = lab.url(stream, { ...options, session });
    const events: DownloadEvent[] = [];
    const aborting = new AbortController();
    let fragments = 0;
    const onEvent = (event: DownloadEvent) => {
      events.push(event);
      if (event.type === 'fragment' && ++fragments === abort?.after) aborting.abort(abort.reason);
    };
    const output = path.join(folder.path, 'out.ts');
    const receipt = await download(
      { url, output, limits, concurrency: 4, perFragment: true, ...settings },
      { signal: aborting.signal, onEvent },
    );
    const asked = (await lab.requests(session))
      .map((request) => request.path)
      .filter((name) => /\.(ts|m4s)$/.test(name));
    const bytes = receipt.output && (await readFile(receipt.output.path));
    return { receipt, events, asked, sha256: bytes && createHash('sha256').update(bytes).digest('hex') };
  }

  const gone: UrlOptions = { faults: [{ kind: 'status', status: 404, index: 15 }] };

  for (const [name, stream, options] of [
    ['with lengths', 'small', {}],
    ['without lengths', 'small', { chunked: true }],
    ['encrypted', 'aes-rotation', {}],
    ['of fMP4', 'fmp4-maps', {}],
    ['with gaps', 'gap', {}],
    ['of large fragments', '4k', { fragments: 20, fragmentBytes: 400_000 }],
  ] as const) {
    it(`goes on where a stream ${name} failed`, async () => {
      const failed = await bring(stream, { ...options, ...gone });
      assert.equal(failed.receipt.error?.fragment, 15);
      const kept = failed.receipt.kept?.fragments ?? 0;
      assert.ok(kept >= 8, `${kept} kept`);
      const { receipt, events, asked, sha256 } = await bring(stream, options);
      const cut = 'fragments' in options ? options : {};
      assert.equal(sha256, (await lab.digest(stream, cut)).sha256);
      assert.equal(receipt.fragments.resumed, kept - 1);
      // One is fetched again: the session in the addresses is another one.
      const { total, resumed, fetched, gaps } = receipt.fragments;
      assert.equal(asked.length, total - resumed - gaps);
      assert.equal(fetched, asked.length);
      assert.deepEqual(
        events.find(({ type }) => type === 'resumed'),
        { type: 'resumed', fragments: kept - 1, bytes: bytesOf(receipt), isChanged: false },
      );
      assert.equal(receipt.perFragment.length, total);
      assert.deepEqual(await readdir(folder.path), ['out.ts']);
    });
  }

  it('keeps what is whole when it is interrupted, and nothing when a person cancels', async () => {
    const { receipt } = await bring('small', {}, {}, { after: 8, reason: new Interruption() });
    assert.equal(receipt.state, 'cancelled');
    assert.ok((receipt.kept?.fragments ?? 0) >= 4);
    assert.equal((await readdir(folder.path)).length, 2);
    const cancelled = await bring('small', {}, {}, { after: 12, reason: undefined });
    assert.equal(cancelled.receipt.kept, undefined);
    assert.deepEqual(await readdir(folder.path), []);
  });

  it('starts over when the addresses lead to something else now, in a playlist of the same form', async () => {
    await bring('small', gone);
    const other = { fragmentBytes: 200_000 };
    const { receipt, events, sha256 } = await bring('small', other);
    assert.equal(sha256, (await lab.digest('small', other)).sha256);
    assert.equal(receipt.fragments.resumed, 0);
    assert.ok(events.some((event) => event.type === 'resumed' && event.isChanged));
  });

  it('starts over when the playlist has another form', async () => {
    await bring('aes-iv', gone);
    const { receipt, sha256 } = await bring('aes-sequence', {});
    assert.equal(sha256, (await lab.digest('aes-sequence')).sha256);
    assert.equal(receipt.fragments.resumed, 0);
  });

  it('starts over when it is told to', async () => {
    await bring('small', gone);
    const { receipt, asked } = await bring('small', {}, { resume: false });
    assert.equal(receipt.fragments.resumed, 0);
    assert.equal(asked.length, 24);
  });
});

function bytesOf({ perFragment }: EngineReceipt): number {
  return perFragment.filter(({ resumed }) => resumed).reduce((sum, { bytes }) => sum + bytes, 0);
}
