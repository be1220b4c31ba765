// Runs in the extension host of start.ts: how long loading and activating the extension take there, and listing its jobs.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import vscode from 'vscode';
import { connectChannel } from '../host/channel.ts';

/** One start of the extension. Milliseconds. */
export interface StartReport {
  /** Reading and running the code of the bundle. */
  loadMs: number;
  /** `activate()` itself. */
  activateMs: number;
  /** From the beginning of `activate()` until the workbench asked for the jobs. */
  askedMs: number;
  /** Until it had the last of their lines. */
  listedMs: number;
  /** How much of that this process spent asking for the lines. */
  linesMs: number;
  lines: number;
}

interface Bundle {
  activate: (context: unknown) => unknown;
  deactivate: () => unknown;
}

/** What the bench sees of the extension as the workbench starts it. */
class Watch {
  startMs = 0;
  activateMs = 0;
  #askedMs = 0;
  #lines = 0;
  #linesMs = 0;
  #lastLineMs = 0;
  readonly #onLines: () => void;
  readonly #wanted: number;

  constructor(wanted: number, onLines: () => void) {
    this.#wanted = wanted;
    this.#onLines = onLines;
  }

  activate(bundle: Bundle, context: unknown): unknown {
    this.startMs = performance.now();
    const exported = bundle.activate(context);
    this.activateMs = performance.now() - this.startMs;
    return exported;
  }

  /** The provider of the view, timed. */
  observe<T>(provider: vscode.TreeDataProvider<T>): vscode.TreeDataProvider<T> {
    const observed = Object.create(provider) as vscode.TreeDataProvider<T>;
    observed.getChildren = (node) => {
      this.#askedMs ||= performance.now() - this.startMs;
      return provider.getChildren(node);
    };
    observed.getTreeItem = (node) => {
      const beganMs = performance.now();
      const item = provider.getTreeItem(node);
      this.#lastLineMs = performance.now();
      this.#linesMs += this.#lastLineMs - beganMs;
      this.#lines += 1;
      if (this.#lines === this.#wanted) this.#onLines();
      return item;
    };
    if (provider.getParent !== undefined) observed.getParent = (node) => provider.getParent?.(node);
    return observed;
  }

  report(loadMs: number): StartReport {
    const listedMs = this.#lastLineMs - this.startMs;
    const { activateMs } = this;
    return { loadMs, activateMs, askedMs: this.#askedMs, listedMs, linesMs: this.#linesMs, lines: this.#lines };
  }
}

/** Starts the extension by showing its view, and tells how long that took. HOTFRAME_LINES says how many lines there have to be. */
export async function run(): Promise<void> {
  const channel = await connectChannel();
  try {
    const listed = Promise.withResolvers<undefined>();
    const watch = new Watch(Number(process.env['HOTFRAME_LINES']), () => listed.resolve(undefined));
    const { window } = vscode;
    const create = window.createTreeView.bind(window);
    window.createTreeView = (id, options) =>
      create(id, { ...options, treeDataProvider: watch.observe(options.treeDataProvider) });
    const path = join(vscode.extensions.getExtension('hotframe.hotframe')?.extensionPath ?? '', 'dist/extension.cjs');
    const require = createRequire(path);
    const beganMs = performance.now();
    const bundle = require(path) as Bundle;
    const loadMs = performance.now() - beganMs;
    const loaded = require.cache[path];
    if (loaded === undefined) throw new Error(`${path} is not loaded`);
    loaded.exports = { ...bundle, activate: (context: unknown) => watch.activate(bundle, context) };
    await vscode.commands.executeCommand('hotframe.jobs.focus');
    await listed.promise;
    channel.say({ type: 'result', value: watch.report(loadMs) });
  } finally {
    await channel.end();
  }
}
