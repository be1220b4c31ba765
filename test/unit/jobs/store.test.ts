import assert from 'node:assert/strict';
import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JobBusyError, JobOverError, TargetBusyError } from '../../../src/jobs/errors.ts';
import { JobStore, readJobOfProfile, type JobEntry } from '../../../src/jobs/store.ts';
import { createJobId, formatRecord, type JobRecord } from '../../../src/jobs/record.ts';
import { LineChild } from './child.ts';
import { sampleFragment, sampleProfile, sampleReceipt, sampleRequest } from './samples.ts';
import { useTemporaryFolder } from './temporaryFolder.ts';

/** Never stale: what is seen of a process that died is seen because it is gone. */
const TIMES = { heartbeatMs: 20, staleMs: 2 ** 30 };
const CHILD = new URL('./jobChild.ts', import.meta.url);

describe('job store', () => {
  const folder = useTemporaryFolder();
  const children: LineChild[] = [];
  let output: string;
  let store: JobStore;

  beforeEach(() => {
    output = join(folder.path, 'sintel.ts');
    store = new JobStore(join(folder.path, 'jobs'), TIMES);
  });

  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()));
  });

  function startChild(): LineChild {
    const { heartbeatMs, staleMs } = TIMES;
    const child = new LineChild(CHILD, [store.folder, output, String(heartbeatMs), String(staleMs)]);
    children.push(child);
    return child;
  }

  it('is empty before its folder exists', async () => {
    assert.deepEqual(await store.list(), []);
  });

  it('keeps a job from its creation to its end', async () => {
    const job = await store.create(sampleRequest(output), 'sintel');
    assert.equal(recordOf(await store.read(job.id)).state, 'running');
    job.addFragment(sampleFragment(0));
    job.addFragment(sampleFragment(1));
    await job.end('complete', { receipt: sampleReceipt(output) });

    const other = recordOf(await new JobStore(store.folder, TIMES).read(job.id));
    assert.equal(other.state, 'complete');
    assert.equal(other.title, 'sintel');
    assert.deepEqual(other.receipt, sampleReceipt(output));
    assert.ok(other.endedAt !== undefined && other.endedAt >= other.createdAt);
    const lines = (await readFile(join(job.folder, 'receipt.jsonl'), 'utf8')).trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line) as unknown),
      [sampleFragment(0), sampleFragment(1)],
    );
    assert.deepEqual(await readdir(join(folder.path, 'locks')), [], 'the locks are released');
    assert.equal(store.running(job.id), undefined);
  });

  it('lets a job wait: it is queued while somebody holds it, interrupted when nobody does, and begins at its turn', async () => {
    const job = await store.create(sampleRequest(output), 'later', 'queued');
    assert.deepEqual([job.record.state, job.record.startedAt], ['queued', undefined]);
    const other = new JobStore(store.folder, TIMES);
    await assert.rejects(other.create(sampleRequest(output), 'rival'), TargetBusyError);
    const stateOf = async (): Promise<string> => recordOf(await other.read(job.id)).state;
    assert.equal(await stateOf(), 'queued');
    await job.begin();
    assert.equal(await stateOf(), 'running');
    const { startedAt } = job.record;
    assert.ok(startedAt !== undefined);
    await job.begin();
    assert.equal(job.record.startedAt, startedAt, 'once');
    await job.end('paused');

    const again = await store.reopen(job.id, {}, 'queued');
    assert.deepEqual([again.record.state, again.record.startedAt], ['queued', startedAt]);
    await rm(join(folder.path, 'locks'), { recursive: true });
    assert.equal(await stateOf(), 'interrupted');
    await again.end('interrupted');
  });

  it('writes changes in order, the last one wins', async () => {
    const job = await store.create(sampleRequest(output), 'sintel');
    await Promise.all(Array.from({ length: 20 }, (_, bandwidth) => job.update(() => ({ variant: { bandwidth } }))));
    assert.deepEqual(recordOf(await new JobStore(store.folder, TIMES).read(job.id)).variant, { bandwidth: 19 });
    await job.end('cancelled');
    assert.deepEqual((await readdir(job.folder)).toSorted(), ['job.json'], 'no temporary file is left');
  });

  it('lists the newest first', async () => {
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      const job = await store.create(sampleRequest(join(folder.path, name)), name);
      await job.end('complete');
      ids.push(job.id);
    }
    const listed = (await store.list()).map((entry) => recordOf(entry).id);
    assert.deepEqual(listed, ids.toSorted().reverse());
  });

  it('shows broken and newer jobs beside the others, and leaves them as they are', async () => {
    const good = await store.create(sampleRequest(output), 'good');
    await good.end('complete');
    const files: [string, string][] = [
      ['20200101-000000-000-000001', '{ "schema": 1, "id"'],
      ['20200101-000000-000-000002', '{ "schema": 99 }'],
    ];
    for (const [id, text] of files) {
      await mkdir(join(store.folder, id));
      await writeFile(join(store.folder, id, 'job.json'), text);
    }
    await mkdir(join(store.folder, 'not-a-job'));
    const entries = await store.list();
    const shown = entries.map((entry) => (entry.kind === 'job' ? entry.record.title : entry.job.reason));
    assert.deepEqual(shown, ['good', 'newer', 'unreadable']);
    for (const [id, text] of files) {
      await assert.rejects(store.update(id, () => ({ title: 'x' })));
      assert.equal(await readFile(join(store.folder, id, 'job.json'), 'utf8'), text);
    }
  });

  it('refuses a second download to the same target, in one process and from another', async () => {
    const job = await store.create(sampleRequest(output), 'first');
    await assert.rejects(store.create(sampleRequest(output), 'second'), TargetBusyError);
    assert.equal(await startChild().read(), 'busy');
    assert.equal((await store.list()).length, 1, 'a refused job leaves nothing');
    await job.end('complete');
    const again = await store.create(sampleRequest(output), 'third');
    await again.end('complete');
  });

  it("shows another process's job as running, and as interrupted as soon as that process is killed", async () => {
    const child = startChild();
    const id = await child.read();
    assert.equal(recordOf(await store.read(id)).state, 'running');
    await assert.rejects(
      store.update(id, () => ({})),
      JobBusyError,
    );
    await assert.rejects(store.remove(id), JobBusyError);
    await assert.rejects(store.reopen(id), JobBusyError);
    await child.kill();

    const record = recordOf(await store.read(id));
    assert.equal(record.state, 'interrupted');
    assert.equal(record.progress?.fragments, 41);
    const job = await store.create(sampleRequest(output), 'again');
    await job.end('complete');
    await store.update(id, () => ({ title: 'renamed' }));
    const settled = JSON.parse(await readFile(join(store.folder, id, 'job.json'), 'utf8')) as JobRecord;
    assert.deepEqual([settled.state, settled.title], ['interrupted', 'renamed']);
  });

  it('lets the very job of a killed process go on', async () => {
    const child = startChild();
    const id = await child.read();
    await child.kill();
    const job = await store.reopen(id);
    assert.deepEqual([job.id, job.record.state, job.record.progress?.fragments], [id, 'running', 41]);
    const other = new JobStore(store.folder, TIMES);
    assert.equal(recordOf(await other.read(id)).state, 'running');
    await assert.rejects(other.reopen(id), JobBusyError);
    await assert.rejects(other.create(sampleRequest(output), 'rival'), TargetBusyError);
    job.addFragment(sampleFragment(1));
    await job.end('complete', { receipt: sampleReceipt(output) });
    assert.equal(recordOf(await other.read(id)).state, 'complete');
    assert.equal((await store.list()).length, 1);
    assert.deepEqual(JSON.parse(await readFile(join(job.folder, 'receipt.jsonl'), 'utf8')), sampleFragment(1));
    assert.deepEqual(await readdir(join(folder.path, 'locks')), []);
  });

  it('forgets how a job ended when it goes on, and nothing else', async () => {
    const job = await store.create(sampleRequest(output), 'sintel');
    job.addFragment(sampleFragment(0));
    const error = { code: 'HLS_FRAGMENT_STATUS', message: 'm', hint: 'h' } as const;
    const profile = sampleProfile();
    const kept = { fragments: 1, bytes: 500 };
    const receipt = { ...sampleReceipt(output), kept };
    await job.end('failed', { error, receipt, profiles: [profile], outputs: [output] });
    const request = { ...sampleRequest(output), url: 'https://media.example/new.m3u8' };
    const again = await store.reopen(job.id, { request });
    const { endedAt, startedAt, ...record } = again.record;
    assert.equal(endedAt, undefined);
    assert.ok(startedAt !== undefined && startedAt >= record.createdAt);
    const { schema, id, title, createdAt } = job.record;
    const stays = { schema, id, title, createdAt, outputs: [output], profiles: [profile] };
    assert.deepEqual(record, { ...stays, request, state: 'running', kept });
    assert.deepEqual((await readdir(job.folder)).toSorted(), ['job.json']);
    await again.end('cancelled');
  });

  it('lets no job go on that is over, or whose target is being written', async () => {
    const states = ['complete', 'completeWithGaps', 'cancelled'] as const;
    for (const state of states) {
      const job = await store.create(sampleRequest(output), state);
      await job.end(state);
      await assert.rejects(store.reopen(job.id), (error) => error instanceof JobOverError && error.state === state);
    }
    const failed = await store.create(sampleRequest(output), 'failed');
    await failed.end('failed', { receipt: sampleReceipt(output) });
    const rival = await store.create(sampleRequest(output), 'rival');
    await assert.rejects(store.reopen(rival.id), JobBusyError);
    await assert.rejects(store.reopen(failed.id), TargetBusyError);
    await rival.end('complete');
    assert.deepEqual(recordOf(await store.read(failed.id)).receipt, sampleReceipt(output), 'a refusal changes nothing');
    assert.deepEqual(await readdir(join(folder.path, 'locks')), []);
  });

  it('sees the end of a job of another process', async () => {
    const child = startChild();
    const id = await child.read();
    assert.equal(recordOf(await store.read(id)).state, 'running');
    assert.equal(await child.ask('end'), 'done');
    assert.equal(recordOf(await store.read(id)).state, 'complete');
  });

  it('attaches profiles under names that are safe and unique', async () => {
    const job = await store.create(sampleRequest(output), 'sintel');
    const data = new TextEncoder().encode('a;b 1\n');
    const wished = ['native.folded', 'native.folded', '../../evil.folded', 'aux.folded'];
    await job.end('complete');
    for (const file of wished) await store.addProfile(job.id, { ...sampleProfile(), file }, data);
    const { profiles } = recordOf(await store.read(job.id));
    assert.deepEqual(
      profiles.map((profile) => profile.file),
      ['native.folded', 'native-2.folded', 'evil.folded', '_aux.folded'],
    );
    assert.equal(await readFile(join(job.folder, 'profiles', 'native-2.folded'), 'utf8'), 'a;b 1\n');
    assert.equal((await readdir(join(job.folder, 'profiles'))).length, 4);
    assert.equal((await readJobOfProfile(join(job.folder, 'profiles', 'evil.folded')))?.id, job.id);
  });

  it('leaves no profile behind that could not be listed', async () => {
    const id = '20200101-000000-000-000001';
    await mkdir(join(store.folder, id), { recursive: true });
    await writeFile(join(store.folder, id, 'job.json'), 'broken');
    await assert.rejects(store.addProfile(id, sampleProfile(), new Uint8Array(4)), { reason: 'unreadable' });
    assert.deepEqual(await readdir(join(store.folder, id, 'profiles')), []);
  });

  it('deletes a job, broken or not, and nothing else', async () => {
    await writeFile(output, 'media');
    const job = await store.create(sampleRequest(output), 'sintel');
    await assert.rejects(store.remove(job.id), JobBusyError);
    await job.end('complete');
    await mkdir(join(store.folder, '20200101-000000-000-000001'));
    await writeFile(join(store.folder, '20200101-000000-000-000001', 'job.json'), '[]');
    await store.remove(job.id);
    await store.remove('20200101-000000-000-000001');
    assert.deepEqual(await store.list(), []);
    assert.deepEqual(await readdir(store.folder), ['changed']);
    await access(output);
  });

  it('lets go of its locks when the last write fails', async () => {
    const job = await store.create(sampleRequest(output), 'sintel');
    const circular: { self?: unknown } = {};
    circular.self = circular;
    await assert.rejects(job.end('failed', { error: circular as never }), TypeError);
    const again = await store.create(sampleRequest(output), 'again');
    await again.end('complete');
  });

  it('lists a thousand jobs, newest first, and reads again only what changed', async () => {
    const ids = await storeCopies(1000);
    const listed = await store.list();
    assert.deepEqual(listed.map((entry) => recordOf(entry).id).reverse(), ids);
    await store.update(ids[500]!, () => ({ title: 'renamed' }));
    const again = await store.list();
    const changed = again.flatMap((entry, at) => (entry === listed[at] ? [] : [recordOf(entry).title]));
    assert.deepEqual(changed, ['renamed']);
  });

  /** Stores one finished job as often as that, each a second after the one before; their ids in that order. */
  async function storeCopies(count: number): Promise<string[]> {
    const job = await store.create(sampleRequest(output), 'sintel');
    await job.end('complete', { receipt: sampleReceipt(output) });
    const ids = Array.from({ length: count }, (_, at) => createJobId(new Date(Date.UTC(2026, 0, 1, 0, 0, at))));
    for (const id of ids) {
      await mkdir(join(store.folder, id));
      await writeFile(join(store.folder, id, 'job.json'), formatRecord({ ...job.record, id }));
    }
    await store.remove(job.id);
    return ids;
  }
});

describe('job of a profile', () => {
  const folder = useTemporaryFolder();

  it('is nothing for a file elsewhere', async () => {
    assert.equal(await readJobOfProfile(join(folder.path, 'profiles', 'a.cpuprofile')), undefined);
    assert.equal(await readJobOfProfile(join(folder.path, 'a.cpuprofile')), undefined);
  });
});

function recordOf(entry: JobEntry | undefined): JobRecord {
  assert.ok(entry?.kind === 'job', `no job: ${JSON.stringify(entry)}`);
  return entry.record;
}
