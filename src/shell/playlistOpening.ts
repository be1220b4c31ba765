import * as vscode from 'vscode';
import { isAbortError } from '../engine/errors.ts';
import type { JobSecretVault } from '../jobs/secrets.ts';
import { EngineReportError } from './engineThread.ts';
import { LANGUAGE } from './language/language.ts';
import { findUrlFor } from './links.ts';
import type { Log } from './log.ts';
import { askUrl, describeUrlFault, withReadingProgress } from './prompts.ts';
import { tellUnreadable } from './unreadable.ts';
import type { PlaylistSource } from './playlistSources.ts';
import type { RemotePlaylists } from './remotePlaylists.ts';
import { withoutUndefined } from './withoutUndefined.ts';

/** What `hotframe.openPlaylist` is called with; a person is asked for the URL when there is none. */
export interface PlaylistArguments extends Partial<PlaylistSource> {
  /** The document with the link: what its own playlist was asked with goes with the request, if the origin is the same. */
  from?: string;
}

/** The way from a URL to the document that shows the playlist, and back. */
export class PlaylistOpening {
  readonly #remote: RemotePlaylists;
  readonly #secrets: JobSecretVault;
  readonly #log: Log;

  constructor(remote: RemotePlaylists, secrets: JobSecretVault, log: Log) {
    this.#remote = remote;
    this.#secrets = secrets;
    this.#log = log;
  }

  /**
   * Opens a playlist from the network as a read-only document; one that is open is fetched anew.
   * @returns the document; nothing when the person left, or when the playlist cannot be had.
   */
  async open(given: PlaylistArguments = {}): Promise<vscode.TextDocument | undefined> {
    const { url: wanted, from, ...secrets } = given;
    const isGood = wanted !== undefined && describeUrlFault(wanted) === undefined;
    const url = isGood ? wanted.trim() : await askUrl(wanted, undefined, vscode.l10n.t('Open Playlist'));
    if (url === undefined) return undefined;
    const source = { ...(await this.#inherit(from, url)), ...withoutUndefined(secrets), url };
    try {
      const uri = await withReadingProgress((signal) => this.#remote.open(source, signal));
      return await show(uri);
    } catch (error) {
      if (isAbortError(error)) return undefined;
      if (!(error instanceof EngineReportError)) throw error;
      tellUnreadable(error, source.url, (changed) => this.open({ ...given, url: changed }), this.#log);
      return undefined;
    }
  }

  /** Opens the playlist of a job. */
  async openOfJob(id: string, redactedUrl: string): Promise<vscode.TextDocument | undefined> {
    const secrets = await this.#secrets.get(id);
    if (secrets !== undefined) return this.open(secrets);
    const prompt = vscode.l10n.t('The whole URL of this job is not stored here. Enter it again: {0}', redactedUrl);
    const url = await askUrl('', prompt, vscode.l10n.t('Open Playlist'));
    return url === undefined ? undefined : this.open({ url });
  }

  /**
   * Where the stream of a document is: whence a playlist from the network came, else the URL under the cursor, or one that a
   * file names.
   * @param document the clicked file; the active editor's without it.
   * @returns nothing when the person left.
   */
  async findSource(document?: vscode.Uri): Promise<PlaylistSource | undefined> {
    const uri = document ?? vscode.window.activeTextEditor?.document.uri;
    const source = uri === undefined ? undefined : await this.#remote.sourceOf(uri);
    if (source !== undefined) return source;
    const url = await findUrlFor(document);
    return url === undefined ? undefined : { url };
  }

  /** Headers and certificates are for the origin that they were given for. */
  async #inherit(from: string | undefined, url: string): Promise<Partial<PlaylistSource>> {
    const parent = from === undefined ? undefined : await this.#remote.sourceOf(vscode.Uri.parse(from));
    if (parent === undefined || new URL(parent.url).origin !== new URL(url).origin) return {};
    return withoutUndefined({ headers: parent.headers, ca: parent.ca });
  }
}

async function show(uri: vscode.Uri): Promise<vscode.TextDocument> {
  const opened = await vscode.workspace.openTextDocument(uri);
  // Whatever the URL's name and the first line make of it.
  const document =
    opened.languageId === LANGUAGE ? opened : await vscode.languages.setTextDocumentLanguage(opened, LANGUAGE);
  await vscode.window.showTextDocument(document, { preview: true });
  return document;
}
