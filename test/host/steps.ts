import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Counts, readResults, resultsVariable } from './results.ts';
import { type Ending, withEnding } from './ending.ts';
import { root } from './found.ts';
import { endGroup, startGroup } from './processes.ts';

type Say = (line: string) => void;

/** One part of `npm test`: a program of the project, run on this Node in a process group of its own. */
export interface Step {
  name: string;
  /** The program, relative to the project's folder, and its arguments. */
  args: readonly string[];
  /** Further arguments: the files of its tests. */
  files?: readonly string[];
  /** It writes the results of its tests; otherwise it is one check, passed when it exits with 0. */
  isCounted?: boolean;
  /** Its lines are printed as they come; otherwise only when it fails. */
  isTold?: boolean;
  env?: Record<string, string>;
  /** After this it has failed, and everything it started is ended. */
  timeoutS: number;
}

/** What a step came to. */
export interface Outcome extends Counts {
  name: string;
  seconds: number;
  /** What it printed. */
  output: string;
  /** What failed of its tests, as the process told it, with the files that have it and the tests that passed in them. */
  failures: readonly string[];
  failedFiles: readonly string[];
  passedInThem: number;
  /** What failed at first and passed in a second run of its file. */
  unsteady?: readonly string[];
  /** Why it failed, when that is not in its output. */
  problem?: string;
}

/** Runs a step to its end, whatever that is. */
export function runStep(step: Step, say: Say): Promise<Outcome> {
  return withEnding(async (ending) => {
    const startedMs = performance.now();
    const folder = mkdtempSync(join(tmpdir(), 'hotframe-step-'));
    ending.add(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'results.json');
    const { end, output } = await runProgram(ending, step, { [resultsVariable]: path }, say);
    const seconds = (performance.now() - startedMs) / 1000;
    const results = readResults(path);
    const counts = judge(end, step.isCounted ? results : 'one check');
    const { failures = [], failedFiles = [], passedInThem = 0 } = results ?? {};
    return { name: step.name, seconds, output, failures, failedFiles, passedInThem, ...counts };
  });
}

/** More files with a failure are no accident. */
const mostFilesAgain = 3;

/**
 * Runs the files of tests once more in which few have failed, and nothing beside them: tests of real time, sockets and windows can
 * meet a machine that stops for seconds. What passes only then counts as passed, and is told as unsteady.
 */
export async function runAgain(step: Step, first: Outcome, say: Say): Promise<Outcome> {
  const { failedFiles, problem } = first;
  if (problem !== undefined || failedFiles.length === 0 || failedFiles.length > mostFilesAgain) return first;
  say(`… again: ${step.name}`);
  const second = await runStep(step.files === undefined ? step : { ...step, files: failedFiles }, say);
  return {
    ...second,
    passed: first.passed - first.passedInThem + second.passed,
    passedInThem: second.passedInThem,
    seconds: first.seconds + second.seconds,
    unsteady: second.failed === 0 ? first.failures : [],
  };
}

type End = number | 'timeout' | NodeJS.Signals;

/** A process of tests that did not end well without a failed test (a file could not be loaded) has failed as a whole. */
export function judge(end: End, counts: Counts | undefined | 'one check'): Counts & { problem?: string } {
  if (counts === 'one check') counts = end === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 0 };
  const { passed, failed } = counts ?? { passed: 0, failed: 0 };
  if (end === 'timeout') return { passed, failed: failed + 1, problem: 'it took too long and was ended' };
  if (end !== 0 && failed === 0) return { passed, failed: 1, problem: `it ended with ${end}` };
  if (passed + failed === 0) return { passed, failed: 1, problem: 'it ran no test' };
  return { passed, failed };
}

async function runProgram(
  ending: Ending,
  step: Step,
  env: Record<string, string>,
  say: Say,
): Promise<{ end: End; output: string }> {
  const child = startGroup(
    [...step.args, ...(step.files ?? [])],
    { ...(process.env as Record<string, string>), ...step.env, ...env },
    root,
  );
  ending.add(() => endGroup(child));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (step.isTold) say(text.trimEnd());
    });
  }
  const end = await new Promise<End>((resolve, reject) => {
    const timer = setTimeout(() => resolve('timeout'), step.timeoutS * 1000);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve(code ?? signal ?? 'SIGKILL');
    });
  });
  return { end, output: output.trimEnd() };
}
