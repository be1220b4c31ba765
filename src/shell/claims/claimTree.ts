import * as vscode from 'vscode';
import type { Report } from '../../evidence/report/report.ts';
import type { ClaimRecord } from '../../evidence/testRecord.ts';
import { groupAudits } from './audits.ts';
import { claimChildren, claimTooltip, toClaimItem, type ClaimNode } from './claimItems.ts';
import type { ClaimList } from './claimList.ts';
import { readWholeReport, type ClaimEntry, type ReadClaim } from './claimReading.ts';
import type { ClaimTests } from './claimTests.ts';
import { Redraws } from '../redraws.ts';

/** What the claims view shows: the claims by their audits, each with its state, and what its last test left. */
export class ClaimTree implements vscode.TreeDataProvider<ClaimNode>, vscode.Disposable {
  readonly #list: ClaimList;
  readonly #tests: ClaimTests;
  readonly #changed = new vscode.EventEmitter<ClaimNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #disposables: readonly { dispose: () => unknown }[];
  /** The lines of claims as the tree knows them: drawing one anew needs the very object that the tree was given. */
  readonly #nodes = new Map<string, Extract<ClaimNode, { kind: 'claim' }>>();
  readonly #reports = new WeakMap<ClaimRecord, Promise<Report | undefined>>();
  readonly #redraws = new Redraws((file) => this.#redrawLine(this.#nodes.get(file)));

  constructor(list: ClaimList, tests: ClaimTests) {
    this.#list = list;
    this.#tests = tests;
    this.#disposables = [
      this.#redraws,
      this.#changed,
      list.onDidChange(() => this.#changed.fire(undefined)),
      tests.onDidChange(({ file }) => this.#redraws.add(file)),
    ];
  }

  async getChildren(node?: ClaimNode): Promise<ClaimNode[]> {
    if (node === undefined) return this.#roots(await this.#list.all());
    if (node.kind === 'audit') return node.audit.claims.map((entry) => this.#nodeOf(entry));
    if (node.kind !== 'claim' || node.entry.kind !== 'claim') return [];
    const report = await this.#reportOf(node.entry);
    return report === undefined ? [] : claimChildren(node.entry, report);
  }

  getTreeItem(node: ClaimNode): vscode.TreeItem {
    return toClaimItem(node, node.kind === 'claim' ? this.#tests.get(node.file) : undefined);
  }

  /** The gate's readings come from the profiles, which take a moment to read: only when somebody looks. */
  async resolveTreeItem(item: vscode.TreeItem, node: ClaimNode): Promise<vscode.TreeItem> {
    if (node.kind !== 'claim' || node.entry.kind !== 'claim') return item;
    item.tooltip = claimTooltip(node.entry, await this.#reportOf(node.entry));
    return item;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #roots(entries: readonly ClaimEntry[]): ClaimNode[] {
    this.#nodes.clear();
    const audits = groupAudits(entries);
    const [only] = audits;
    if (audits.length === 1 && only !== undefined) return only.claims.map((entry) => this.#nodeOf(entry));
    return audits.map((audit) => ({ kind: 'audit', audit }));
  }

  #nodeOf(entry: ClaimEntry): ClaimNode {
    const { file } = entry;
    const node = { kind: 'claim', file, entry } as const;
    this.#nodes.set(file, node);
    return node;
  }

  #reportOf(entry: ReadClaim): Promise<Report | undefined> {
    const { record } = entry;
    if (record === undefined) return Promise.resolve(undefined);
    const known = this.#reports.get(record) ?? readWholeReport(entry);
    this.#reports.set(record, known);
    return known;
  }

  #redrawLine(node: ClaimNode | undefined): void {
    if (node !== undefined) this.#changed.fire(node);
  }
}
