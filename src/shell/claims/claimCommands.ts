import { basename, resolve } from 'node:path';
import * as vscode from 'vscode';
import { CLAIM_SUFFIX, isProfilable } from '../../evidence/claim.ts';
import type { ClaimActions, TestOptions } from './claimActions.ts';
import { auditFolder, type ClaimNode } from './claimItems.ts';
import type { ClaimList } from './claimList.ts';
import { createClaim } from './claimCreation.ts';
import { pickAudit, pickClaim, pickClaims } from './claimPicks.ts';
import { canBeTested, type ClaimEntry } from './claimReading.ts';
import type { ClaimTests, TestOutcome } from './claimTests.ts';
import { groupAudits } from './audits.ts';
import { diskPath, homeFolder } from '../diskFolders.ts';

/** What a command is called with: a line of the view, a file, what is selected (by keys), or nothing: then the person is asked. */
export type ClaimTarget = ClaimNode | vscode.Uri | string | { selection: true } | undefined;

/** What the commands for claims work with. */
export interface ClaimCommandParts {
  list: ClaimList;
  tests: ClaimTests;
  actions: ClaimActions;
  /** The lines of the view that are selected. */
  selection: () => readonly ClaimNode[];
}

/** The commands for claims: for the line or the file that they are called with, else for the one that the person chooses. */
export class ClaimCommands {
  readonly #parts: ClaimCommandParts;

  constructor(parts: ClaimCommandParts) {
    this.#parts = parts;
  }

  /** Tests a claim; resolves to how it ended, or to nothing where nobody wanted it after all. */
  async test(target: ClaimTarget, options?: unknown): Promise<TestOutcome | undefined> {
    const file = await this.#fileOf(target, vscode.l10n.t('Test Claim'), canBeTested);
    return file === undefined ? undefined : this.#parts.actions.test(file, optionsOf(options));
  }

  /** Profiles both arms once, and times nothing. */
  async profile(target: ClaimTarget, options?: unknown): Promise<TestOutcome | undefined> {
    const file = await this.#fileOf(target, vscode.l10n.t('Profile Claim Only'), hasWorkload);
    if (file === undefined) return undefined;
    return this.#parts.actions.test(file, { ...optionsOf(options), profileOnly: true });
  }

  /** Stops the test of a claim; of the only one that is tested without a question. */
  async stop(target: ClaimTarget): Promise<void> {
    const { tests } = this.#parts;
    const [only, ...others] = tests.all;
    if (target === undefined && only === undefined) throw new Error(vscode.l10n.t('No claim is being tested here.'));
    if (target === undefined && others.length === 0) return only?.stop();
    const isRunning = ({ file }: ClaimEntry): boolean => tests.get(file) !== undefined;
    const file = await this.#fileOf(target, vscode.l10n.t('Stop Testing'), isRunning);
    if (file !== undefined) this.#parts.actions.stop(file);
  }

  async openReport(target: ClaimTarget): Promise<void> {
    const file = await this.#fileOf(target, vscode.l10n.t('Open Report'), isReported);
    if (file !== undefined) await this.#parts.actions.openReport(file);
  }

  async copyReport(target: ClaimTarget): Promise<void> {
    const file = await this.#fileOf(target, vscode.l10n.t('Copy Report as Markdown'), isReported);
    if (file !== undefined) await this.#parts.actions.copyReport(file);
  }

  /** Opens the claim's file. */
  async open(target: ClaimTarget): Promise<void> {
    const file = await this.#fileOf(target, vscode.l10n.t('Open Claim'), () => true);
    if (file !== undefined) await vscode.window.showTextDocument(vscode.Uri.file(file));
  }

  /** Writes a claim of sensible defaults and opens it: where the target is, or where the person says. */
  async create(target: ClaimTarget): Promise<void> {
    const claims = await this.#parts.list.all();
    const folder = isNode(target) ? auditFolder(target) : groupAudits(claims)[0]?.folder;
    const file = target instanceof vscode.Uri ? target : undefined;
    const taken = claims.map((claim) => claim.file);
    await createClaim(file, folder, taken);
  }

