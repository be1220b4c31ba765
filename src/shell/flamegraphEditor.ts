import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { ProfileError } from '../profile/errors.ts';
import { readProfile } from '../profile/formats/index.ts';
import type { CounterRow, HostMessage, PageMessage } from '../webview/messages.ts';
import { flamegraphModel } from './flamegraphModel.ts';
import { flamegraphPage } from './flamegraphPage.ts';
import { counterRows } from './jobCounters.ts';
import type { Log } from './log.ts';
import { openSource } from './openSource.ts';

/** View type of the flamegraph editor, as `package.json` and `vscode.openWith` name it. */
export const FLAMEGRAPH_VIEW_TYPE = 'hotframe.flamegraph';

/** What the editor needs of the extension. */
export interface FlamegraphEditorContext {
  extensionUri: vscode.Uri;
  log: Log;
}

/** Registers the flamegraph editor for profile files. */
export function registerFlamegraphEditor(context: FlamegraphEditorContext): vscode.Disposable {
  return vscode.window.registerCustomEditorProvider(FLAMEGRAPH_VIEW_TYPE, new FlamegraphEditorProvider(context), {
    supportsMultipleEditorsPerDocument: true,
  });
}

/** Shows profile files as flamegraphs with their hot frames and the gate's answer. Reads the file again when it changes. */
export class FlamegraphEditorProvider implements vscode.CustomReadonlyEditorProvider {
  readonly #context: FlamegraphEditorContext;

  constructor(context: FlamegraphEditorContext) {
    this.#context = context;
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const dist = vscode.Uri.joinPath(this.#context.extensionUri, 'dist');
    const { webview } = panel;
    const editor = new FlamegraphEditor(uri, webview, this.#context.log);
    panel.onDidDispose(() => editor.dispose());
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    webview.html = flamegraphPage({
      nonce: randomBytes(16).toString('hex'),
      cspSource: webview.cspSource,
      scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'flamegraph.js')).toString(),
      styleUri: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'flamegraph.css')).toString(),
    });
  }
}

/** One open editor: answers its page and follows its file. */
class FlamegraphEditor implements vscode.Disposable {
  readonly #uri: vscode.Uri;
  readonly #webview: vscode.Webview;
  readonly #log: Log;
  readonly #disposables: vscode.Disposable[] = [];
  /** Counts readings, so that a slow one cannot overwrite a later one. */
  #reading = 0;

  constructor(uri: vscode.Uri, webview: vscode.Webview, log: Log) {
    this.#uri = uri;
    this.#webview = webview;
    this.#log = log;
    const folder = vscode.Uri.joinPath(uri, '..');
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, escapeGlob(name)));
    this.#disposables.push(
      watcher,
      watcher.onDidChange(() => this.#log.follow(this.#show())),
      watcher.onDidCreate(() => this.#log.follow(this.#show())),
      webview.onDidReceiveMessage((message: PageMessage) => this.#log.follow(this.#receive(message))),
    );
  }

  dispose(): void {
    this.#reading += 1;
    for (const disposable of this.#disposables) disposable.dispose();
  }

  async #receive(message: PageMessage): Promise<void> {
    switch (message.type) {
      case 'ready':
        await this.#show();
        break;
      case 'openSource':
        await openSource(message);
        break;
      case 'openAsText':
        await vscode.commands.executeCommand('vscode.openWith', this.#uri, 'default');
        break;
      case 'defect':
        this.#log.error(`The flamegraph page failed: ${message.message}`);
        break;
    }
  }

  async #show(): Promise<void> {
    this.#reading += 1;
    const reading = this.#reading;
    const message = await this.#read();
    if (reading === this.#reading) await this.#webview.postMessage(message);
  }

  async #read(): Promise<HostMessage> {
    const name = this.#uri.path.slice(this.#uri.path.lastIndexOf('/') + 1);
    try {
      const bytes = await vscode.workspace.fs.readFile(this.#uri);
      return { type: 'profile', profile: flamegraphModel(readProfile(bytes, name), name, await this.#readCounters()) };
    } catch (error) {
      const failure = describeFailure(error, name);
      if (failure === undefined) throw error;
      this.#log.warn(`${failure.title} ${failure.message}`);
      return { type: 'failure', ...failure };
    }
  }

  /** Counters of the job whose `profiles` folder holds the file; none for a profile from elsewhere. */
  async #readCounters(): Promise<CounterRow[]> {
    const segments = this.#uri.path.split('/');
    if (segments.at(-2) !== 'profiles' || segments.at(-4) !== 'jobs') return [];
    try {
      const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.#uri, '..', '..', 'job.json'));
      return counterRows(new TextDecoder().decode(bytes));
    } catch (error) {
      if (!(error instanceof vscode.FileSystemError || error instanceof SyntaxError)) throw error;
      this.#log.warn(`The counters of ${this.#uri.path} cannot be read: ${error.message}`);
      return [];
    }
  }
}

/** What a person is told when a profile cannot be shown; undefined for a defect of ours. */
function describeFailure(error: unknown, name: string): { title: string; message: string } | undefined {
  const title = vscode.l10n.t('{0} cannot be shown as a flamegraph.', name);
  if (error instanceof ProfileError) return { title, message: `${error.message}. ${error.hint}` };
  if (error instanceof vscode.FileSystemError) return { title, message: error.message };
  return undefined;
}

function escapeGlob(name: string): string {
  return name.replaceAll(/[[\]{}*?]/g, '[$&]');
}
