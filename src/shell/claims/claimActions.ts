import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { formatSummary } from '../../evidence/report/report.ts';
import { REPORT_FILES } from '../../evidence/report/writeReport.ts';
import { RECORD_FILE } from '../../evidence/runs/recordFile.ts';
import { runsOf } from '../../evidence/schedule.ts';
import { isOfProfile, type ClaimRecord } from '../../evidence/testRecord.ts';
import { shareOf } from '../figures.ts';
import type { Log } from '../log.ts';
import { showMessage } from '../notifications.ts';
import { homeOf, type ClaimList } from './claimList.ts';
import { canBeTested, readWholeReport, type BrokenClaim, type ClaimEntry, type ReadClaim } from './claimReading.ts';
import { claimLabel, claimText, runningText } from './claimSentences.ts';
import { ClaimTestError, type ClaimTests, type RunningTest, type TestOutcome } from './claimTests.ts';
import type { TestWishes } from './claimProcess.ts';
import { confirmCommands } from './confirming.ts';
import { translated } from '../translated.ts';

/** What a test is to be made with, and what it is to do with earlier runs: where nothing is said, the person is asked. */
export interface TestOptions extends TestWishes {
  /** `true`: from the start; `false`: what is there is gone on with. */
  again?: boolean;
}

/** What can be done with claims. */
export class ClaimActions {
  readonly #list: ClaimList;
  readonly #tests: ClaimTests;
  readonly #log: Log;

  constructor(list: ClaimList, tests: ClaimTests, log: Log) {
    this.#list = list;
    this.#tests = tests;
    this.#log = log;
  }

  /**
   * Tests a claim, shows how it goes and how it ended.
   *
   * @returns how it ended; nothing where the person did not want it after all
   * @throws Error where it cannot be tested
   */
  async test(file: string, { again, ...wishes }: TestOptions = {}): Promise<TestOutcome | undefined> {
    const entry = await this.#testable(file);
    if (!(await confirmCommands(entry.claim, file))) return undefined;
    const isAgain = again ?? (await this.#askAgain(entry, wishes));
    if (isAgain === undefined) return undefined;
    if (isAgain) await removeRuns(entry);
    try {
      return await this.#run(entry, wishes);
    } catch (error) {
      if (!(error instanceof ClaimTestError) || error.code !== 'CLAIM_RECORD' || again !== undefined) throw error;
      if (!(await askToStartOver(entry, error.message))) return undefined;
      await removeRuns(entry);
      return await this.#run(entry, wishes);
    }
  }

  /**
   * Starts a test whose progress somebody else shows: a task, a tool.
   *
   * @returns nothing where the person does not confirm the commands
   * @throws Error where it cannot be tested
   */
  async start(file: string, wishes: TestWishes): Promise<RunningTest | undefined> {
    const entry = await this.#testable(file);
    if (!(await confirmCommands(entry.claim, file))) return undefined;
    return this.#tests.start(file, homeOf(file), wishes);
  }

  /** Stops a claim's test; nothing where it is not tested. */
  stop(file: string): void {
    this.#tests.get(file)?.stop();
  }

  /** Shows the report as its reader will see it. */
  async openReport(file: string): Promise<void> {
    const { report } = await this.#reported(file);
    await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.file(report));
  }

  /** Copies the part of the report that stands without its files. */
  async copyReport(file: string): Promise<void> {
    const entry = await this.#reported(file);
    const report = await readWholeReport(entry);
    if (report === undefined) throw untested(entry);
    await vscode.env.clipboard.writeText(`${formatSummary(report)}\n`);
    const text = vscode.l10n.t('The report of {0} is in the clipboard, as Markdown.', entry.claim.id);
    vscode.window.setStatusBarMessage(text, 5000);
  }

