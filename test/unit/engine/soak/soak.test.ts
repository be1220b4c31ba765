import assert from 'node:assert/strict';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { fragmentS, makeBroadcast, type Broadcast } from './broadcast.ts';
import { checkContents } from './contents.ts';
import { checkCauses, checkNumbers, checkReceipt, checkRequests, linesOf, toldOf } from './ledger.ts';
import { runRecorder, type Recorded } from './runRecorder.ts';

const isLong = process.env['HOTFRAME_LONG'] === '1';
const hours = isLong ? 24 : 1;
const fragments = (hours * 3600) / fragmentS;
const mebibyte = 2 ** 20;
/** What the memory may grow by after the first quarter, whatever the length of the recording. */
const grownBytes = { rss: 10 * mebibyte, held: (isLong ? 3 : 2) * mebibyte };

describe(`a live stream of ${hours} h, recorded over real sockets`, function () {
  // Much longer than it takes: the machine may be busy.
  this.timeout(isLong ? 1_800_000 : 200_000);
  const ending = new AbortController();
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let broadcast: Broadcast;
  let recorded: Recorded;

  before(async () => {
    folder = await temporaryFolder();
    broadcast = makeBroadcast(fragments, 24);
    recorded = await runRecorder(folder.path, broadcast, Math.floor(fragments * 0.52), ending.signal);
    if (isLong) console.log(figures(recorded));
  });
  after(() => ending.abort());
  after(() => folder[Symbol.asyncDispose]());

  it('goes wrong in every way', () => {
    const { lines, requests } = recorded;
    const atLeast = Math.floor(fragments / 1000);
    assert.equal(linesOf(lines, 'reset').length, 2);
    assert.ok(linesOf(lines, 'outage').length >= 3 * atLeast);
    assert.ok(linesOf(lines, 'hole').length >= 2 * atLeast);
    assert.ok(linesOf(lines, 'retry').length >= atLeast);
    for (const part of requests) assert.ok(part.some(({ fault }) => fault === 'token'));
    assert.ok(requests.flat().some(({ listed }) => listed && listed.skipped > 0));
    assert.ok(linesOf(lines, 'outage').some(({ error }) => /ECONNRE/.test(error.message)));
  });

  it('has every number in the file, or tells of it', () => {
    const told = toldOf(recorded.lines);
    const missed = checkNumbers(broadcast, told, recorded.lines);
    checkCauses(broadcast, told, missed);
    checkReceipt(told, missed, recorded.lines);
  });

  it('holds the fragments byte for byte, one behind the other', async () => {
    await checkContents(broadcast, toldOf(recorded.lines), recorded.output);
  });

  it('asks for nothing that it has', () => {
    checkRequests(toldOf(recorded.lines), recorded.lines, recorded.requests);
  });

  it('takes no more memory the longer it lasts', () => {
    const samples = linesOf(recorded.lines, 'memory').filter(({ at }) => at >= fragments / 4);
    const [first, last] = [samples[0] ?? assert.fail(), samples.at(-1) ?? assert.fail()];
    const held = ({ heapUsed, external }: typeof first): number => heapUsed + external;
    assert.ok(samples.length >= 12);
    assert.ok(held(last) - held(first) <= grownBytes.held, figures(recorded));
    assert.ok(last.rss - first.rss <= grownBytes.rss, figures(recorded));
  });
});

/** What there is to tell of a run. */
function figures({ lines }: Recorded): string {
  const inMiB = (bytes: number) => (bytes / mebibyte).toFixed(1);
  const memory = linesOf(lines, 'memory')
    .filter((_, index) => index % 4 === 3)
    .map(({ at, rss, heapUsed, external }) => `${at}: ${[rss, heapUsed, external].map(inMiB).join(' / ')} MiB`);
  const receipt = linesOf(lines, 'ended')[0]?.receipt;
  const told = {
    ...receipt?.fragments,
    ...receipt?.recording,
    renewed: linesOf(lines, 'renewed').length,
    wallMs: receipt?.wallMs,
  };
  return `${JSON.stringify(told)}; RSS / heap / external at ${memory.join(', ')}`;
}
