import { readFileSync, writeFileSync } from 'node:fs';
import type Mocha from 'mocha';

/** How many checks ended how. */
export interface Counts {
  passed: number;
  failed: number;
}

/** Environment variable that names the file into which a process of tests writes its counts. */
export const countsVariable = 'HOTFRAME_COUNTS';

/** Writes the counts where the environment says, if it says. */
export function writeCounts(counts: Counts): void {
  const path = process.env[countsVariable];
  if (path !== undefined) writeFileSync(path, JSON.stringify(counts));
}

/** Reads what `writeCounts` wrote; undefined when the process ended before it could. */
export function readCounts(path: string): Counts | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const counts: unknown = JSON.parse(text);
  if (!isCounts(counts)) throw new Error(`${path} holds no counts: ${text}`);
  return counts;
}

/** Whether a value that crossed a process boundary is a count. */
export function isCounts(value: unknown): value is Counts {
  const counts = value as Counts | null | undefined;
  return Number.isInteger(counts?.passed) && Number.isInteger(counts?.failed);
}

/** Follows a mocha run: counts what ends, and says each test's end, a failure's stack with it. */
export function followTests(runner: Mocha.Runner, say: (line: string) => void): Counts {
  const counts = { passed: 0, failed: 0 };
  runner.on('pass', (test) => {
    counts.passed++;
    say(`  ✔ ${test.fullTitle()} (${test.duration ?? 0} ms)`);
  });
  runner.on('fail', (test, error: Error) => {
    counts.failed++;
    say(`  ✖ ${test.fullTitle()}\n    ${(error.stack ?? error.message).replaceAll('\n', '\n    ')}`);
  });
  return counts;
}
