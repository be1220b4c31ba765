import { setTimeout } from 'node:timers/promises';
import { LockedError, LockFolder, type Lock } from '../../jobs/lock.ts';

/** How often it is looked whether the machine is free. Milliseconds. */
const LOOK_MS = 500;

/**
 * Waits until no other test has this machine, and takes it: two tests at once would measure each other.
 *
 * @param folder of the user, the same for every program of this product
 * @param onWait told once where it has to be waited, with the process of the other test
 * @throws the signal's reason
 */
export async function takeMachine(
  folder: string,
  signal: AbortSignal,
  onWait: (pid: number | undefined) => void,
): Promise<Lock> {
  const locks = new LockFolder(folder);
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted();
    try {
      return await locks.acquire('machine');
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      if (tries === 0) onWait(error.owner?.pid);
    }
    // Its own rejection says less than the signal's reason.
    await setTimeout(LOOK_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
