import * as vscode from 'vscode';
import type { JobEntry, JobStore } from '../jobs/store.ts';
import { watchStore } from '../jobs/watch.ts';
import type { CurrentProfiles } from './currentProfiles.ts';
import type { Downloads } from './downloads.ts';
import type { JobDrops } from './jobDrops.ts';
import { childrenOf, jobTooltip, toItem, toNode, type JobNode } from './jobItems.ts';
import { asError, type Log } from './log.ts';
import { orderJobs } from './queue/jobOrder.ts';
import { Redraws } from './redraws.ts';

/** What kind of line is selected, for keys. */
const SELECTION_KEY = 'hotframe.selection';

/** What the view is built of. */
export interface JobsViewParts {
  store: JobStore;
  downloads: Downloads;
  profiles: CurrentProfiles;
  drops: JobDrops;
  log: Log;
}

/** The jobs view: what the store holds, newest first, and how this window's downloads go. */
export class JobsView implements vscode.TreeDataProvider<JobNode> {
  readonly #downloads: Downloads;
  readonly #profiles: CurrentProfiles;
  readonly #view: vscode.TreeView<JobNode>;
  readonly #changed = new vscode.EventEmitter<JobNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #disposables: { dispose: () => unknown }[] = [];
  /** The roots as the tree knows them, by id: redrawing one line needs the very object that the tree was given. */
  #nodes = new Map<string, JobNode>();
  #entries: readonly JobEntry[] = [];
  #reorder: NodeJS.Immediate | undefined;
  /** Until the store was read once the tree waits: told of no jobs it would say so, and ask again for all of them. */
  readonly #listed = Promise.withResolvers<undefined>();
  #isListed = false;
  readonly #redraws = new Redraws((id) => this.#redrawLine(this.#nodes.get(id)));

  constructor({ store, downloads, profiles, drops, log }: JobsViewParts) {
    this.#downloads = downloads;
    this.#profiles = profiles;
    this.#view = vscode.window.createTreeView('hotframe.jobs', {
      treeDataProvider: this,
      canSelectMany: true,
      dragAndDropController: drops,
    });
    // The badge of a host that crashed stays, and taking away what was never set tells the workbench nothing.
    this.#view.badge = { value: 0, tooltip: '' };
    const stop = watchStore(
      store,
      (entries) => this.#show(entries),
      (error) => {
        log.error(asError(error));
        this.#listed.resolve(undefined);
      },
    );
    this.#disposables.push(
      this.#redraws,
      this.#changed,
      this.#view,
      new vscode.Disposable(stop),
      downloads.onDidChange((download) => this.#redraws.add(download.id)),
      downloads.onDidReorder(() => this.#reorderSoon()),
      profiles.onDidChange((id) => this.#redraws.add(id)),
      this.#view.onDidChangeSelection(({ selection }) =>
        log.follow(vscode.commands.executeCommand('setContext', SELECTION_KEY, selection[0]?.kind)),
      ),
    );
  }

  /** The lines that are selected, for commands without an argument. */
  get selection(): readonly JobNode[] {
    return this.#view.selection;
  }

  /** Draws everything anew. */
  redraw(): void {
    this.#changed.fire(undefined);
  }

  getChildren(node?: JobNode): JobNode[] | Promise<JobNode[]> {
    if (node === undefined) return this.#roots();
    if (node.kind !== 'job') return [];
    return childrenOf(node).map((child) =>
      child.kind === 'profile' ? { ...child, profile: this.#profiles.of(child.id, child.path, child.profile) } : child,
    );
  }

  async #roots(): Promise<JobNode[]> {
    await this.#listed.promise;
    return [...this.#nodes.values()];
  }

  getParent(node: JobNode): JobNode | undefined {
    return node.kind === 'job' || node.kind === 'broken' ? undefined : this.#nodes.get(node.id);
  }

  getTreeItem(node: JobNode): vscode.TreeItem {
    return toItem(node.kind === 'job' ? this.#withNewest(node) : node, this.#downloads.get(node.id)?.live);
  }

  /** Tooltips of a thousand jobs take longer than their lines: one is made when somebody looks. */
  resolveTreeItem(item: vscode.TreeItem, node: JobNode): vscode.TreeItem {
    if (node.kind === 'job') item.tooltip = jobTooltip(this.#withNewest(node).record);
    return item;
  }

  /** Selects a job, if the view shows it. */
  async reveal(id: string): Promise<void> {
    const node = this.#nodes.get(id);
    if (node !== undefined) await this.#view.reveal(node, { select: true, focus: false, expand: true });
  }

  dispose(): void {
    clearImmediate(this.#reorder);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #show(entries: readonly JobEntry[]): void {
    this.#entries = entries;
    const current = entries.map((entry) => this.#withNewest(entry));
    const ordered = orderJobs(current, (id) => this.#downloads.get(id)?.place.number);
    this.#nodes = new Map(ordered.map(toNode).map((node) => [node.id, node]));
    const running = current.filter((entry) => entry.kind === 'job' && entry.record.state === 'running').length;
    const tooltip =
      running === 1 ? vscode.l10n.t('1 running download') : vscode.l10n.t('{0} running downloads', running);
    this.#view.badge = running === 0 ? undefined : { value: running, tooltip };
    if (this.#isListed) this.#changed.fire(undefined);
    this.#isListed = true;
    this.#listed.resolve(undefined);
  }

  /** With the record in memory of a download of this window, which is newer than the one on disk. */
  #withNewest<T extends JobEntry | JobNode>(line: T): T {
    const download = line.kind === 'job' ? this.#downloads.get(line.record.id) : undefined;
    return download === undefined ? line : { ...line, record: download.record };
  }

  #reorderSoon(): void {
    // Many may join or leave the queue in one go.
    this.#reorder ??= setImmediate(() => {
      this.#reorder = undefined;
      if (this.#isListed) this.#show(this.#entries);
    });
  }

  #redrawLine(node: JobNode | undefined): void {
    if (node !== undefined) this.#changed.fire(node);
  }
}
