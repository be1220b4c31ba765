import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figures } from '../../../../src/evidence/metrics.ts';
import { formatReport, formatSummary } from '../../../../src/evidence/report/report.ts';
import { readReport, writeReport } from '../../../../src/evidence/report/writeReport.ts';
import type { ArmRole, RunRecord } from '../../../../src/evidence/runRecord.ts';
import type { RunOrder } from '../../../../src/evidence/schedule.ts';
import { runsOf } from '../../../../src/evidence/schedule.ts';
import type { TestRecord } from '../../../../src/evidence/testRecord.ts';
import { parseClaim } from '../../../../src/evidence/readClaim.ts';
import { claimText, jitter, NO_ARMS, profileRecord, runTest, testHead } from '../samples.ts';

const BUFFERED = [
  '_start;main;work;__memmove_avx_unaligned_erms;asm_exc_page_fault_[k];clear_page_erms_[k] 400',
  '_start;main;work;std::pair<a|b>::`x` 600',
].join('\n');
const STREAMED = '_start;main;work;write;__x64_sys_write_[k];vfs_write_[k] 90\n_start;main;work 910\n';

/** A test whose arms take the same time, and the candidate a third of the memory; nobody counts the delay of a loop. */
function testOf(changed: Record<string, unknown> = {}): TestRecord {
  const figures = (run: RunOrder): Figures => ({
    wall: 1850 * Math.exp(0.02 * jitter(run)),
    peakMemory: (run.arm === 'candidate' ? 1.2e8 : 4e8) * Math.exp(0.01 * jitter(run)),
    pageFaults: run.arm === 'candidate' ? 55 : 42_305,
    loopDelay: null,
    ...(run.arm === 'baseline' && run.kind === 'timed' ? { allocations: 700 } : {}),
  });
  const noise = ({ kind, pair, attempt }: RunOrder) => ({
    foreignShare: kind === 'timed' && (pair === 2 || (pair === 4 && attempt === 1)) ? 0.3 : 0.01,
  });
  const record = runTest(testHead(changed), { figures, noise });
  const entries = record.entries.map((entry) =>
    entry.type !== 'run'
      ? entry
      : entry.kind === 'profile'
        ? { ...entry, profile: `${entry.arm}.folded` }
        : entry.kind === 'allocations'
          ? { ...entry, ...allocationsOf(entry.arm) }
          : { ...entry, bottleneck: 'origin 62 %' },
  );
  return { head: record.head, entries };
}

/** Only the baseline's were counted. */
function allocationsOf(arm: ArmRole): Partial<RunRecord> {
  if (arm === 'candidate') return { discount: { why: 'failed', detail: 'it told of none' } };
  const calls = { malloc: 1200, calloc: 30, realloc: 4, aligned: 0, free: 1190, moved: 3 };
  return {
    allocations: { processes: 1, ...calls, bytes: 3.3e9, peakBytes: 5 * 2 ** 20, bySize: [500, 100, 34, 0, 600] },
  };
}

