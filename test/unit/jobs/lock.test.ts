import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockedError, LockFolder, targetKey } from '../../../src/jobs/lock.ts';
import type { LockOwner } from '../../../src/jobs/owner.ts';
import { LineChild } from './child.ts';
import { useTemporaryFolder } from './temporaryFolder.ts';

const TIMES = { heartbeatMs: 20, staleMs: 2000 };
/** A heartbeat that is never stale. */
const NEVER_MS = 2 ** 30;
const CHILD = new URL('./lockChild.ts', import.meta.url);

describe('lock', () => {
  const folder = useTemporaryFolder();
  const children: LineChild[] = [];

  function startChild(staleMs = TIMES.staleMs): LineChild {
    const child = new LineChild(CHILD, [folder.path, 'a', String(TIMES.heartbeatMs), String(staleMs)]);
    children.push(child);
    return child;
  }

  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()));
  });

  it('is held by one, then by the next', async () => {
    const locks = new LockFolder(folder.path, TIMES);
    const first = await locks.acquire('a');
    assert.equal(await locks.isHeld('a'), true);
    await assert.rejects(locks.acquire('a', 1), LockedError);
    await first.release();
    assert.equal(await locks.isHeld('a'), false);
    await (await locks.acquire('a')).release();
    assert.deepEqual(await readdir(folder.path), []);
  });

  it('does not mix up keys, one a prefix of the other', async () => {
    const locks = new LockFolder(folder.path, TIMES);
    const one = await locks.acquire('job-1');
    const other = await locks.acquire('job-12');
    await Promise.all([one.release(), other.release()]);
  });

  it('names its owner when it refuses', async () => {
    const locks = new LockFolder(folder.path, TIMES);
    const lock = await locks.acquire('a');
    await assert.rejects(
      locks.acquire('a', 1),
      (error) => error instanceof LockedError && error.owner?.pid === process.pid,
    );
    await lock.release();
  });

  it('is never held by two of many that try at once', async () => {
    const locks = Array.from({ length: 8 }, () => new LockFolder(folder.path, TIMES));
    for (let round = 0; round < 20; round += 1) {
      const results = await Promise.allSettled(locks.map((lock) => lock.acquire('a', 3)));
      const held = results.filter((result) => result.status === 'fulfilled');
      assert.ok(held.length <= 1, `round ${round}: ${held.length} owners`);
      await Promise.all(held.map((result) => result.value.release()));
    }
  });

  it('is never held by two processes, and passes between them', async () => {
    const [one, two] = [startChild(), startChild()];
    assert.deepEqual(await Promise.all([one.read(), two.read()]), ['ready', 'ready']);
    for (let round = 0; round < 10; round += 1) {
      const answers = await Promise.all([one.ask('try'), two.ask('try')]);
      assert.ok(answers.filter((answer) => answer === 'held').length <= 1, `round ${round}: ${answers.join()}`);
      assert.deepEqual(await Promise.all([one.ask('release'), two.ask('release')]), ['released', 'released']);
      const after = await (round % 2 === 0 ? one : two).ask('try');
      assert.equal(after, 'held');
      assert.equal(await (round % 2 === 0 ? one : two).ask('release'), 'released');
    }
  });

  it('of a killed process is free at once', async () => {
    const child = startChild(NEVER_MS);
    await child.read();
    assert.equal(await child.ask('try'), 'held');
    const locks = new LockFolder(folder.path, { heartbeatMs: 20, staleMs: NEVER_MS });
    await assert.rejects(locks.acquire('a', 1), LockedError);
    await child.kill();
    assert.equal(await locks.isHeld('a'), false);
    const lock = await locks.acquire('a', 1);
    assert.equal((await readdir(folder.path)).length, 1, 'the dead claim is removed');
    await lock.release();
  });

  it('of an owner that cannot be seen from here is free when its heartbeat is stale', async () => {
    const child = startChild();
    await child.read();
    assert.equal(await child.ask('try'), 'held');
    await child.kill();
    const [claim = ''] = await readdir(folder.path);
    const path = join(folder.path, claim);
    const owner = JSON.parse(await readFile(path, 'utf8')) as LockOwner;
    for (const elsewhere of [{ host: 'elsewhere.example' }, { space: 'another boot' }]) {
      await writeFile(path, JSON.stringify({ ...owner, ...elsewhere }));
      const locks = new LockFolder(folder.path, { heartbeatMs: 20, staleMs: 300 });
      await assert.rejects(locks.acquire('a', 1), LockedError);
      await makeSilent(folder.path);
      assert.equal(await locks.isHeld('a'), false);
    }
  });

  it('stands while its owner has not yet written who it is', async () => {
    await writeFile(join(folder.path, 'a.0.lock'), '');
    await assert.rejects(new LockFolder(folder.path, TIMES).acquire('a', 1), LockedError);
  });

  it('tells an owner that was silent for too long that it lost', async () => {
    const locks = new LockFolder(folder.path, TIMES);
    const sleeper = await new LockFolder(folder.path, { ...TIMES, heartbeatMs: 100 }).acquire('a');
    const lost = once(sleeper.lost, 'abort');
    await makeSilent(folder.path);
    const taker = await locks.acquire('a', 1);
    await lost;
    await sleeper.release();
    assert.equal(await locks.isHeld('a'), true, 'the release of a lost lock leaves the new owner alone');
    await taker.release();
  });
});

/** Sets every heartbeat a minute back. */
async function makeSilent(folder: string): Promise<void> {
  const past = new Date(Date.now() - 60_000);
  for (const name of await readdir(folder)) await utimes(join(folder, name), past, past);
}

describe('target key', () => {
  const folder = useTemporaryFolder();

  it('is one for all spellings of a path', async () => {
    const key = await targetKey(join(folder.path, 'a.ts'));
    assert.equal(await targetKey(`${folder.path}/./x/../a.ts`), key);
    assert.notEqual(await targetKey(join(folder.path, 'b.ts')), key);
  });

  it('is one for all cases of a path where the file system has none', async () => {
    const keys = (platform: NodeJS.Platform): Promise<string[]> =>
      Promise.all(['Film.ts', 'FILM.TS'].map((name) => targetKey(join(folder.path, name), platform)));
    for (const platform of ['win32', 'darwin', 'linux'] as const) {
      assert.equal(new Set(await keys(platform)).size, platform === 'linux' ? 2 : 1, platform);
    }
  });

  it('sees through links to folders', async () => {
    await mkdir(join(folder.path, 'real'));
    await symlink(join(folder.path, 'real'), join(folder.path, 'link'), 'junction');
    assert.equal(
      await targetKey(join(folder.path, 'link', 'a.ts')),
      await targetKey(join(folder.path, 'real', 'a.ts')),
    );
  });

  it('needs no existing folder', async () => {
    assert.match(await targetKey(join(folder.path, 'none', 'a.ts')), /^target-[0-9a-f]{32}$/);
  });
});
