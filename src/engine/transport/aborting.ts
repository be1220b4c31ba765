import { Roll } from './roll.ts';

const listenersOf = new WeakMap<AbortSignal, Roll<() => void>>();

/**
 * Calls `listener` once when a signal aborts that has not yet; returns what forgets it.
 *
 * One event listener for all of a signal: Node links those of an event target to each other, with the same effect as that
 * of a Set (see Roll).
 */
export function whenAborted(signal: AbortSignal, listener: () => void): () => void {
  let listeners = listenersOf.get(signal);
  if (!listeners) {
    const all = new Roll<() => void>();
    const tell = () => {
      for (const each of all) each();
    };
    signal.addEventListener('abort', tell, { once: true });
    listenersOf.set(signal, (listeners = all));
  }
  const roll = listeners;
  roll.add(listener);
  return () => {
    roll.remove(listener);
  };
}
