import { setTimeout as delay } from 'node:timers/promises';
import type { Steering } from './steering.ts';

/**
 * Asks the steering server again whenever its answer is old (RFC 8216bis §7.4), and then has `move` go where it wants. Resolves
 * when the signal aborts, or when there is nobody to ask any more; rejects with what `move` rejects with. Its timer keeps no process alive.
 */
export async function watchSteering(
  steering: Pick<Steering, 'dueMs' | 'ask'>,
  move: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  try {
    while (steering.dueMs !== undefined) {
      const waitMs = Math.max(0, Math.ceil(steering.dueMs - performance.now()));
      await delay(waitMs, undefined, { signal, ref: false });
      await steering.ask(signal);
      await move();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