  /** The same with a job, named by its id, as the workload. */
  async createOf(job: string, file: vscode.Uri | undefined): Promise<void> {
    const claims = await this.#parts.list.all();
    const taken = claims.map((claim) => claim.file);
    await createClaim(file, groupAudits(claims)[0]?.folder, taken, job);
  }

  /**
   * Tests the claims of an audit, one after the other; ends with the first that is stopped.
   *
   * @param options `isSure`: all without a verdict, and nothing is asked
   */
  async testAll(target: ClaimTarget, options?: unknown): Promise<TestOutcome[]> {
    const claims = (await this.#claimsOf(target)).filter(canBeTested);
    if (claims.length === 0) throw new Error(vscode.l10n.t('No claim here can be tested.'));
    const open = claims.filter(({ state }) => state.state !== 'revisit' && state.state !== 'no-op');
    const isSure = typeof options === 'object' && options !== null && 'isSure' in options && options.isSure === true;
    const chosen = isSure ? open : await pickClaims(claims, open);
    const outcomes: TestOutcome[] = [];
    for (const entry of chosen) {
      const again = !open.includes(entry) || entry.state.state === 'stale';
      const outcome = await this.#parts.actions.test(entry.file, { again });
      if (outcome === undefined || outcome.state === 'stopped') break;
      outcomes.push(outcome);
    }
    return outcomes;
  }

  /** The claims of the audit that is meant. */
  async #claimsOf(target: ClaimTarget): Promise<ClaimEntry[]> {
    const audits = groupAudits(await this.#parts.list.all());
    const folder = isNode(target) ? auditFolder(target) : target instanceof vscode.Uri ? diskPath(target) : undefined;
    if (folder !== undefined) return audits.find((audit) => audit.folder === folder)?.claims ?? [];
    return (audits.length > 1 ? await pickAudit(audits) : audits[0])?.claims ?? [];
  }

  /** The claim that is meant; of those that fit, the one that the person chooses. */
  async #fileOf(target: ClaimTarget, title: string, fits: (entry: ClaimEntry) => boolean): Promise<string | undefined> {
    const given = target ?? activeClaim();
    if (given instanceof vscode.Uri) return pathOf(given);
    if (typeof given === 'string') return resolve(this.#home(), given);
    const node = isNode(given) ? given : given === undefined ? undefined : this.#parts.selection()[0];
    if (node !== undefined && node.kind !== 'audit') return node.file;
    const all = await this.#parts.list.all();
    return pickClaim(all.filter(fits), this.#parts.tests, title);
  }

  /** What a relative path starts from. */
  #home(): string {
    return homeFolder()?.uri.fsPath ?? '';
  }
}

/** @throws Error for a claim that is on no disk: its runs and its report would have no place. */
function pathOf(claim: vscode.Uri): string {
  const path = diskPath(claim);
  if (path === undefined) throw new Error(vscode.l10n.t('{0} is in a virtual folder.', basename(claim.path)));
  return path;
}

/** The claim in the editor that is in front. */
function activeClaim(): vscode.Uri | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === 'file' && uri.path.endsWith(CLAIM_SUFFIX) ? uri : undefined;
}

function hasWorkload(entry: ClaimEntry): boolean {
  return entry.kind === 'claim' && isProfilable(entry.claim);
}

function isReported(entry: ClaimEntry): boolean {
  return entry.kind === 'claim' && entry.report !== undefined;
}

function isNode(target: ClaimTarget): target is ClaimNode {
  return typeof target === 'object' && 'kind' in target;
}

/** What a program says beside the claim; a menu says other things, which mean nothing here. */
function optionsOf(options: unknown): TestOptions {
  if (typeof options !== 'object' || options === null) return {};
  const { pairs, again } = options as Record<string, unknown>;
  return {
    ...(typeof pairs === 'number' ? { pairs } : {}),
    ...(typeof again === 'boolean' ? { again } : {}),
  };
}
