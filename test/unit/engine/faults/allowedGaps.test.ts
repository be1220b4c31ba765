import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { startLab, type Lab, type StreamName } from '../../../origin/lab.ts';
import { get } from '../../origin/client.ts';
import { downloadTo } from '../downloadTo.ts';
import { atOnce } from './atOnce.ts';
import { allCases, type Case } from './cases.ts';
import { shortLimits } from './limits.ts';
import type { Place } from './places.ts';
import { places, shape } from './places.ts';

const ofOneFragment: readonly string[] = ['first fragment', 'middle fragment', 'last fragment', 'fMP4 fragment'];

/**
 * Each fault that keeps one fragment away for good, where gaps are allowed. What the origin policy refuses is no gap: it
 * ends the download.
 */
describe('engine: every fault that costs a fragment, gaps allowed', () => {
  const cases = allCases().filter(
    ({ place, strikes, endings }) =>
      ofOneFragment.includes(place) && strikes === 'for good' && !endings.includes('correct'),
  );
  const problems = new Map<Case, string[]>();
  let lab: Lab;

  before(async function () {
    this.timeout(120_000);
    lab = await startLab();
    const ca = await readFile(lab.caPath, 'utf8');
    const sums = { small: await sumsWithout(lab, 'small'), fmp4: await sumsWithout(lab, 'fmp4') };
    await atOnce(cases, 40, async (one) => problems.set(one, await bring(one, ca, sums)));
  });
  after(() => lab.close());

  async function bring(one: Case, ca: string, sums: Record<'small' | 'fmp4', string[]>): Promise<string[]> {
    const { stream, target }: Place = places[one.place];
    const session = randomUUID();
    const url = lab.url(stream, { ...shape, session, faults: one.faults, secure: one.over !== undefined });
    const http = one.over === 'HTTP/2' ? ('2' as const) : ('1.1' as const);
    const settings = { ca, http, limits: shortLimits, allowGaps: true, concurrency: 4 };
    const { receipt, files } = await downloadTo(url, settings);
    const missing = receipt.perFragment.filter(({ state }) => state === 'missing');
    const found = {
      state: receipt.state,
      fragments: [
        receipt.fragments.total,
        receipt.fragments.fetched,
        receipt.fragments.gaps,
        receipt.fragments.declaredGaps,
      ],
      sha256: receipt.output?.sha256,
      missing: missing.map(({ index, error }) => [index, error?.code.startsWith('HLS_FRAGMENT_')]),
      files,
    };
    if (one.endings.includes('POLICY')) return receipt.state === 'failed' ? [] : [receipt.state];
    const wanted = {
      state: 'completeWithGaps',
      fragments: [shape.fragments, shape.fragments - 1, 1, 0],
      sha256: sums[stream as 'small' | 'fmp4'][target.index ?? 0],
      missing: [[target.index, true]],
      files: ['out.ts'],
    };
    return JSON.stringify(found) === JSON.stringify(wanted) ? [] : [JSON.stringify(found)];
  }

  for (const fault of new Set(cases.map((one) => one.fault))) {
    it(fault, () => {
      const found = cases
        .filter((one) => one.fault === fault)
        .flatMap((one) => (problems.get(one) ?? ['it did not run']).map((problem) => `${one.place}: ${problem}`));
      assert.deepEqual(found, []);
    });
  }
});

/** The SHA-256 of the stream without each of its fragments; its init segment stays, whichever is missing. */
async function sumsWithout(lab: Lab, stream: StreamName): Promise<string[]> {
  const body = async (path: string) => (await get(lab.url(stream, shape).replace('index.m3u8', path))).body;
  const extension = stream === 'fmp4' ? 'm4s' : 'ts';
  const init = stream === 'fmp4' ? [await body('init.mp4')] : [];
  const bodies = await Promise.all(
    Array.from({ length: shape.fragments }, (_, index) => body(`f${String(index).padStart(6, '0')}.${extension}`)),
  );
  return bodies.map((_, missing) => {
    const kept = bodies.filter((_, index) => index !== missing);
    return createHash('sha256')
      .update(Buffer.concat([...init, ...kept]))
      .digest('hex');
  });
}