  async #testable(file: string): Promise<ReadClaim> {
    const entry = await this.#list.read(file);
    if (entry.kind === 'broken') throw broken(entry);
    if (canBeTested(entry)) return entry;
    throw new Error(vscode.l10n.t('{0} names neither a workload nor a profile.', claimLabel(entry)));
  }

  async #reported(file: string): Promise<ReadClaim & { report: string }> {
    const entry = await this.#list.read(file);
    if (entry.kind === 'broken') throw broken(entry);
    const { report } = entry;
    if (report === undefined) throw untested(entry);
    return { ...entry, report };
  }

  /** A claim that is decided is not tested again by accident. */
  async #askAgain({ claim, state }: ReadClaim, { profileOnly }: TestWishes): Promise<boolean | undefined> {
    if (profileOnly === true || (state.state !== 'revisit' && state.state !== 'no-op')) return false;
    const yes = vscode.l10n.t('Test Again');
    const detail = vscode.l10n.t(
      'It ended with: {0}. Testing it again removes its runs and its report.',
      state.sentence,
    );
    const question = vscode.l10n.t('Test the claim {0} again from the start?', claim.id);
    const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, yes);
    return answer === yes ? true : undefined;
  }

  async #run(entry: ReadClaim, wishes: TestWishes): Promise<TestOutcome> {
    const { file } = entry;
    const test = this.#tests.start(file, homeOf(file), wishes);
    this.#showProgress(entry, test);
    const outcome = await test.ended;
    this.#showEnd(entry, outcome);
    return outcome;
  }

  #showProgress(entry: ClaimEntry, test: RunningTest): void {
    const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title: claimLabel(entry) };
    const shown = vscode.window.withProgress(options, async (progress, token) => {
      let reported = 0;
      const report = (): void => {
        const percent = percentOf(test);
        progress.report({ message: runningText(test), increment: Math.max(0, percent - reported) });
        reported = Math.max(percent, reported);
      };
      report();
      const listeners = [
        token.onCancellationRequested(() => test.stop()),
        this.#tests.onDidChange(({ file }) => {
          if (file === test.file) report();
        }),
      ];
      try {
        // How it ended is told by who started it.
        await test.ended.catch(() => undefined);
      } finally {
        for (const listener of listeners) listener.dispose();
      }
    });
    this.#log.follow(shown);
  }

  #showEnd(entry: ReadClaim, outcome: TestOutcome): void {
    if (outcome.state === 'stopped') {
      const goOn = { title: vscode.l10n.t('Go On'), run: () => this.test(entry.file, { again: false }) };
      const now = this.#list.get(entry.file) ?? entry;
      showMessage('info', `${claimLabel(entry)}: ${claimText(now)}`, [goOn], this.#log);
      return;
    }
    const actions = [
      { title: vscode.l10n.t('Open Report'), run: () => this.openReport(entry.file) },
      { title: vscode.l10n.t('Copy as Markdown'), run: () => this.copyReport(entry.file) },
    ];
    showMessage('info', `${claimLabel(entry)}: ${outcome.sentence}`, actions, this.#log);
  }
}

/** 0 while nobody knows how many pairs there will be: a bar that moves without end takes processor time, which is what is measured. */
function percentOf({ progress }: RunningTest): number {
  if (progress === undefined || progress.doing === 'waiting' || progress.pairsDeclared === undefined) return 0;
  return 100 * shareOf(progress.pairsDone, progress.pairsDeclared);
}

function broken({ file, problem }: BrokenClaim): Error {
  return new Error(`${basename(file)} ${translated(problem)}`);
}

function untested(entry: ClaimEntry): Error {
  return new Error(vscode.l10n.t('{0} has no report yet. Test it first.', claimLabel(entry)));
}

async function askToStartOver({ claim }: ReadClaim, why: string): Promise<boolean> {
  const yes = vscode.l10n.t('Test from the Start');
  const question = vscode.l10n.t(
    'Test the claim {0} from the start? Its earlier runs cannot be gone on with.',
    claim.id,
  );
  return (await vscode.window.showWarningMessage(question, { modal: true, detail: why }, yes)) === yes;
}

/** Removes what a test left, and nothing else of the folder: in most audits it is kept with the code. */
async function removeRuns({ folder, record }: ReadClaim): Promise<void> {
  const profiles = record === undefined ? [] : profilesOf(record).map((name) => basename(name));
  const names = new Set([RECORD_FILE, ...Object.values(REPORT_FILES), ...profiles]);
  await Promise.all([...names].map((name) => rm(join(folder, name), { force: true })));
}

function profilesOf(record: ClaimRecord): string[] {
  return isOfProfile(record) ? [record.head.profile.file] : runsOf(record).flatMap(({ profile }) => profile ?? []);
}
