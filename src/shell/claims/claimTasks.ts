import { relative } from 'node:path';
import * as vscode from 'vscode';
import { diskPath, homeFolder } from '../diskFolders.ts';
import { asError, type Log } from '../log.ts';
import { TaskDefinitionError } from '../taskDefinition.ts';
import type { ClaimActions } from './claimActions.ts';
import { readClaimDefinition } from './claimDefinition.ts';
import type { ClaimList } from './claimList.ts';
import { canBeTested, type ReadClaim } from './claimReading.ts';
import { claimLabel, runningText } from './claimSentences.ts';
import { ClaimTestError, type ClaimTests, type RunningTest } from './claimTests.ts';
import { translated } from '../translated.ts';

/** `type` of tasks that test claims. */
export const CLAIM_TASK_TYPE = 'hotframe-claim';

/** What tasks that test claims work with. */
export interface ClaimTaskParts {
  list: ClaimList;
  actions: ClaimActions;
  tests: ClaimTests;
  log: Log;
}

/** A task for each claim of the workspace that can be tested. */
export async function provideClaimTasks(parts: ClaimTaskParts): Promise<vscode.Task[]> {
  const entries = await parts.list.all();
  return entries.filter(canBeTested).flatMap((entry) => toTask(entry, parts) ?? []);
}

function toTask(entry: ReadClaim, parts: ClaimTaskParts): vscode.Task | undefined {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(entry.file));
  if (folder === undefined) return undefined;
  const claim = relative(folder.uri.fsPath, entry.file).replaceAll('\\', '/');
  return makeTask({ type: CLAIM_TASK_TYPE, claim }, folder, claimLabel(entry), parts);
}

/** A task of tasks.json with what runs it. */
export function resolveClaimTask(task: vscode.Task, parts: ClaimTaskParts): vscode.Task {
  const { scope } = task;
  const folder = typeof scope === 'object' ? scope : homeFolder();
  // The workbench finds the task again by its very definition.
  return makeTask(task.definition, folder ?? vscode.TaskScope.Workspace, task.name, parts);
}

function makeTask(
  definition: vscode.TaskDefinition,
  scope: vscode.WorkspaceFolder | vscode.TaskScope.Workspace,
  name: string,
  parts: ClaimTaskParts,
): vscode.Task {
  const folder = typeof scope === 'object' ? diskPath(scope.uri) : undefined;
  const execution = new vscode.CustomExecution((resolved) =>
    Promise.resolve(new ClaimTerminal(resolved, folder, parts)),
  );
  const task = new vscode.Task(definition, scope, name, CLAIM_TASK_TYPE, execution, []);
  task.group = vscode.TaskGroup.Test;
  return task;
}

/** The terminal of a task: tests the claim when it opens, stops when it is closed. Its exit code is the command line's. */
class ClaimTerminal implements vscode.Pseudoterminal {
  readonly #definition: vscode.TaskDefinition;
  readonly #folder: string | undefined;
  readonly #parts: ClaimTaskParts;
  readonly #written = new vscode.EventEmitter<string>();
  readonly #closed = new vscode.EventEmitter<number>();
  readonly onDidWrite = this.#written.event;
  readonly onDidClose = this.#closed.event;
  #test: RunningTest | undefined;
  #isClosed = false;

  constructor(definition: vscode.TaskDefinition, folder: string | undefined, parts: ClaimTaskParts) {
    this.#definition = definition;
    this.#folder = folder;
    this.#parts = parts;
  }

  open(): void {
    this.#run().then(
      (exitCode) => this.#closed.fire(exitCode),
      (error: unknown) => {
        this.#parts.log.error(asError(error));
        this.#writeLine(translated(asError(error).message));
        this.#closed.fire(error instanceof ClaimTestError ? error.exitCode : 2);
      },
    );
  }

  close(): void {
    this.#isClosed = true;
    this.#test?.stop();
  }

  handleInput(data: string): void {
    // Ctrl+C, as in any terminal.
    if (data === '\u0003') this.close();
  }

  async #run(): Promise<number> {
    const refuse = (property: string, message: string): Error => new TaskDefinitionError(property, message);
    const { claim, ...wishes } = readClaimDefinition(this.#definition, this.#folder, refuse);
    this.#test = await this.#parts.actions.start(claim, wishes);
    if (this.#test === undefined) {
      this.#writeLine(vscode.l10n.t('The programs of the claim are not confirmed, and not run.'));
      return 2;
    }
    if (this.#isClosed) this.#test.stop();
    return this.#follow(this.#test, wishes.expect);
  }

  async #follow(test: RunningTest, expected: string | undefined): Promise<number> {
    let last = '';
    const listener = this.#parts.tests.onDidChange((changed) => {
      const text = runningText(test);
      if (changed !== test || text === last) return;
      last = text;
      this.#writeLine(text);
    });
    try {
      const outcome = await test.ended;
      if (outcome.state === 'stopped') {
        this.#writeLine(vscode.l10n.t('Stopped. The runs so far are kept; the same task goes on.'));
      } else {
        this.#writeLine(`${outcome.claim}: ${outcome.sentence}`);
        this.#writeLine(`  ${outcome.report}`);
        if (outcome.exitCode === 7) {
          this.#writeLine(vscode.l10n.t('The verdict is {0}, and not {1}.', outcome.state, expected ?? ''));
        }
      }
      return outcome.exitCode;
    } finally {
      listener.dispose();
    }
  }

  #writeLine(text: string): void {
    this.#written.fire(`${text.replaceAll(/\r?\n/g, '\r\n')}\r\n`);
  }
}
