import * as vscode from 'vscode';
import type { TestProgress } from '../../evidence/testProgress.ts';
import type { Log } from '../log.ts';
import {
  startClaimProcess,
  type ClaimEnd,
  type ClaimProcess,
  type ClaimProcessOptions,
  type TestAnswer,
  type TestFault,
  type TestWishes,
} from './claimProcess.ts';
import { translated } from '../translated.ts';

/** How a test ended. */
export type TestOutcome = (TestAnswer | StoppedTest) & { exitCode: number };

/** It was stopped; its runs are kept. */
export interface StoppedTest {
  state: 'stopped';
}

/** A test could not be made, or not be brought to its end. */
export class ClaimTestError extends Error {
  readonly code: string;
  /** As the command line's. */
  readonly exitCode: number;

  constructor({ code, message, hint }: TestFault, exitCode: number) {
    super(
      [message, hint]
        .filter((text) => text !== '')
        .map(translated)
        .join(' '),
    );
    this.name = 'ClaimTestError';
    this.code = code;
    this.exitCode = exitCode;
  }
}

/** A test that this window makes. */
export interface RunningTest {
  /** The claim's. */
  readonly file: string;
  /** Absent until the first run begins. */
  readonly progress: TestProgress | undefined;
  readonly isStopping: boolean;
  /** Rejects with a ClaimTestError. */
  readonly ended: Promise<TestOutcome>;
  stop(): void;
}

/** What a test is made with. */
export type TestPrograms = Pick<ClaimProcessOptions, 'cli' | 'host' | 'jobs'>;

/** The tests that this window makes, one for a claim at most. Those of different claims wait for each other: the machine is one. */
export class ClaimTests implements vscode.Disposable {
  readonly #programs: TestPrograms;
  readonly #settle: (file: string) => Promise<unknown>;
  readonly #log: Log;
  readonly #running = new Map<string, Test>();
  readonly #changed = new vscode.EventEmitter<RunningTest>();
  /** A test began, went on or ended. */
  readonly onDidChange = this.#changed.event;

  /** @param settle what is to be done when a test has ended, before anybody hears of it. */
  constructor(programs: TestPrograms, settle: (file: string) => Promise<unknown>, log: Log) {
    this.#programs = programs;
    this.#settle = settle;
    this.#log = log;
  }

  get(file: string): RunningTest | undefined {
    return this.#running.get(file);
  }

  get all(): RunningTest[] {
    return [...this.#running.values()];
  }

  /**
   * Starts a test. Nothing is asked: who calls has had the commands of the arms confirmed.
   *
   * @param folder that the report names the claim relative to
   * @throws Error where the claim is being tested already
   */
  start(file: string, folder: string, wishes: TestWishes): RunningTest {
    if (this.#running.has(file)) throw new Error(vscode.l10n.t('The claim is being tested already.'));
    const start = (onProgress: (progress: TestProgress) => void): ClaimProcess =>
      startClaimProcess({ ...this.#programs, file, folder, ...wishes, onProgress });
    const test = new Test(file, start, () => this.#settle(file));
    this.#running.set(file, test);
    test.onDidChange(() => this.#changed.fire(test));
    const forget = (): void => {
      this.#running.delete(file);
      this.#changed.fire(test);
      test.dispose();
    };
    // Whoever started it is told of a failure; the list only forgets it.
    test.ended.then(forget, forget);
    this.#log.info(`claim: testing ${file}, process ${test.pid ?? 'none'}`);
    this.#changed.fire(test);
    return test;
  }

  /** Stops all and waits until they have ended. */
  async stop(): Promise<void> {
    const all = this.all;
    for (const test of all) test.stop();
    await Promise.allSettled(all.map(({ ended }) => ended));
  }

  dispose(): void {
    for (const test of this.all) test.stop();
    this.#changed.dispose();
  }
}

class Test implements RunningTest {
  readonly file: string;
  readonly ended: Promise<TestOutcome>;
  readonly #process: ClaimProcess;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #progress: TestProgress | undefined;
  #isStopping = false;

  constructor(
    file: string,
    start: (onProgress: (progress: TestProgress) => void) => ClaimProcess,
    settle: () => Promise<unknown>,
  ) {
    this.file = file;
    this.#process = start((progress) => {
      this.#progress = progress;
      this.#changed.fire();
    });
    this.ended = this.#process.ended.finally(settle).then((end) => toOutcome(end, this.#isStopping));
  }

  get pid(): number | undefined {
    return this.#process.child.pid;
  }

  get progress(): TestProgress | undefined {
    return this.#progress;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#process.stop();
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

/** How the process of a test ended, as its outcome. Throws ClaimTestError where there is none. */
function toOutcome({ exitCode, answer, fault, said }: ClaimEnd, isStopping: boolean): TestOutcome {
  if (answer !== undefined && exitCode !== null) return { ...answer, exitCode };
  if (exitCode === 130 || isStopping) return { state: 'stopped', exitCode: 130 };
  const known = fault ?? { code: 'CLAIM_RUN', message: vscode.l10n.t('The test ended before its time.'), hint: said };
  throw new ClaimTestError(known, exitCode ?? 9);
}
