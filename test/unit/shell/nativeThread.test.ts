import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { EngineThreads, type EngineEnd } from '../../../src/shell/engineThread.ts';
import { startLab, type Lab } from '../../origin/lab.ts';
import { useTemporaryFolder } from '../jobs/temporaryFolder.ts';
import { needKernelStacks, samplersGone } from '../profile/record/perfHere.ts';

const MAP = `/tmp/perf-${process.pid}.map`;
const WORKER = fileURLToPath(new URL('../../../src/worker.ts', import.meta.url));

describe('engine thread with a native profile', () => {
  const folder = useTemporaryFolder();
  const threads = new EngineThreads(WORKER, () => undefined);
  let lab: Lab;
  before(async function () {
    await needKernelStacks(this);
    lab = await startLab();
  });
  // Without perf there is no lab either.
  after(() => (lab as Lab | undefined)?.close());
  afterEach(() => samplersGone(process.pid));

  function download(
    name: string,
    signal: AbortSignal,
    options = {},
    onEvent: () => void = () => undefined,
  ): Promise<EngineEnd> {
    const request = { url: lab.url('4k', { fragments: 40, ...options }), output: join(folder.path, `${name}.ts`) };
    const profile = { kind: 'native' as const, path: join(folder.path, `${name}.folded`), intervalUs: 500 };
    return threads.download({ type: 'download', request, profile }, onEvent, { signal });
  }

  it('has the engine’s functions by name under its own thread, and lets the flags go', async () => {
    const { receipt, profileError, profileLost } = await download('a', new AbortController().signal);
    assert.deepEqual([receipt.state, profileError, profileLost], ['complete', undefined, []]);
    const path = join(folder.path, 'a.folded');
    assert.deepEqual(receipt.profiles, [{ kind: 'native', path }]);
    const stacks = (await readFile(path, 'utf8')).split('\n');
    const engine = stacks.filter((stack) => stack.startsWith('hotframe-engin'));
    assert.ok(
      engine.some((stack) => /\/src\/engine\/.*_\[k\]/.test(stack)),
      stacks.slice(0, 20).join('\n'),
    );
    const unnamed = engine.filter((stack) => stack.includes('[unknown]_[j]'));
    assert.ok(
      unnamed.length < engine.length / 3,
      `${unnamed.length} of ${engine.length} stacks have functions without a name`,
    );

    await assert.rejects(access(MAP), { code: 'ENOENT' });
    await once(new Worker('', { eval: true }), 'exit');
    await assert.rejects(access(MAP), { code: 'ENOENT' }, 'a later worker writes a map');
  });

  it('says so where another recording has the names', async () => {
    const abort = new AbortController();
    const slow = { fragmentBytes: 100_000, bytesPerSecond: 200_000 };
    const events = new EventEmitter();
    const begun = once(events, 'begun');
    const first = download('b', abort.signal, slow, () => events.emit('begun'));
    await Promise.race([begun, first]);
    const second = await download('c', new AbortController().signal);
    abort.abort();
    const [one, other] = [(await first).profileLost, second.profileLost];
    assert.deepEqual([one, other?.length, second.profileError], [[], 1, undefined]);
    assert.match(other?.[0] ?? '', /another recording has it/);
    await assert.rejects(access(MAP), { code: 'ENOENT' });
  });

  it('ends its recording when it is cancelled', async () => {
    const abort = new AbortController();
    const slow = { fragmentBytes: 100_000, bytesPerSecond: 200_000 };
    const { receipt } = await download('d', abort.signal, slow, () => abort.abort());
    assert.equal(receipt.state, 'cancelled');
  });

  it('downloads without one that cannot be recorded, and says why', async () => {
    const request = { url: lab.url('small'), output: join(folder.path, 'e.ts') };
    const profile = { kind: 'native' as const, path: join(folder.path, 'none', 'e.folded'), intervalUs: 500 };
    const { signal } = new AbortController();
    const end = await threads.download({ type: 'download', request, profile }, () => undefined, { signal });
    assert.deepEqual([end.receipt.state, end.receipt.profiles], ['complete', []]);
    assert.match(end.profileError?.message ?? '', /cannot be written: /);
    assert.match(end.profileError?.hint ?? '', /^Choose a folder/);
  });
});
