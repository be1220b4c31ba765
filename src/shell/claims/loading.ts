import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { EngineThreads } from '../engineThread.ts';
import type { Log } from '../log.ts';
import type { ClaimTarget } from './claimCommands.ts';
import type { ClaimNode } from './claimItems.ts';
import type { Claims } from './claims.ts';

/** View of the claims, as `package.json` names it. */
const VIEW = 'hotframe.claims';

/** `type` of tasks that test claims. */
const TASK_TYPE = 'hotframe-claim';

/** What stands for the claims until somebody needs them: their view, their tasks, their commands and their tool. */
export class ClaimsOnDemand implements vscode.Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #engine: EngineThreads;
  readonly #jobs: string;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<ClaimNode | undefined>();
  readonly #view: vscode.TreeView<ClaimNode>;
  readonly #tasks: vscode.Disposable;
  #loading: Promise<Claims> | undefined;
  #isDisposed = false;

  /** @param jobs folder of the jobs. */
  constructor(extensionUri: vscode.Uri, engine: EngineThreads, jobs: string, log: Log) {
    this.#extensionUri = extensionUri;
    this.#engine = engine;
    this.#jobs = jobs;
    this.#log = log;
    this.#view = vscode.window.createTreeView(VIEW, { treeDataProvider: this.#provider(), showCollapseAll: true });
    this.#view.onDidChangeVisibility(({ visible }) => {
      if (visible) log.follow(this.load().then((claims) => claims.refresh()));
    });
    this.#tasks = vscode.tasks.registerTaskProvider(TASK_TYPE, {
      provideTasks: async () => (await this.load()).provideTasks(),
      resolveTask: async (task) => (await this.load()).resolveTask(task),
    });
  }

  /** Everything about claims. */
  load(): Promise<Claims> {
    return (this.#loading ??= this.#load());
  }

  /** The commands of claims and what they do. */
  commandTable(): Record<string, (target?: ClaimTarget, options?: unknown) => Promise<unknown>> {
    const commands = async () => (await this.load()).commands;
    return {
      'hotframe.testClaim': async (target, options) => (await commands()).test(target, options),
      'hotframe.profileClaim': async (target, options) => (await commands()).profile(target, options),
      'hotframe.testClaims': async (target, options) => (await commands()).testAll(target, options),
      'hotframe.stopClaim': async (target) => (await commands()).stop(target),
      'hotframe.openClaimReport': async (target) => (await commands()).openReport(target),
      'hotframe.copyClaimReport': async (target) => (await commands()).copyReport(target),
      'hotframe.openClaim': async (target) => (await commands()).open(target),
      'hotframe.newClaim': async (target) => (await commands()).create(target),
      'hotframe.openClaimsGuide': async () => {
        const guide = vscode.Uri.joinPath(this.#extensionUri, 'docs', 'claims.md');
        await vscode.commands.executeCommand('markdown.showPreview', guide);
      },
    };
  }

  /** Stops the tests of this window and waits until they have kept their runs. */
  async stop(): Promise<void> {
    await (await this.#loading)?.stop();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#view.dispose();
    this.#tasks.dispose();
    this.#changed.dispose();
    if (this.#loading !== undefined) this.#log.follow(this.#loading.then((claims) => claims.dispose()));
  }

  async #load(): Promise<Claims> {
    // A bundle of its own: who has no claims never reads it.
    const { Claims } = await import('./claims.ts');
    const manifest = await readFile(join(this.#extensionUri.fsPath, 'package.json'), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string };
    const selection = (): readonly ClaimNode[] => this.#view.selection;
    const own = { extensionUri: this.#extensionUri, engine: this.#engine, jobs: this.#jobs, log: this.#log };
    const parts = { ...own, version, selection };
    const claims = new Claims(parts);
    // Closed meanwhile: nothing may stay behind.
    if (this.#isDisposed) claims.dispose();
    else claims.tree.onDidChangeTreeData((node) => this.#changed.fire(node));
    return claims;
  }

  #provider(): vscode.TreeDataProvider<ClaimNode> {
    return {
      onDidChangeTreeData: this.#changed.event,
      getChildren: async (node) => (await this.load()).tree.getChildren(node),
      getTreeItem: async (node) => (await this.load()).tree.getTreeItem(node),
      resolveTreeItem: async (item, node) => (await this.load()).tree.resolveTreeItem(item, node),
    };
  }
}
