import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { TargetBusyError } from '../jobs/errors.ts';
import { diskPath, homeFolder } from './diskFolders.ts';
import type { Download } from './download.ts';
import type { DownloadOptions, Downloads } from './downloads.ts';
import { HeaderSyntaxError, parseHeaders } from './headers.ts';
import { asError, type Log } from './log.ts';
import { salvagedText } from './recordingSentences.ts';
import { completionText, failureText, jobLabel, liveText, restartText, stateText } from './sentences.ts';
import { readArmSettings, readWishSettings } from './settings.ts';
import { parseTask, TaskDefinitionError, type HotframeTask } from './taskDefinition.ts';
import { toJobWishes } from './wishes.ts';
import { withoutUndefined } from './withoutUndefined.ts';
import { translated } from './translated.ts';

/** `type` of our tasks in `tasks.json`. */
export const TASK_TYPE = 'hotframe';

/** How often a progress line is written when it goes on. Milliseconds. */
const LINE_INTERVAL_MS = 1000;

/** Runs `"type": "hotframe"` tasks: the same downloads as the command's, in a terminal, with an exit code. */
export function registerTasks(downloads: Downloads, log: Log): vscode.Disposable {
  return vscode.tasks.registerTaskProvider(TASK_TYPE, {
    // What to download is for tasks.json to say; nothing can be guessed from a workspace.
    provideTasks: () => [],
    resolveTask: (task) => {
      const { scope } = task;
      const folder = typeof scope === 'object' ? scope : homeFolder();
      const execution = new vscode.CustomExecution((definition) =>
        Promise.resolve(new DownloadTerminal(definition, folder && diskPath(folder.uri), downloads, log)),
      );
      // The workbench finds the task again by its very definition.
      return new vscode.Task(task.definition, scope ?? vscode.TaskScope.Workspace, task.name, TASK_TYPE, execution, []);
    },
  });
}

/** The terminal of a task: starts the download when it opens, ends it when it is closed. */
class DownloadTerminal implements vscode.Pseudoterminal {
  readonly #definition: vscode.TaskDefinition;
  readonly #folder: string | undefined;
  readonly #downloads: Downloads;
  readonly #log: Log;
  readonly #written = new vscode.EventEmitter<string>();
  readonly #closed = new vscode.EventEmitter<number>();
  readonly onDidWrite = this.#written.event;
  readonly onDidClose = this.#closed.event;
  #download: Download | undefined;
  #isClosed = false;

  constructor(definition: vscode.TaskDefinition, folder: string | undefined, downloads: Downloads, log: Log) {
    this.#definition = definition;
    this.#folder = folder;
    this.#downloads = downloads;
    this.#log = log;
  }

  open(): void {
    this.#run().then(
      (exitCode) => this.#closed.fire(exitCode),
      (error: unknown) => {
        this.#log.error(asError(error));
        this.#writeLine(translated(asError(error).message));
        this.#closed.fire(3);
      },
    );
  }

  close(): void {
    this.#isClosed = true;
    this.#download?.cancel();
  }

  handleInput(data: string): void {
    // Ctrl+C, as in any terminal.
    if (data === '\u0003') this.close();
  }

  /** Runs the task and answers its exit code. */
  async #run(): Promise<number> {
    let options: DownloadOptions;
    try {
      options = await toOptions(parseTask(this.#definition, this.#folder));
    } catch (error) {
      const text = describeUsageFault(error);
      if (text === undefined) throw error;
      this.#writeLine(text);
      return 2;
    }
    try {
      // Run once more it goes on where it stopped, as the command line does.
      this.#download = await this.#downloads.start(options, { isFresh: false });
    } catch (error) {
      if (!(error instanceof TargetBusyError)) throw error;
      this.#writeLine(vscode.l10n.t('{0} is being written by another download.', options.output));
      return 5;
    }
    if (this.#isClosed) this.#download.cancel();
    return this.#follow(this.#download);
  }

  async #follow(download: Download): Promise<number> {
    let lastLineAt = 0;
    let hasToldRestart = false;
    let saved = 0;
    let number = download.live.queueNumber;
    const listener = this.#downloads.onDidChange((changed) => {
      if (changed !== download) return;
      const { record, live } = download;
      if (live.hasPlaylistChanged && !hasToldRestart) {
        hasToldRestart = true;
        this.#writeLine(restartText(record));
      }
      for (const file of live.salvaged.slice(saved)) this.#writeLine(salvagedText(record, file));
      saved = live.salvaged.length;
      if (live.queueNumber !== undefined && live.queueNumber !== number) this.#writeState(download);
      number = live.queueNumber;
      if (number !== undefined) return;
      if (record.progress === undefined || Date.now() - lastLineAt < LINE_INTERVAL_MS) return;
      lastLineAt = Date.now();
      this.#writeState(download);
    });
    this.#writeLine(
      vscode.l10n.t('Downloading {0} to {1}', download.record.request.url, download.record.request.output),
    );
    if (number !== undefined) this.#writeState(download);
    try {
      const { record, exitCode } = await download.ended;
      const { state } = record;
      if (state === 'complete' || state === 'completeWithGaps') this.#writeLine(completionText(record));
      else if (state === 'failed') this.#writeLine(failureText(record));
      else this.#writeLine(`${jobLabel(record)}: ${stateText(record)}`);
      return exitCode;
    } finally {
      listener.dispose();
    }
  }

  #writeState({ record, live }: Download): void {
    this.#writeLine(`${jobLabel(record)}: ${liveText(record, live)}`);
  }

  #writeLine(text: string): void {
    this.#written.fire(`${text.replaceAll(/\r?\n/g, '\r\n')}\r\n`);
  }
}

async function toOptions(task: HotframeTask): Promise<DownloadOptions> {
  const { url, output, headersFile, profile, write, concurrency, http, ...wishes } = task;
  const headers = headersFile === undefined ? undefined : parseHeaders(await readFile(headersFile, 'utf8'));
  return {
    url,
    output,
    ...withoutUndefined({ headers }),
    ...readWishSettings(),
    ...toJobWishes(wishes),
    settings: { ...readArmSettings(), ...withoutUndefined({ profile, write, concurrency, http }) },
  };
}

/** What is wrong with the task itself, in words; nothing for another failure. */
function describeUsageFault(error: unknown): string | undefined {
  if (error instanceof TaskDefinitionError)
    return vscode.l10n.t('The task cannot run: {0}.', translated(error.message));
  if (error instanceof HeaderSyntaxError)
    return vscode.l10n.t('The headers file cannot be used: {0}.', translated(error.message));
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === undefined || path === undefined) return undefined;
  return vscode.l10n.t('The headers file cannot be read: {0} ({1}).', path, code);
}
