import { Interruption } from '../engine/errors.ts';

/** A channel to the program that started this one closes with it. */
const names = ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const;

/**
 * Aborts, as an interruption, when the process is told to end; from then on it can be told again, and ends at once, as
 * without this.
 */
export function interruptionOf(told: NodeJS.EventEmitter): AbortSignal {
  const interruption = new AbortController();
  const stop = (): void => {
    for (const name of names) told.off(name, stop);
    interruption.abort(new Interruption());
  };
  for (const name of names) told.on(name, stop);
  return interruption.signal;
}
