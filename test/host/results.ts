import { readFileSync, writeFileSync } from 'node:fs';
import type Mocha from 'mocha';

/** How many checks ended how. */
export interface Counts {
  passed: number;
  failed: number;
}

/** What a process of tests leaves. */
export interface Results extends Counts {
  /** What failed: the title of a test and its stack. */
  failures: string[];
  /** Files with a failure. */
  failedFiles: string[];
  /** How many tests passed in those. */
  passedInThem: number;
}

/** Environment variable that names the file into which a process of tests writes its results. */
export const resultsVariable = 'HOTFRAME_TEST_RESULTS';

/** Writes the results where the environment says, if it says. */
export function writeResults(results: Results): void {
  const path = process.env[resultsVariable];
  if (path !== undefined) writeFileSync(path, JSON.stringify(results));
}

/** Reads what `writeResults` wrote; undefined when the process ended before it could. */
export function readResults(path: string): Results | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const results: unknown = JSON.parse(text);
  if (!areResults(results)) throw new Error(`${path} holds no results: ${text}`);
  return results;
}

/** Whether a value that crossed a process boundary is the results of tests. */
export function areResults(value: unknown): value is Results {
  const results = value as Results | null | undefined;
  const counts = [results?.passed, results?.failed, results?.passedInThem];
  return counts.every(Number.isInteger) && Array.isArray(results?.failures) && Array.isArray(results.failedFiles);
}

/** Follows a mocha run: counts what ends, and says each test's end, a failure's stack with it. */
export function followTests(runner: Mocha.Runner, say: (line: string) => void): Results {
  const results: Results = { passed: 0, failed: 0, failures: [], failedFiles: [], passedInThem: 0 };
  const passed = new Map<string | undefined, number>();
  runner.on('pass', (test) => {
    results.passed++;
    passed.set(test.file, (passed.get(test.file) ?? 0) + 1);
    say(`  ✔ ${test.fullTitle()} (${test.duration ?? 0} ms)`);
  });
  runner.on('fail', (test, error: Error) => {
    results.failed++;
    const failure = `  ✖ ${test.fullTitle()}\n    ${(error.stack ?? error.message).replaceAll('\n', '\n    ')}`;
    results.failures.push(failure);
    if (test.file !== undefined && !results.failedFiles.includes(test.file)) results.failedFiles.push(test.file);
    say(failure);
  });
  runner.once('end', () => {
    for (const file of results.failedFiles) results.passedInThem += passed.get(file) ?? 0;
  });
  return results;
}
