import * as vscode from 'vscode';
import { isAbortError } from '../engine/errors.ts';
import { trustedCertificates } from './certificates.ts';
import { EngineReportError, type EngineThreads, type FetchedText } from './engineThread.ts';
import { reportText } from './sentences.ts';
import { isPlainUrl, readAddress, REMOTE_SCHEME, toAddress } from './playlistAddress.ts';
import type { PlaylistSources } from './playlistSources.ts';
import { type PlaylistSource } from './playlistSources.ts';
import { readPolicies } from './settings.ts';
import { withoutUndefined } from './withoutUndefined.ts';

type HeadersFor = (source: PlaylistSource) => Promise<Record<string, string>>;

interface Content extends FetchedText {
  /** Milliseconds since 1970. */
  fetchedAt: number;
}

/** Playlists from the network as read-only files: fetched when they are opened, and again when a window comes back. */
export class RemotePlaylists implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #sources: PlaylistSources;
  readonly #engine: EngineThreads;
  readonly #headersFor: HeadersFor;
  readonly #contents = new Map<string, Content>();
  readonly #fetching = new Map<string, Promise<Content>>();
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;
  readonly #registrations: vscode.Disposable;

  /** @param headersFor gives all headers for a request, those of its source included. */
  constructor(sources: PlaylistSources, engine: EngineThreads, headersFor: HeadersFor) {
    this.#sources = sources;
    this.#engine = engine;
    this.#headersFor = headersFor;
    const options = { isReadonly: true, isCaseSensitive: true };
    this.#registrations = vscode.Disposable.from(
      this.#changed,
      vscode.workspace.registerFileSystemProvider(REMOTE_SCHEME, this, options),
      // A change of the language closes a document too, and opens it again in the same turn.
      vscode.workspace.onDidCloseTextDocument(({ uri }) => setImmediate(() => this.#forgetUnlessOpen(uri.toString()))),
    );
  }

  dispose(): void {
    this.#registrations.dispose();
  }

  /**
   * Fetches a playlist, also one that is open already; resolves with the document that shows it.
   * @throws EngineReportError when it cannot be had; an AbortError when `signal` aborts first.
   */
  async open(source: PlaylistSource, signal: AbortSignal): Promise<vscode.Uri> {
    const isPlain = source.headers === undefined && source.ca === undefined && isPlainUrl(source.url);
    const id = isPlain ? undefined : await this.#sources.remember(source);
    const uri = vscode.Uri.from({ scheme: REMOTE_SCHEME, ...toAddress(source.url, id) });
    const wasShown = this.#contents.has(uri.toString());
    this.#contents.set(uri.toString(), await this.#fetch(source, signal));
    if (wasShown) this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    return uri;
  }

  /** Whence a document came; nothing when that is forgotten. */
  async sourceOf(uri: vscode.Uri): Promise<PlaylistSource | undefined> {
    const said = uri.scheme === REMOTE_SCHEME ? readAddress(uri) : undefined;
    return said === undefined || 'url' in said ? said : this.#sources.find(said.id);
  }

  /** What the URIs of a document are relative to; nothing for a document that is not shown. */
  urlOf(uri: vscode.Uri): string | undefined {
    return this.#contents.get(uri.toString())?.url;
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { bytes, fetchedAt } = await this.#load(uri);
    const permissions = vscode.FilePermission.Readonly;
    return { type: vscode.FileType.File, ctime: fetchedAt, mtime: fetchedAt, size: bytes.length, permissions };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.#load(uri)).bytes;
  }

  watch(): vscode.Disposable {
    // Opening it again is what changes it.
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): never {
    throw vscode.FileSystemError.FileNotFound();
  }

  createDirectory(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  writeFile(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  delete(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  rename(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  #forgetUnlessOpen(key: string): void {
    const isOpen = vscode.workspace.textDocuments.some(({ uri }) => uri.toString() === key);
    if (!isOpen) this.#contents.delete(key);
  }

  /** What is there already, or is being fetched, or is fetched now. */
  async #load(uri: vscode.Uri): Promise<Content> {
    const key = uri.toString();
    const known = this.#contents.get(key);
    if (known !== undefined) return known;
    const fetching = this.#fetching.get(key) ?? this.#restore(uri);
    this.#fetching.set(key, fetching);
    try {
      const content = await fetching;
      this.#contents.set(key, content);
      return content;
    } finally {
      this.#fetching.delete(key);
    }
  }

  async #restore(uri: vscode.Uri): Promise<Content> {
    const source = await this.sourceOf(uri);
    if (source === undefined) {
      const text = vscode.l10n.t(
        'The whole URL of this playlist is not stored here any more. Open the playlist again.',
      );
      throw vscode.FileSystemError.Unavailable(text);
    }
    try {
      return await this.#fetch(source, new AbortController().signal);
    } catch (error) {
      if (error instanceof EngineReportError) throw vscode.FileSystemError.Unavailable(reportText(error.report));
      if (isAbortError(error)) throw vscode.FileSystemError.Unavailable(uri);
      throw error;
    }
  }

  async #fetch(source: PlaylistSource, signal: AbortSignal): Promise<Content> {
    const { url, ca } = source;
    const headers = await this.#headersFor(source);
    const secrets = withoutUndefined({ headers, ca: trustedCertificates(ca) });
    const fetched = await this.#engine.fetchText({ url, ...secrets, ...readPolicies() }, signal);
    return { ...fetched, fetchedAt: Date.now() };
  }
}
