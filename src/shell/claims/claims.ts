import { join } from 'node:path';
import type * as vscode from 'vscode';
import { invokeClaimTool, prepareClaimTool } from './claimTool.ts';
import type { Log } from '../log.ts';
import { ClaimActions } from './claimActions.ts';
import { ClaimCommands } from './claimCommands.ts';
import type { ClaimNode } from './claimItems.ts';
import { ClaimList } from './claimList.ts';
import { ClaimTests } from './claimTests.ts';
import { provideClaimTasks, resolveClaimTask, type ClaimTaskParts } from './claimTasks.ts';
import { ClaimTree } from './claimTree.ts';
import { extensionHost } from './hostArm.ts';
import type { EngineThreads } from '../engineThread.ts';

/** Of the engine that the command line has. */
declare const ENGINE_HASH: string;

/** What claims need of the rest of the extension. */
export interface ClaimParts {
  extensionUri: vscode.Uri;
  engine: EngineThreads;
  /** Folder of the jobs. */
  jobs: string;
  /** Of this product. */
  version: string;
  /** The lines of the view that are selected. */
  selection: () => readonly ClaimNode[];
  log: Log;
}

/** Everything about claims. Comes in a bundle of its own, loaded when the first of it is needed. */
export class Claims implements vscode.Disposable {
  readonly tree: ClaimTree;
  readonly commands: ClaimCommands;
  readonly #tests: ClaimTests;
  readonly #list: ClaimList;
  readonly #actions: ClaimActions;
  readonly #tasks: ClaimTaskParts;

  constructor({ extensionUri, engine, jobs, version, selection, log }: ClaimParts) {
    const dist = join(extensionUri.fsPath, 'dist');
    const programs = {
      ...{ cli: join(dist, 'cli.js'), origin: join(dist, 'origin.cjs'), version, engineHash: ENGINE_HASH },
      host: extensionHost(engine, version),
    };
    this.#list = new ClaimList(programs, log);
    this.#tests = new ClaimTests({ ...programs, jobs }, (file) => this.#list.read(file), log);
    this.#actions = new ClaimActions(this.#list, this.#tests, log);
    this.tree = new ClaimTree(this.#list, this.#tests);
    this.commands = new ClaimCommands({ list: this.#list, tests: this.#tests, actions: this.#actions, selection });
    this.#tasks = { list: this.#list, actions: this.#actions, tests: this.#tests, log };
  }

  /** Looks at the files again: what the programs of arms are, nobody watches. */
  refresh(): void {
    this.#list.refreshSoon();
  }

  provideTasks(): Promise<vscode.Task[]> {
    return provideClaimTasks(this.#tasks);
  }

  resolveTask(task: vscode.Task): vscode.Task {
    return resolveClaimTask(task, this.#tasks);
  }

  prepareTool(input: unknown): Promise<vscode.PreparedToolInvocation> {
    return prepareClaimTool(input);
  }

  invokeTool(input: unknown, token: vscode.CancellationToken): Promise<unknown> {
    return invokeClaimTool(input, this.#actions, token);
  }

  /** Stops all tests and waits until they have kept their runs. */
  stop(): Promise<void> {
    return this.#tests.stop();
  }

  dispose(): void {
    this.tree.dispose();
    this.#tests.dispose();
    this.#list.dispose();
  }
}
