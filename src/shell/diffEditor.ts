import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { diffProfiles, type NamedProfile } from '../profile/diff.ts';
import { ProfileError } from '../profile/errors.ts';
import { readProfileFile } from '../profile/formats/file.ts';
import { readProfile } from '../profile/formats/index.ts';
import type { JobRecord } from '../jobs/record.ts';
import { readJobOfProfile } from '../jobs/store.ts';
import type { DiffHostMessage, DiffPageMessage, PairRow } from '../webview/diffMessages.ts';
import { readComparison, type Comparison, type ComparisonSide } from './comparison.ts';
import { diffPage } from './diffMarkup.ts';
import { diffModel, pairCounters } from './diffModel.ts';
import { diskPath } from './diskFolders.ts';
import { counterRows } from './jobCounters.ts';
import { formatDuration } from './figures.ts';
import type { Log } from './log.ts';
import { openSource } from './openSource.ts';
import { pageLanguage } from './pageLanguage.ts';
import type { ProfileJudge } from './profileJudge.ts';
import { jobLabel, reportText } from './sentences.ts';
import { translated } from './translated.ts';

/** View type of the editor for differences, as `package.json` and `vscode.openWith` name it. */
export const DIFF_VIEW_TYPE = 'hotframe.diff';

/** What the editor needs of the extension. */
export interface DiffEditorContext {
  extensionUri: vscode.Uri;
  judge: ProfileJudge;
  log: Log;
}

/** Registers the editor for differences of two profiles. */
export function registerDiffEditor(context: DiffEditorContext): vscode.Disposable {
  return vscode.window.registerCustomEditorProvider(DIFF_VIEW_TYPE, new DiffEditorProvider(context));
}

/** Shows what changed between the two profiles that the document's address names; a tab comes back after a reload by that address alone. */
class DiffEditorProvider implements vscode.CustomReadonlyEditorProvider {
  readonly #context: DiffEditorContext;

  constructor(context: DiffEditorContext) {
    this.#context = context;
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const dist = vscode.Uri.joinPath(this.#context.extensionUri, 'dist');
    const { webview } = panel;
    const editor = new DiffEditor(uri, webview, this.#context);
    panel.onDidDispose(() => editor.dispose());
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    webview.html = diffPage({
      nonce: randomBytes(16).toString('hex'),
      cspSource: webview.cspSource,
      scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'diff.js')).toString(),
      styleUri: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'diff.css')).toString(),
      language: pageLanguage(),
    });
  }
}

/** One open editor: answers its page and follows the settings. */
class DiffEditor implements vscode.Disposable {
  readonly #uri: vscode.Uri;
  readonly #webview: vscode.Webview;
  readonly #judge: ProfileJudge;
  readonly #log: Log;
  readonly #disposables: vscode.Disposable[] = [];
  /** Counts readings, so that a slow one cannot overwrite a later one. */
  #reading = 0;

  constructor(uri: vscode.Uri, webview: vscode.Webview, { judge, log }: DiffEditorContext) {
    this.#uri = uri;
    this.#webview = webview;
    this.#judge = judge;
    this.#log = log;
    this.#disposables.push(
      judge.onDidChange(() => log.follow(this.#show())),
      webview.onDidReceiveMessage((message: DiffPageMessage) => log.follow(this.#receive(message))),
    );
  }

  dispose(): void {
    this.#reading += 1;
    for (const disposable of this.#disposables) disposable.dispose();
  }

  async #receive(message: DiffPageMessage): Promise<void> {
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
      case 'defect':
        this.#log.error(`The page of a difference failed: ${message.message}`);
        break;
    }
  }

  async #show(): Promise<void> {
    this.#reading += 1;
    const reading = this.#reading;
    const message = await this.#read();
    if (reading === this.#reading) await this.#webview.postMessage(message);
  }

  async #read(): Promise<DiffHostMessage> {
    const title = this.#uri.path.slice(1);
    const failed = vscode.l10n.t('{0} cannot be compared.', title);
    const comparison = readComparison(this.#uri.query);
    if (comparison === undefined) {
      return { type: 'failure', title: failed, message: vscode.l10n.t('Compare the profiles again.') };
    }
    try {
      const [before, after, jobs] = await Promise.all([
        readSide(comparison.before),
        readSide(comparison.after),
        readJobs(comparison),
      ]);
      const { value, note } = this.#judge.judge((judging) => diffProfiles(before, after, judging));
      const diff = diffModel(value, title, jobs, pageLanguage().translate);
      if (note !== undefined) diff.after.lost.push(note);
      for (const side of [diff.before, diff.after]) side.lost = side.lost.map(translated);
      return { type: 'diff', diff };
    } catch (error) {
      const message = describeFailure(error);
      if (message === undefined) throw error;
      this.#log.warn(`${failed} ${message}`);
      return { type: 'failure', title: failed, message };
    }
  }
}

async function readSide({ uri: text, name }: ComparisonSide): Promise<NamedProfile> {
  const uri = vscode.Uri.parse(text, true);
  const path = diskPath(uri);
  if (path !== undefined) return { name, profile: await readProfileFile(path, name) };
  return { name, profile: readProfile(await vscode.workspace.fs.readFile(uri), name) };
}

/** How the two jobs ran, if both profiles belong to one. */
async function readJobs({ before, after }: Comparison): Promise<PairRow[]> {
  const [one, other] = await Promise.all([readJob(before), readJob(after)]);
  if (one === undefined || other === undefined || one.id === other.id) return [];
  const arm = (job: typeof one): string => {
    const { write, concurrency, http } = job.receipt?.settings ?? job.request.settings;
    return vscode.l10n.t('write: {0} · concurrency: {1} · HTTP: {2}', write ?? '', concurrency ?? '', http ?? '');
  };
  const took = (job: typeof one): string => (job.receipt === undefined ? '' : formatDuration(job.receipt.wallMs));
  const { translate } = pageLanguage();
  return [
    { label: vscode.l10n.t('Job'), before: jobLabel(one), after: jobLabel(other), note: '' },
    { label: vscode.l10n.t('Settings'), before: arm(one), after: arm(other), note: '' },
    { label: vscode.l10n.t('Duration'), before: took(one), after: took(other), note: '' },
    ...pairCounters(counterRows(JSON.stringify(one), translate), counterRows(JSON.stringify(other), translate)),
  ];
}

async function readJob({ uri }: ComparisonSide): Promise<JobRecord | undefined> {
  const path = diskPath(vscode.Uri.parse(uri));
  return path === undefined ? undefined : readJobOfProfile(path);
}

/** What a person is told when profiles cannot be compared; undefined for a defect of ours. */
function describeFailure(error: unknown): string | undefined {
  if (error instanceof ProfileError) return reportText(error);
  return error instanceof vscode.FileSystemError ? error.message : undefined;
}
