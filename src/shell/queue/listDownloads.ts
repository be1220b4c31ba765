import { readdir } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { makeFolder } from '../../jobs/folder.ts';
import * as vscode from 'vscode';
import { isActive, isResumable } from '../../jobs/record.ts';
import type { JobStore } from '../../jobs/store.ts';
import { checkTarget, type DownloadArguments } from '../downloadFlow.ts';
import type { Downloads } from '../downloads.ts';
import type { Log } from '../log.ts';
import { showMessage } from '../notifications.ts';
import { Batch, type BatchResult } from './batch.ts';
import { askAboutFaults, askForAll, askList } from './listQuestions.ts';
import { findUrls, LIST_MAX, nameOutputs, parseList, type PlaylistList } from './playlistList.ts';

/** What a script gives to `hotframe.downloadList`; without `folder` a person is asked for the rest. */
export interface ListArguments extends Omit<DownloadArguments, 'url' | 'output'> {
  /** One URL a line. */
  text?: string;
  /** Absolute path. */
  folder?: string;
  /** Of the files, without its dot: `mp4` unless it is given. */
  extension?: string;
}

/** Downloads many playlists as one batch. */
export class ListDownloads {
  readonly #downloads: Downloads;
  readonly #store: JobStore;
  readonly #log: Log;

  constructor(downloads: Downloads, store: JobStore, log: Log) {
    this.#downloads = downloads;
    this.#store = store;
    this.#log = log;
  }

  /**
   * Downloads the playlists of a list, asking for what is not given.
   * @returns how they ended; nothing when the person left, or when there is nothing to download.
   */
  async download(given: ListArguments = {}): Promise<BatchResult | undefined> {
    const text = given.text ?? (await askList());
    return text === undefined ? undefined : this.#downloadList(parseList(text), given);
  }

  /** The same for the URLs in what is selected in the editor. */
  async downloadSelection(given: ListArguments = {}): Promise<BatchResult | undefined> {
    const { document, selections = [] } = vscode.window.activeTextEditor ?? {};
    const text = selections.map((selection) => document?.getText(selection) ?? '').join('\n');
    return this.#downloadList({ urls: findUrls(text), repeated: [], faults: [] }, given);
  }

  async #downloadList(list: PlaylistList, given: ListArguments): Promise<BatchResult | undefined> {
    if (list.urls.length > LIST_MAX) {
      const text = vscode.l10n.t('A list has {0} URLs at most; this one has {1}.', LIST_MAX, list.urls.length);
      showMessage('error', text, [], this.#log);
      return undefined;
    }
    const { folder, extension = 'mp4', ...wishes } = given;
    if (folder !== undefined) return this.#run(list.urls, folder, extension, wishes);
    if (!(await askAboutFaults(list))) return undefined;
    const answers = await askForAll();
    if (answers === undefined) return undefined;
    const { variant } = answers;
    return this.#run(list.urls, answers.folder, answers.extension, { variant, ...wishes });
  }

  async #run(
    urls: readonly string[],
    folder: string,
    extension: string,
    wishes: DownloadArguments,
  ): Promise<BatchResult> {
    if (!isAbsolute(folder)) throw new Error(vscode.l10n.t('The folder "{0}" is not an absolute path.', folder));
    if (!/^(mp4|mkv|ts)$/.test(extension)) throw new TypeError('"extension" is not one of mp4, mkv, ts');
    await makeFolder(folder);
    const names = nameOutputs(urls, extension, await this.#takenIn(folder));
    const all = urls.map((url, index) => checkTarget(url, join(folder, names[index] ?? ''), wishes));
    const entries = all.map((options, index) => ({
      name: names[index] ?? '',
      start: () => this.#downloads.start(options, { isFresh: true }),
    }));
    return new Batch(this.#downloads, this.#log).run(entries, true);
  }

  /** Files that are there, and those that jobs which are not over are going to write. */
  async #takenIn(folder: string): Promise<string[]> {
    const outputs = (await this.#store.list()).flatMap((entry) =>
      entry.kind === 'job' && (isActive(entry.record) || isResumable(entry.record))
        ? [entry.record.request.output, ...(entry.record.outputs ?? [])]
        : [],
    );
    const here = outputs.filter((output) => resolve(dirname(output)) === resolve(folder));
    return [...(await readdir(folder)), ...here];
  }
}
