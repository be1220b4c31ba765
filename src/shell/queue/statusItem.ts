import * as vscode from 'vscode';
import type { Downloads } from '../downloads.ts';
import { formatShare, formatSpeed } from '../figures.ts';
import { jobDescription, jobLabel } from '../sentences.ts';
import { summarise, type QueueSummary } from './summary.ts';

/** How often it is drawn again. Milliseconds. */
const REDRAW_MS = 500;

/** Most lines of the tooltip; the view has them all. */
const TOOLTIP_LINES = 20;

/** What runs in this window, in the status bar; nothing while nothing does. */
export class StatusItem {
  readonly #downloads: Downloads;
  readonly #disposables: vscode.Disposable[];
  #item: vscode.StatusBarItem | undefined;
  #redraw: NodeJS.Timeout | undefined;

  constructor(downloads: Downloads) {
    this.#downloads = downloads;
    this.#disposables = [downloads.onDidChange(() => this.#drawSoon())];
  }

  dispose(): void {
    clearTimeout(this.#redraw);
    for (const disposable of this.#disposables) disposable.dispose();
    this.#item?.dispose();
  }

  #drawSoon(): void {
    // The last one to end takes the item away at once: what is gone must not seem to run.
    if (this.#downloads.all.length === 0) this.#draw();
    else this.#redraw ??= setTimeout(() => this.#draw(), REDRAW_MS);
  }

  #draw(): void {
    clearTimeout(this.#redraw);
    this.#redraw = undefined;
    const { all } = this.#downloads;
    if (all.length === 0) {
      this.#item?.dispose();
      this.#item = undefined;
      return;
    }
    this.#item ??= createItem();
    const text = summaryText(summarise(all.map(({ record }) => record)));
    const lines = all.map(({ record, live }) => `${jobLabel(record)}: ${jobDescription(record, live)}`);
    const more = lines.length - TOOLTIP_LINES;
    const shown = more > 0 ? [...lines.slice(0, TOOLTIP_LINES), vscode.l10n.t('and {0} more', more)] : lines;
    this.#item.text = `$(sync~spin) ${text}`;
    this.#item.tooltip = shown.join('\n');
    this.#item.accessibilityInformation = { label: [`Hotframe: ${text}`, ...shown].join(', '), role: 'button' };
    this.#item.show();
  }
}

function createItem(): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem('downloads', vscode.StatusBarAlignment.Left);
  item.name = vscode.l10n.t('Hotframe Downloads');
  item.command = 'hotframe.jobs.focus';
  return item;
}

/** `2 downloads · 3 waiting · 43 % · 812 MB/s` */
export function summaryText({ running, waiting, share, bytesPerSecond }: QueueSummary): string {
  return [
    running === 1 ? vscode.l10n.t('1 download') : vscode.l10n.t('{0} downloads', running),
    ...(waiting === 0 ? [] : [vscode.l10n.t('{0} waiting', waiting)]),
    ...(share === undefined ? [] : [formatShare(share)]),
    ...(bytesPerSecond === 0 ? [] : [formatSpeed(bytesPerSecond)]),
  ].join(' · ');
}
