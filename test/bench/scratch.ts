import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A new folder in `parent` that goes away with this process, however it ends. */
export function makeScratch(parent: string): string {
  mkdirSync(parent, { recursive: true });
  const scratch = mkdtempSync(join(parent, 'hotframe-bench-'));
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
  // Exit listeners, here and around each child, run only where the process ends by itself.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
  return scratch;
}
