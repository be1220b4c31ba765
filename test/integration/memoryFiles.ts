import * as vscode from 'vscode';

/** Scheme of the files that are in no folder on a disk. */
export const MEMORY = 'hotframe-memory';

/** A folder that no disk has, as a virtual workspace brings it: files by their paths, everything below one root. */
export class MemoryFiles implements vscode.FileSystemProvider {
  readonly root = vscode.Uri.from({ scheme: MEMORY, path: '/streams' });
  readonly #files = new Map<string, Uint8Array>();
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;

  /** Puts a file below the root and gives its address. */
  put(name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.joinPath(this.root, name);
    this.writeFile(uri, new TextEncoder().encode(text));
    return uri;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const times = { ctime: 0, mtime: 0 };
    const bytes = this.#files.get(uri.path);
    if (bytes !== undefined) return { type: vscode.FileType.File, size: bytes.length, ...times };
    this.readDirectory(uri);
    return { type: vscode.FileType.Directory, size: 0, ...times };
  }

  readDirectory(uri: vscode.Uri): [string, vscode.FileType][] {
    const entries = new Map<string, vscode.FileType>();
    for (const path of this.#files.keys()) {
      const below = path.startsWith(`${uri.path}/`) ? path.slice(uri.path.length + 1) : '';
      const [name = '', rest] = below.split('/', 2);
      if (name !== '') entries.set(name, rest === undefined ? vscode.FileType.File : vscode.FileType.Directory);
    }
    if (entries.size === 0 && uri.path !== this.root.path) throw vscode.FileSystemError.FileNotFound(uri);
    return [...entries];
  }

  readFile(uri: vscode.Uri): Uint8Array {
    const bytes = this.#files.get(uri.path);
    if (bytes === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return bytes;
  }

  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    const type = this.#files.has(uri.path) ? vscode.FileChangeType.Changed : vscode.FileChangeType.Created;
    this.#files.set(uri.path, content);
    this.#changed.fire([{ type, uri }]);
  }

  delete(uri: vscode.Uri): void {
    this.#files.delete(uri.path);
    this.#changed.fire([{ type: vscode.FileChangeType.Deleted, uri }]);
  }

  createDirectory(): void {
    // A folder is there with its first file.
  }

  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
}
