import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, realpath, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { makeFolder } from './folder.ts';
import { describeSelf, isGone, type LockOwner } from './owner.ts';

/**
 * How often an owner shows that it lives, and how long silence lasts before it counts as dead where its process cannot
 * be looked for. Milliseconds.
 */
export interface LockTimes {
  heartbeatMs: number;
  staleMs: number;
}

export const LOCK_TIMES: LockTimes = { heartbeatMs: 2000, staleMs: 10_000 };

/** A lock that is held. */
export interface Lock {
  /** Aborts when another owner took the lock over, because this one was silent for too long: stop writing. */
  readonly lost: AbortSignal;
  release: () => Promise<void>;
}

/** Somebody else holds the lock and lives. */
export class LockedError extends Error {
  readonly key: string;
  readonly owner: LockOwner | undefined;

  constructor(key: string, owner: LockOwner | undefined) {
    super(`${key} is held by ${owner === undefined ? 'another owner' : `process ${owner.pid} on ${owner.host}`}`);
    this.name = 'LockedError';
    this.key = key;
    this.owner = owner;
  }
}

interface Claim {
  path: string;
  isAlive: boolean;
}

/**
 * Locks as files, for processes that share a folder and die without a word.
 *
 * Each contender announces a claim of its own, a file named `<key>.<uuid>.lock`, and looks at the others only then:
 * who sees a living claim beside its own withdraws. Of two at once, the one that looks later sees the other, so two
 * can never both hold; both may withdraw, and then try again at different moments. No file is ever taken over, so
 * there is nothing to race for: a dead owner's claim is ignored, and removed by whoever holds next. An owner that
 * was asleep finds its claim gone at its next beat and has lost.
 */
export class LockFolder {
  readonly #folder: string;
  readonly #times: LockTimes;

  constructor(folder: string, times: LockTimes = LOCK_TIMES) {
    this.#folder = folder;
    this.#times = times;
  }

  /**
   * Takes the lock `key` (letters, digits, `-`).
   * @param tries how often to try against other contenders; an established owner is not waited for.
   * @throws LockedError when a living owner has it.
   */
  async acquire(key: string, tries = 4): Promise<Lock> {
    await makeFolder(this.#folder);
    const path = join(this.#folder, `${key}.${randomUUID()}.lock`);
    for (let attempt = 1; ; attempt += 1) {
      const rivals = await this.#announce(key, path);
      const living = rivals.filter((claim) => claim.isAlive);
      if (living.length === 0) {
        await Promise.all(rivals.map((claim) => rm(claim.path, { force: true })));
        return new HeldLock(path, this.#times.heartbeatMs);
      }
      await rm(path, { force: true });
      if (attempt >= tries) throw new LockedError(key, await readOwner(living[0]?.path));
      await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 25 * attempt));
    }
  }

  /** Whether a living owner has the lock. */
  async isHeld(key: string): Promise<boolean> {
    return (await this.#claims(key)).some((claim) => claim.isAlive);
  }

  /** Writes the claim, and answers the claims of others. */
  async #announce(key: string, path: string): Promise<Claim[]> {
    await writeFile(path, JSON.stringify(describeSelf()), { flag: 'wx' });
    return (await this.#claims(key)).filter((claim) => claim.path !== path);
  }

  async #claims(key: string): Promise<Claim[]> {
    const names = await readdir(this.#folder).catch(ignoreMissing([]));
    const claims = names
      .filter((name) => name.startsWith(`${key}.`) && name.endsWith('.lock'))
      .map(async (name): Promise<Claim | undefined> => {
        const path = join(this.#folder, name);
        const status = await stat(path).catch(ignoreMissing(undefined));
        if (status === undefined) return undefined;
        // A heartbeat far in the future comes from before a clock was set back: no sign of life either.
        const isFresh = Math.abs(Date.now() - status.mtimeMs) <= this.#times.staleMs;
        if (!isFresh) return { path, isAlive: false };
        const owner = await readOwner(path);
        return { path, isAlive: owner === undefined || !isGone(owner) };
      });
    return (await Promise.all(claims)).filter((claim) => claim !== undefined);
  }
}

class HeldLock implements Lock {
  readonly #path: string;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #beating: Promise<void> = Promise.resolve();

  constructor(path: string, heartbeatMs: number) {
    this.#path = path;
    this.#timer = setInterval(() => {
      this.#beating = this.#beat();
    }, heartbeatMs);
    // A heartbeat keeps no process alive.
    this.#timer.unref();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async #beat(): Promise<void> {
    const now = new Date();
    try {
      await utimes(this.#path, now, now);
    } catch (error) {
      // Any other failure is a missed beat; if they go on, somebody removes the claim and the next beat says so.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return;
      clearInterval(this.#timer);
      this.#lost.abort(error);
    }
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    await rm(this.#path, { force: true });
  }
}

/** The key of a target file's lock: one for all spellings of its path on that platform. */
export async function targetKey(output: string, platform: NodeJS.Platform = process.platform): Promise<string> {
  const absolute = resolve(output);
  const folder = await realpath(dirname(absolute)).catch(ignoreMissing(dirname(absolute)));
  const path = join(folder, basename(absolute));
  // The usual file systems there ignore case; a false match only refuses a second download at the same time.
  const isCaseless = platform === 'win32' || platform === 'darwin';
  const text = isCaseless ? path.toLowerCase() : path;
  return `target-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

/** The key of a job's lock. */
export function jobKey(id: string): string {
  return `job-${id}`;
}

async function readOwner(path: string | undefined): Promise<LockOwner | undefined> {
  if (path === undefined) return undefined;
  const text = await readFile(path, 'utf8').catch(ignoreMissing(''));
  try {
    const value = JSON.parse(text) as LockOwner | null;
    return value ?? undefined;
  } catch {
    // Read between its creation and its first byte: the owner is unknown, the lock stands.
    return undefined;
  }
}

/** A handler for `catch`: `value` when the file or folder is gone, the error otherwise. */
function ignoreMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return value;
    throw error;
  };
}
