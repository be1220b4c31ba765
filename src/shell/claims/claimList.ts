import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Programs } from '../../evidence/arms/prepareArm.ts';
import { CLAIM_SUFFIX } from '../../evidence/claim.ts';
import { REPORT_FILES } from '../../evidence/report/writeReport.ts';
import { RECORD_FILE } from '../../evidence/runs/recordFile.ts';
import type { Log } from '../log.ts';
import { excludeGlob } from './audits.ts';
import { readEntry, type ClaimEntry } from './claimReading.ts';

/** How long changes of files are gathered before they are looked at. Milliseconds. */
const DEBOUNCE_MS = 150;

/** The claims of all workspace folders, kept as their files are, whoever changes them. Those in excluded folders are none of them. */
export class ClaimList implements vscode.Disposable {
  readonly #programs: Programs;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #disposables: { dispose: () => unknown }[] = [this.#changed];
  #entries = new Map<string, ClaimEntry>();
  #reading: Promise<void> | undefined;
  #pending: NodeJS.Timeout | undefined;

  constructor(programs: Programs, log: Log) {
    this.#programs = programs;
    this.#log = log;
    const soon = (): void => this.refreshSoon();
    for (const glob of [`**/*${CLAIM_SUFFIX}`, `**/{${RECORD_FILE},${REPORT_FILES.report}}`]) {
      const watcher = vscode.workspace.createFileSystemWatcher(glob);
      this.#disposables.push(
        watcher,
        watcher.onDidCreate(soon),
        watcher.onDidChange(soon),
        // Of a folder that goes, its files are not told.
        watcher.onDidDelete(soon),
      );
    }
    this.#disposables.push(
      vscode.workspace.onDidChangeWorkspaceFolders(soon),
      vscode.workspace.onDidDeleteFiles(soon),
      vscode.workspace.onDidRenameFiles(soon),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('files.exclude') || event.affectsConfiguration('search.exclude')) soon();
      }),
    );
  }

  /** All of them, read when they are asked for first. */
  async all(): Promise<ClaimEntry[]> {
    await (this.#reading ??= this.#read());
    return [...this.#entries.values()];
  }

  /** One that `all` gave, as it is now. */
  get(file: string): ClaimEntry | undefined {
    return this.#entries.get(file);
  }

  /** Reads one anew, whether it is in the workspace or not. */
  async read(file: string): Promise<ClaimEntry> {
    const entry = await readEntry(file, this.#programs);
    if (this.#entries.has(file)) {
      this.#entries.set(file, entry);
      this.#changed.fire();
    }
    return entry;
  }

  /** Looks again a moment later; not before anybody has asked. */
  refreshSoon(): void {
    if (this.#reading === undefined) return;
    this.#pending ??= setTimeout(() => {
      this.#pending = undefined;
      this.#reading = this.#read();
      this.#log.follow(this.#reading.then(() => this.#changed.fire()));
    }, DEBOUNCE_MS);
  }

  dispose(): void {
    clearTimeout(this.#pending);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  async #read(): Promise<void> {
    const files = await findClaims();
    const entries = await Promise.all(files.map((file) => readEntry(file, this.#programs)));
    this.#entries = new Map(entries.map((entry) => [entry.file, entry]));
  }
}

async function findClaims(): Promise<string[]> {
  const excludes = ['files', 'search'].map((section) =>
    vscode.workspace.getConfiguration(section).get<Record<string, unknown>>('exclude', {}),
  );
  const found = await vscode.workspace.findFiles(`**/*${CLAIM_SUFFIX}`, excludeGlob(excludes));
  return found.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => fsPath);
}

/** The folder that paths of a claim are told relative to: its workspace folder, or its own where it lies in none. */
export function homeOf(file: string): string {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))?.uri.fsPath ?? dirname(file);
}

/** A claim's file by a command's or a tool's words: absolute, or in one of the workspace folders. */
export function isClaimFile(path: string): boolean {
  return basename(path).endsWith(CLAIM_SUFFIX);
}
