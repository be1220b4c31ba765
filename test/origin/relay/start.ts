import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SHAPE_NAMES, type PathShape } from '../../../src/evidence/origin/path/shape.ts';

/** A running relay in a process of its own. */
export interface Relay extends AsyncDisposable {
  /** The same URL by way of the relay. */
  through(url: string): string;
  /** Ends the process and waits for its end. */
  close(): Promise<void>;
}

/** Starts a relay in front of the origin of a URL. It ends with `close`, or with this process. */
export async function startRelay(url: string, shape: PathShape): Promise<Relay> {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const settings = SHAPE_NAMES.flatMap((name) => (shape[name] === undefined ? [] : [`--${name}`, String(shape[name])]));
  const { port: target } = new URL(url);
  const child = spawn(process.execPath, [main, target, ...settings], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const died = exited.then(([code]) => {
    throw new Error(`The relay ended before it listened, with code ${String(code)}.`);
  });
  const [port] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), died])) as [string];
  // From here on its end is no failure, until somebody waits for it.
  died.catch(() => undefined);
  const close = async (): Promise<void> => {
    child.stdin.end();
    await exited;
  };
  return {
    through: (address) => {
      const relayed = new URL(address);
      relayed.port = port;
      return relayed.href;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
