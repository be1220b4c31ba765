// How near a replayed job comes to the time that was recorded:
//   node test/bench/replay.ts [--rounds 5] [--concurrency 8|auto] [--dir <folder>]
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { FragmentReceipt, Receipt } from '../../src/engine/receipt.ts';
import type { LabWorkload } from '../../src/evidence/claim.ts';
import type { OriginAddress } from '../../src/evidence/origin/messages.ts';
import { startOrigin } from '../../src/evidence/origin/start.ts';
import { readRecordedJob } from '../../src/evidence/recordedJob.ts';
import { JobStore } from '../../src/jobs/store.ts';
import { recordDownload } from '../../src/recordedDownload.ts';
import { parseCount } from './options.ts';
import { sha256Of } from './output.ts';
import { describeMachine, formatMachine, loadNow } from './report.ts';
import { makeScratch } from './scratch.ts';
import { summarize } from './statistics.ts';
import { formatTable } from './table.ts';

/** What docs/claims.md says of replayed jobs. */
const TOLERANCE = 0.05;

const ORIGIN = fileURLToPath(new URL('../../dist/origin.cjs', import.meta.url));
const MUX = new URL('../../dist/muxWorker.cjs', import.meta.url);

interface Row {
  title: string;
  /** The processor is its limit, which the origin shares: docs/claims.md promises nothing of it. */
  isForInformation?: true;
  stream: Omit<LabWorkload, 'kind' | 'encryption'>;
}

const rows: readonly Row[] = [
  {
    title: '60 × 5.4 MB, 40 ms, 50 Mbit/s per connection',
    stream: { fragments: 60, fragmentBytes: 5_400_000, http: '1.1', latencyMs: 40, connectionMbitPerSecond: 50 },
  },
  {
    title: '60 × 5.4 MB, 40 ms, 400 Mbit/s in all',
    stream: { fragments: 60, fragmentBytes: 5_400_000, http: '1.1', latencyMs: 40, totalMbitPerSecond: 400 },
  },
  {
    title: 'the same over HTTP/2',
    stream: { fragments: 60, fragmentBytes: 5_400_000, http: '2', latencyMs: 40, totalMbitPerSecond: 400 },
  },
  {
    title: '300 × 200 kB, 100 ms',
    stream: { fragments: 300, fragmentBytes: 200_000, http: '1.1', latencyMs: 100 },
  },
  {
    title: '600 × 5.4 MB, 0 ms',
    isForInformation: true,
    stream: { fragments: 600, fragmentBytes: 5_400_000, http: '1.1', latencyMs: 0 },
  },
];

interface Result extends Pick<Row, 'title' | 'isForInformation'> {
  recordedMs: number;
  replayedMs: readonly number[];
  /** The largest share of its time that the origin's thread was busy. */
  originShare: number;
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    concurrency: { type: 'string', default: '8' },
    dir: { type: 'string', default: tmpdir() },
  },
});
const rounds = parseCount('rounds', values.rounds);
const concurrency = values.concurrency === 'auto' ? 'auto' : parseCount('concurrency', values.concurrency);
const scratch = makeScratch(values.dir);
console.log(`${formatMachine(describeMachine(scratch))}; load average ${loadNow().toFixed(2)}`);
console.log(`The engine in this process, requests at once: ${concurrency}; each job replayed ${rounds} times\n`);

const results: Result[] = [];
for (const [index, row] of rows.entries()) {
  results.push(await recordAndReplay(row, join(scratch, String(index))));
  console.error(`${row.title}: done`);
}
const change = (value: number, { recordedMs }: Result): string => {
  const percent = (value / recordedMs - 1) * 100;
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)} %`;
};
const figure = (result: Result, name: 'median' | 'min' | 'max'): string =>
  change(summarize(result.replayedMs)![name], result);
console.log(
  formatTable(
    [
      { title: 'recorded', align: 'left', text: ({ title }) => title },
      { title: 'wall', align: 'right', text: ({ recordedMs }) => `${(recordedMs / 1000).toFixed(2)} s` },
      { title: 'replayed', align: 'right', text: (result) => figure(result, 'median') },
      { title: 'least', align: 'right', text: (result) => figure(result, 'min') },
      { title: 'most', align: 'right', text: (result) => figure(result, 'max') },
      { title: 'origin busy', align: 'right', text: ({ originShare }) => `${(originShare * 100).toFixed(0)} %` },
    ],
    results,
  ),
);
const isFar = ({ isForInformation, recordedMs, replayedMs }: Result): boolean =>
  !isForInformation && Math.abs(summarize(replayedMs)!.median / recordedMs - 1) > TOLERANCE;
console.log(
  `\nWithin ${TOLERANCE * 100} % where the network is the limit, by the medians: ${results.some(isFar) ? 'MISSED' : 'met'}`,
);
process.exitCode = results.some(isFar) ? 1 : 0;

async function recordAndReplay({ title, stream, isForInformation }: Row, folder: string): Promise<Result> {
  const store = new JobStore(folder);
  const output = join(folder, 'recorded.ts');
  const job = await store.create(
    { url: 'http://recorded.invalid/', output, settings: { profile: 'none' } },
    'recorded',
  );
  {
    await using origin = await startOrigin({ kind: 'lab', encryption: 'none', ...stream }, ORIGIN);
    // The first one compiles what the others find compiled.
    await download(origin.address, stream, output);
    const receipt = await download(origin.address, stream, output, (fragment) => job.addFragment(fragment));
    await job.end('complete', { receipt });
  }
  const { recording, wallMs } = await readRecordedJob(job.folder);
  const sha256 = await sha256Of(output);
  await using origin = await startOrigin(recording, ORIGIN);
  const replayedMs: number[] = [];
  const shares: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const again = join(folder, 'again.ts');
    await origin.lap();
    const receipt = await download(origin.address, stream, again);
    const { busyMs, activeMs } = await origin.lap();
    if ((await sha256Of(again)) !== sha256) throw new Error(`${title}: the replay brought other bytes`);
    replayedMs.push(receipt.wallMs);
    shares.push(busyMs / activeMs);
  }
  return {
    title,
    ...(isForInformation && { isForInformation }),
    recordedMs: wallMs,
    replayedMs,
    originShare: Math.max(...shares),
  };
}

/** @throws {Error} where the download does not end whole */
async function download(
  { url, ca }: OriginAddress,
  { http }: Row['stream'],
  output: string,
  onFragment: (fragment: FragmentReceipt) => void = () => undefined,
): Promise<Receipt> {
  await rm(output, { force: true });
  const { receipt } = await recordDownload(
    { url, output, http, concurrency, resume: false, ...(ca === undefined ? {} : { ca }) },
    undefined,
    {
      signal: new AbortController().signal,
      onEvent: (event) => {
        if (event.type === 'fragment') onFragment(event.receipt);
      },
    },
    MUX,
  );
  if (receipt.error !== undefined) throw new Error(receipt.error.message);
  return receipt;
}
