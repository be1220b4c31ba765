import { setFlagsFromString } from 'node:v8';
import { INTERPRETED_FLAG, MAP_FLAG } from '../profile/record/native.ts';

/** A worker whose functions perf can name. */
export interface NamedWorker {
  /** It has begun: V8 writes its map from now on, whatever the flags say. */
  begun(): void;
  /** It is gone. */
  ended(): void;
}

let beginning = 0;
let running = 0;

/**
 * Has V8 write the map that perf needs, for the worker that is started next: workers take no such flags of their own, and an isolate
 * looks at the process's when it begins. The flags cost, so that they are gone again as soon as can be: that of the map when the worker
 * has begun, that of interpreted functions when it has ended, for it counts whenever one is compiled.
 */
export function nameFunctions(): NamedWorker {
  for (const flag of [MAP_FLAG, INTERPRETED_FLAG]) setFlagsFromString(flag);
  beginning++;
  running++;
  let hasBegun = false;
  const begun = (): void => {
    if (hasBegun) return;
    hasBegun = true;
    beginning--;
    if (beginning === 0) unset(MAP_FLAG);
  };
  return {
    begun,
    ended() {
      begun();
      running--;
      if (running === 0) unset(INTERPRETED_FLAG);
    },
  };
}

function unset(flag: string): void {
  setFlagsFromString(flag.replace('--', '--no-'));
}
