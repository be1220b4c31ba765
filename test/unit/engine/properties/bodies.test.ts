import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { download } from '../../../../src/engine/download.ts';
import type { EngineReceipt } from '../../../../src/engine/receiptBook.ts';
import type { Limits } from '../../../../src/engine/request.ts';
import { announcedLength, arrivesAs, bodyCases, sentBy, targetOf, type BodyCase } from './bodyFaults.ts';
import { BodyOrigin } from './bodyOrigin.ts';
import { bodyStream, givesItselfAway, type BodyStream } from './bodyStreams.ts';
import { allowedMs, casesOf } from './cases.ts';

/** Short, so that a fault that only time can show is shown soon, and long enough for a busy machine. */
const limits: Partial<Limits> = {
  firstByteMs: 1500,
  stallMs: 1000,
  minimumBytesPerSecond: 1,
  tries: 3,
  noProgressMs: 4000,
  retryAfterMs: 1000,
};

/** Three tries of every resource that can fail, with what lies between them, on a busy machine. */
const maxMs = 15_000;

/** Downloads wait for time-outs and delays most of the time: many go on at once. */
const lanes = 48;

/** Whether what the case does can be told from the truth at all; the rest proves nothing. */
function canBeNoticed(each: BodyCase, stream: BodyStream, target: string): boolean {
  const sent = sentBy(each.misdeed, stream, target);
  if (!sent) return true;
  const good = stream.resources.get(target)!;
  const arrived = arrivesAs(sent, good);
  if (arrived === undefined || arrived.equals(good)) return true;
  // Of a fragment that came without a length, half of the media time must be missed.
  const isHalf =
    target.startsWith('f') && arrived.length < good.length / 2 && good.subarray(0, arrived.length).equals(arrived);
  return (isHalf && announcedLength(sent, good) === undefined) || givesItselfAway(stream, target, arrived);
}

/** What strikes a fragment once and can pass must be survived: it is fetched again. */
function mustRecover({ isOnce, misdeed }: BodyCase, target: string): boolean {
  if (!isOnce || !target.startsWith('f')) return false;
  if (misdeed.kind === 'redirect') return ['moved', 'other host'].includes(misdeed.to);
  return misdeed.kind !== 'status' || misdeed.status >= 500 || [408, 429].includes(misdeed.status);
}

/** What must be in the file: all but the fragments that the receipt calls missing. */
function expectedFile({ init, fragments }: BodyStream, { perFragment }: EngineReceipt): Buffer {
  const missing = new Set(perFragment.filter(({ state }) => state === 'missing').map(({ index }) => index));
  return Buffer.concat([...(init ? [init] : []), ...fragments.filter((_, index) => !missing.has(index))]);
}

async function run(url: string, output: string, { write, concurrency, resume, allowGaps }: BodyCase) {
  const startMs = performance.now();
  const request = { url, output, write, concurrency, resume, allowGaps, limits, deadAfterS: 0.2, perFragment: true };
  const receipt = await download(request, { signal: new AbortController().signal, onEvent: () => undefined });
  const tookMs = performance.now() - startMs;
  assert.ok(tookMs < maxMs, `it took ${tookMs} ms`);
  return receipt;
}

/** A good end has exactly the right file; a bad one has an error in words and no file. */
async function assertEnd(receipt: EngineReceipt, stream: BodyStream, output: string, each: BodyCase): Promise<void> {
  const { state, error, fragments } = receipt;
  const names = await readdir(path.dirname(output));
  if (state === 'complete' || state === 'completeWithGaps') {
    assert.deepEqual(names, [path.basename(output)]);
    // A list that lost its end is one that may go on: what it lists is taken, and not called whole.
    if (state === 'completeWithGaps' && (receipt.recording || receipt.isEndMissing)) return;
    assert.ok((await readFile(output)).equals(expectedFile(stream, receipt)), `another file, ${state}`);
    assert.equal(fragments.gaps, receipt.perFragment.filter((fragment) => fragment.state !== 'whole').length);
    assert.equal(state === 'completeWithGaps', fragments.gaps > 0);
    assert.ok(fragments.gaps === 0 || each.allowGaps);
    return;
  }
  assert.equal(state, 'failed');
  assert.match(error?.code ?? '', /^HLS_(PLAYLIST|INIT|KEY|FRAGMENT)_[A-Z_]+$/);
  assert.ok(error && error.message.length > 10 && error.hint.length > 10);
  const left = names.filter((name) => /^\.hotframe-.*\.(part|journal)$/.test(name));
  assert.deepEqual(names, each.resume ? left : []);
  assert.equal(receipt.kept !== undefined, left.length > 0);
}

describe('any body', () => {
  let origin: BodyOrigin;
  let folder: string;
  let count = 0;

  before(async () => {
    origin = await BodyOrigin.start();
    folder = await mkdtemp(path.join(tmpdir(), 'hotframe-bodies-'));
  });
  after(async () => {
    await origin[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const outcomes: Record<string, number> = {};

  async function check(each: BodyCase): Promise<void> {
    const stream = bodyStream(each.format, each.count);
    const target = targetOf(each, stream);
    fc.pre(canBeNoticed(each, stream, target));
    const served = {
      stream,
      target,
      misdeed: each.misdeed,
      times: each.isOnce ? 1 : Infinity,
      hasRanges: each.hasRanges,
    };
    const url = origin.serve(served);
    const own = await mkdtemp(path.join(folder, `${count++}-`));
    const output = path.join(own, 'out.bin');
    try {
      const receipt = await run(url, output, each);
      await assertEnd(receipt, stream, output, each);
      const outcome = `${each.isOnce ? 'once' : 'for good'}: ${receipt.state}`;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (receipt.state === 'complete') return;
      assert.ok(!mustRecover(each, target), `struck once and not fetched again: ${receipt.error?.message ?? 'a gap'}`);
      if (receipt.state !== 'failed') return;
      served.times = 0;
      const again = await run(url, output, each);
      assert.equal(again.state, 'complete', again.error?.message);
      await assertEnd(again, stream, output, each);
    } finally {
      origin.forget(url);
      await rm(own, { recursive: true });
    }
  }

  it('ends in exactly the right file or in an error in words, within its time; the next try makes it whole', async function () {
    this.timeout(allowedMs(120_000));
    const numRuns = Math.ceil(casesOf(5000).numRuns / lanes);
    const lane = () => fc.assert(fc.asyncProperty(bodyCases, check), { numRuns, endOnFailure: true });
    const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    // Cases that all end alike would prove little.
    for (const outcome of ['once: complete', 'once: failed', 'for good: complete', 'for good: failed']) {
      assert.ok((outcomes[outcome] ?? 0) > 20, JSON.stringify(outcomes));
    }
  });
});