describe('the report on a claim', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'claim-report-'));
    await writeFile(join(folder, 'baseline.folded'), BUFFERED);
    await writeFile(join(folder, 'candidate.folded'), STREAMED);
  });
  afterEach(async () => rm(folder, { recursive: true }));

  const read = (file: string): Promise<string> => readFile(join(folder, file), 'utf8');

  it('is one Markdown file with pictures and figures beside it', async () => {
    const { path, ...report } = await writeReport(testOf(), folder);
    assert.equal(path, join(folder, 'report.md'));
    assert.deepEqual([report.claim, report.state], ['F4', 'no-op']);
    assert.equal(report.sentence, 'no-op in time, win in memory, win in page faults · 12 pairs');
    assert.deepEqual([report.gates.baseline?.state, report.gates.candidate?.state], ['revisit', 'no-op']);
    const files = ['baseline.folded', 'candidate.folded', 'diff.svg', 'pairs.svg', 'report.md', 'runs.csv'];
    assert.deepEqual((await readdir(folder)).sort(), files);
    const text = await read('report.md');
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, file]) => file ?? '');
    assert.deepEqual(
      links.sort(),
      files.filter((file) => file !== 'report.md'),
    );
    assert.match(await read('diff.svg'), /buffered ↔ streaming/);
  });

  it('tells the verdict, what it holds for and what it comes from', async () => {
    await writeReport(testOf(), folder);
    const text = await read('report.md');
    for (const part of [
      /^# F4 Streaming fragment writes: no-op in time, win in memory, win in page faults\n\n> Streaming fragment writes end/,
      /^> — audit of 2026-05-04, finding F4$/m,
      /^\*\*no-op\*\*: the claim is that wall time decreases by 5 to 15 %; wall time changes by \*\*[−+]?0\.\d %\*\* \[.*\] over 12 pairs\. The whole interval falls short of the claimed range\. This holds for `hotframe 0\.1\.0`/m,
      /^\| \*\*wall time\*\* \| 1\.8\d s \| 1\.8\d s \| .* \| 95\.\d % \| \*\*no-op: the same within 5 %\*\* \|$/m,
      /^\| peak memory \| 38\d\.\d MiB \| 11\d\.\d MiB \| ×0\.30 \| .* \| win: by more than 5 % \|$/m,
      // 55 counts as 100 where the ratio is taken, and is told as it is.
      /^\| page faults \| 42,305 \| 55 \| ×0\.0024 \| /m,
      /^\| loop delay, p99 (?:\| {2}){5}\| not applicable \|$/m,
      /^- literal: \*\*no\*\*, none of the top 10 hot frames/m,
      /^- owned: \*\*yes\*\*, the suspects own 40\.0 % of the busy samples, at least the claim's 10 %: page-fault 40\.0 %$/m,
      /^\| 2 \| 40\.0 % \| 40\.0 % \| page-fault \| `clear_page_erms` \| /m,
      /^- machine: a processor, 2 cores, 8\.0 GiB; Debian GNU\/Linux 12, kernel 6\.1\.0; writes to tmpfs$/m,
      /^- workload: 60 × 5\.4 MB, HTTP\/1\.1, 0 ms; SHA-256 `9f86d081884c7d65`$/m,
      /^- look 1: 12 pairs, for a noise of \d\.\d %; fixed when there were 12$/m,
      /^\| baseline \| buffered \| `hotframe 0\.1\.0` \| `hotframe download \{url\} -o \{out\} --write buffered` \|$/m,
      /Made again, each with its pair: 3 because other programs took processor time\. 1 pair counts although the machine was noisy in each of the tries\. The baseline was limited by origin 62 %\./,
      /^- loop delay, p99: a program has no such thing$/m,
      /^## Allocations\n\nFrom a run of its own for each arm[^\n]*\n\n\| {2}\| baseline \|\n\| --- \| ---: \|\n\| allocations \| 1,234 \|$/m,
      /^\| asked for in all \| 3,147\.1 MiB \|$/m,
      /^\| allocations of 64 bytes to 1 KiB \| 100 \|$/m,
      /^\| allocations of 1 MiB and more \| 600 \|$/m,
      /^\| allocations, as the program tells of itself \| 700 \|$/m,
      /^- the allocations of the candidate: it told of none$/m,
      /2 with a profiler and 2 with their allocations counted\./,
      /^- how much the hypervisor and throttling took of the machine$/m,
      /```sh\nhotframe claim test F4\.claim\.json\n```\n$/,
    ]) {
      assert.match(text, part);
    }
  });

  it('keeps what names and authors write from being Markdown, and tables whole', async () => {
    const title = 'Less *is* <b>more</b> | ![x](http://localhost/x.png)';
    await writeReport(testOf({ title, statement: '# No heading\n\n- no list' }), folder);
    const text = await read('report.md');
    assert.match(
      text,
      /^# F4 Less \\\*is\\\* \\<b\\>more\\<\/b\\> \\\| !\\\[x\\\]\(http:\/\/localhost\/x\.png\): no-op/,
    );
    assert.match(text, /^> \\# No heading\n>\n> \\- no list\n>\n> — audit/m);
    assert.match(text, /^\| 1 \| 60\.0 % \| 60\.0 % \| user \| `` std::pair<a\\\|b>::`x` `` \|/m);
    for (const [row] of text.matchAll(/^\|.*\|$/gm)) {
      const columns = row.replaceAll('\\|', '').split('|').length;
      assert.ok([4, 6, 7, 8, 9].includes(columns), row);
    }
  });

  it('has the runs as CSV, those that do not count too', async () => {
    const record = testOf();
    await writeReport(record, folder);
    const [titles, ...lines] = (await read('runs.csv')).trimEnd().split('\r\n');
    const at = (name: string): number => titles!.split(',').indexOf(name);
    const rows = lines.map((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));
    assert.equal(rows.length, runsOf(record).length);
    const counts = Map.groupBy(rows, (row) => row[at('counts')]);
    assert.deepEqual([counts.get('yes')?.length, counts.get('noisy')?.length], [22, 2]);
    const [noisy] = rows.filter((row) => row[at('pair')] === '4');
    assert.deepEqual([noisy?.[at('counts')], noisy?.[at('why')]], ['no', 'foreignCpu']);
    assert.equal(noisy?.[at('detail')], '"30 % of the processors went to other programs, more than 10 %"');
    const [warmUp] = rows;
    assert.deepEqual([warmUp?.[at('kind')], warmUp?.[at('loopDelayMs')], warmUp?.[at('cpuMs')]], ['warmUp', 'n/a', '']);
    assert.ok(at('writtenBytes') > 0 && at('peakMemoryBytes') > 0 && at('pageFaults') > 0);
  });

  it('goes by the gate of the baseline where only profiles were made', async () => {
    const record = testOf();
    const profiles = {
      head: record.head,
      entries: record.entries.filter((entry) => entry.type === 'run' && entry.kind === 'profile'),
    };
    const { state, sentence, verdict } = await writeReport(profiles, folder);
    assert.deepEqual([state, verdict], ['revisit', undefined]);
    assert.match(sentence, /^The profile shows allocator or syscall in the top 10 hot frames of hotframe 0\.1\.0/);
    const text = await read('report.md');
    assert.match(text, /^# F4 Streaming fragment writes: revisit\n/);
    assert.doesNotMatch(text, /## Effects|pairs\.svg/);
  });

  it('of one arm has that alone', async () => {
    const { head, entries } = testOf({ candidate: undefined });
    const own = entries.filter((entry) => entry.type === 'run' && entry.kind === 'profile' && entry.arm === 'baseline');
    const arms = { baseline: head.arms.baseline! };
    const { state, gates } = await writeReport({ head: { ...head, arms }, entries: own }, folder);
    assert.deepEqual([state, Object.keys(gates)], ['revisit', ['baseline']]);
    const text = await read('report.md');
    assert.match(text, /^### Baseline: buffered$/m);
    assert.match(text, /^1 run, each with a profiler; none is timed\.$/m);
    assert.match(text, /^- time, memory and all else that only timed runs of two arms tell$/m);
    assert.match(text, /^- begun: 2026-05-04T10:00:00\.000Z$/m);
    assert.doesNotMatch(text, /candidate|streaming`|diff\.svg|no profiler was attached/i);
    assert.doesNotMatch(text, /how much .* took of the machine/);
  });

  it('of a profile that the claim names tells both readings and no runs', async () => {
    const claim = parseClaim(claimText({ ...NO_ARMS, profile: '../baseline.folded' }), 'x');
    const record = profileRecord(claim, { name: 'flame.folded', file: 'baseline.folded', sha256: '9f86d081' });
    const { path, state, sentence, gates } = await writeReport(record, folder);
    assert.equal(state, 'revisit');
    assert.match(sentence, /in the top 10 hot frames of flame\.folded, by the owned reading: revisit/);
    assert.equal(gates.baseline?.sentence, sentence);
    assert.ok(!(await readdir(folder)).includes('runs.csv'));
    const text = await readFile(path, 'utf8');
    for (const part of [
      /^# F4 Streaming fragment writes: revisit\n\n> Streaming/,
      /^## Hot frames and gate\n\n### The profile: flame\.folded$/m,
      /^- literal: \*\*no\*\*, none of the top 10/m,
      /^- owned: \*\*yes\*\*, the suspects own 40\.0 %/m,
      /^\[The profile\]\(baseline\.folded\)$/m,
      /^- the profile that the claim names: `flame\.folded`; SHA-256 `9f86d081`\n- judged: 2026-05-04T10:00:00\.000Z; no run was made$/m,
      /^- in the profile: folded stacks have no times/m,
      /```sh\nhotframe claim test F4\.claim\.json\n```\n$/,
    ]) {
      assert.match(text, part);
    }
    assert.doesNotMatch(text, /## Runs|## Effects|machine:|workload:|arm \|/);
    const { report } = await readReport(record, folder);
    assert.match(formatSummary(report), /Gate of flame\.folded:/);
  });

  it('says what it lacks where profiles cannot be read or compared', async () => {
    await writeFile(join(folder, 'baseline.folded'), 'nothing');
    await writeReport(testOf(), folder);
    assert.match(await read('report.md'), /^- the profile of the baseline: .*baseline\.folded/m);
    await writeFile(
      join(folder, 'baseline.folded'),
      JSON.stringify({
        nodes: [{ id: 1, callFrame: { functionName: 'f', url: 'a.js', lineNumber: 1, columnNumber: 1 } }],
        startTime: 0,
        endTime: 9,
        samples: [1],
        timeDeltas: [0],
      }),
    );
    await rm(join(folder, 'diff.svg'), { force: true });
    await writeReport(testOf(), folder);
    const text = await read('report.md');
    assert.match(text, /^- the difference of the profiles, which are of different kinds$/m);
    assert.ok(!(await readdir(folder)).includes('diff.svg'));
  });

  it('says of a number of pairs whether it was named before any could be seen', async () => {
    const { head, entries } = testOf();
    const runs = entries.filter(({ type }) => type === 'run');
    const named = { type: 'declaration', look: 0, pairs: 12 } as const;
    const setting = async (all: TestRecord['entries']): Promise<string> =>
      formatReport((await readReport({ head, entries: all }, folder)).report);
    assert.match(await setting([named, ...runs]), /^- look 1: 12 pairs, as asked for; fixed when there were 0$/m);
    assert.match(
      await setting([...runs, named]),
      /^- look 1: 12 pairs, as asked for by somebody who could see those before; fixed when there were 12$/m,
    );
  });

  it('is refused where nothing was found', async () => {
    const { head } = testOf();
    await assert.rejects(writeReport({ head, entries: [] }, folder), { code: 'CLAIM_RUN' });
  });

  it('can be copied without its files', async () => {
    const { report } = await readReport(testOf(), folder);
    const text = formatSummary(report);
    assert.match(text, /^# F4 [^]*## Effects[^]*Gate of buffered[^]*Gate of streaming[^]*hotframe claim test/);
    assert.doesNotMatch(text, /\.svg|\.csv|\.folded/);
  });
});
