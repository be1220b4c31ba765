import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { ProfileError } from '../profile/errors.ts';
import { readProfileFile } from '../profile/formats/file.ts';
import { readProfile } from '../profile/formats/index.ts';
import type { Judging } from '../profile/hotFrames.ts';
import type { Profile } from '../profile/model.ts';
import type { CounterRow, HostMessage, PageMessage } from '../webview/messages.ts';
import { diskPath } from './diskFolders.ts';
import { flamegraphMessages } from './flamegraphModel.ts';
import { flamegraphPage } from './flamegraphPage.ts';
import { counterRows } from './jobCounters.ts';
import type { Log } from './log.ts';
import { openSource } from './openSource.ts';
import { pageLanguage } from './pageLanguage.ts';
import { savePicture } from './savePicture.ts';
import { reportText } from './sentences.ts';
import type { ProfileJudge } from './profileJudge.ts';
import { translated } from './translated.ts';

/** View type of the flamegraph editor, as `package.json` and `vscode.openWith` name it. */
export const FLAMEGRAPH_VIEW_TYPE = 'hotframe.flamegraph';

/** What the editor needs of the extension. */
export interface FlamegraphEditorContext {
  extensionUri: vscode.Uri;
  judge: ProfileJudge;
  log: Log;
}

/** Registers the flamegraph editor for profile files, and the command that is its own. */
export function registerFlamegraphEditor(context: FlamegraphEditorContext): vscode.Disposable {
  const provider = new FlamegraphEditorProvider(context);
  return vscode.Disposable.from(
    vscode.window.registerCustomEditorProvider(FLAMEGRAPH_VIEW_TYPE, provider, {
      supportsMultipleEditorsPerDocument: true,
    }),
    vscode.commands.registerCommand('hotframe.savePicture', () => provider.savePicture()),
  );
}

/** Shows profile files as flamegraphs with their hot frames and the gate's answer. Reads the file again when it changes. */
export class FlamegraphEditorProvider implements vscode.CustomReadonlyEditorProvider {
  readonly #context: FlamegraphEditorContext;
  readonly #panels = new Set<vscode.WebviewPanel>();

  constructor(context: FlamegraphEditorContext) {
    this.#context = context;
  }

  /** Has the editor in front save a picture of what it shows. */
  async savePicture(): Promise<void> {
    const active = [...this.#panels].find(({ active }) => active);
    if (active === undefined) throw new Error(vscode.l10n.t('Open a profile in the flamegraph editor first.'));
    const message: HostMessage = { type: 'savePicture' };
    await active.webview.postMessage(message);
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const dist = vscode.Uri.joinPath(this.#context.extensionUri, 'dist');
    const { webview } = panel;
    const editor = new FlamegraphEditor(uri, webview, this.#context);
    this.#panels.add(panel);
    panel.onDidDispose(() => {
      this.#panels.delete(panel);
      editor.dispose();
    });
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    webview.html = flamegraphPage({
      nonce: randomBytes(16).toString('hex'),
      cspSource: webview.cspSource,
      scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'flamegraph.js')).toString(),
      styleUri: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'flamegraph.css')).toString(),
      language: pageLanguage(),
    });
  }
}

/** One open editor: answers its page and follows its file. */
class FlamegraphEditor implements vscode.Disposable {
  readonly #uri: vscode.Uri;
  readonly #webview: vscode.Webview;
  readonly #judge: ProfileJudge;
  readonly #log: Log;
  readonly #disposables: vscode.Disposable[] = [];
  /** Counts readings, so that a slow one cannot overwrite a later one. */
  #reading = 0;

  constructor(uri: vscode.Uri, webview: vscode.Webview, { judge, log }: FlamegraphEditorContext) {
    this.#judge = judge;
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
      judge.onDidChange(() => this.#log.follow(this.#show())),
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
        await openSource(message, this.#log);
        break;
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        break;
      case 'picture':
        await savePicture(this.#uri, message);
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
    for (const message of await this.#read()) {
      // A later reading, or the end of the editor, makes the rest of this one worthless.
      if (reading !== this.#reading) return;
      await this.#webview.postMessage(message);
    }
  }

  async #read(): Promise<Iterable<HostMessage>> {
    const name = this.#uri.path.slice(this.#uri.path.lastIndexOf('/') + 1);
    try {
      const profile = await this.#readProfile(name);
      const counters = await this.#readCounters();
      const { value: judging, note } = this.#judge.judge((judging) => usableOn(profile, judging));
      const lost = [...profile.lost, ...(note === undefined ? [] : [note])].map(translated);
      return flamegraphMessages({ ...profile, lost }, name, counters, judging, pageLanguage().translate);
    } catch (error) {
      const failure = describeFailure(error, name);
      if (failure === undefined) throw error;
      this.#log.warn(`${failure.title} ${failure.message}`);
      return [{ type: 'failure', ...failure }];
    }
  }

  /** Files on this machine are read as streams where their format allows it. */
  async #readProfile(name: string): Promise<Profile> {
    const path = diskPath(this.#uri);
    if (path !== undefined) return readProfileFile(path, name);
    return readProfile(await vscode.workspace.fs.readFile(this.#uri), name);
  }

  /** Counters of the job whose `profiles` folder holds the file; none for a profile from elsewhere. */
  async #readCounters(): Promise<CounterRow[]> {
    const segments = this.#uri.path.split('/');
    if (segments.at(-2) !== 'profiles' || segments.at(-4) !== 'jobs') return [];
    try {
      const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.#uri, '..', '..', 'job.json'));
      return counterRows(new TextDecoder().decode(bytes), pageLanguage().translate);
    } catch (error) {
      if (!(error instanceof vscode.FileSystemError || error instanceof SyntaxError)) throw error;
      this.#log.warn(`The counters of ${this.#uri.path} cannot be read: ${error.message}`);
      return [];
    }
  }
}

/** How the profile is judged, once it is known that rules can be held against its names. @throws {ProfileError} PROFILE_RULE */
function usableOn({ threads }: Profile, judging: Judging): Judging {
  for (const { tree } of threads) judging.rules?.(tree.frames);
  return judging;
}

/** What a person is told when a profile cannot be shown; undefined for a defect of ours. */
function describeFailure(error: unknown, name: string): { title: string; message: string } | undefined {
  const title = vscode.l10n.t('{0} cannot be shown as a flamegraph.', name);
  if (error instanceof ProfileError) return { title, message: reportText(error) };
  if (error instanceof vscode.FileSystemError) return { title, message: error.message };
  return undefined;
}

function escapeGlob(name: string): string {
  return name.replaceAll(/[[\]{}*?]/g, '[$&]');
}
