import * as vscode from 'vscode';
import type { ErrorReport } from '../engine/errors.ts';
import type { JobRecord } from '../jobs/record.ts';
import type { Download, DownloadResult } from './download.ts';
import type { Downloads } from './downloads.ts';
import { shareOf } from './figures.ts';
import type { Log } from './log.ts';
import { asSentence, completionText, failureText, jobLabel, progressText } from './sentences.ts';

/** A button of a notification and what it does. */
export interface Action {
  title: string;
  run: () => unknown;
}

/** Shows a message with its buttons and does not wait for an answer: a notification may stay for hours. */
export function showMessage(kind: 'info' | 'warning' | 'error', text: string, actions: Action[], log: Log): void {
  const show = {
    info: vscode.window.showInformationMessage,
    warning: vscode.window.showWarningMessage,
    error: vscode.window.showErrorMessage,
  }[kind];
  const answer = show<vscode.MessageItem & Action>(text, ...actions);
  log.follow(answer.then((action) => action?.run()));
}

/** The button that opens the log. */
export function showLogAction(log: Log): Action {
  return { title: vscode.l10n.t('Show Log'), run: () => log.show() };
}

/** Follows a download in a notification with percentage, speed, time left and Cancel, until it ends. */
export function showProgress(download: Download, downloads: Downloads, log: Log): void {
  // No title: it could not change when the variant is known.
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true };
  const shown = vscode.window.withProgress(options, async (progress, token) => {
    let reported = 0;
    const report = (): void => {
      const { record } = download;
      const percent =
        record.progress === undefined ? 0 : shareOf(record.progress.fragments, record.progress.fragmentsTotal) * 100;
      progress.report({ message: `${jobLabel(record)}: ${describeNow(download)}`, increment: percent - reported });
      reported = percent;
    };
    report();
    const listeners = [
      token.onCancellationRequested(() => download.cancel()),
      downloads.onDidChange((changed) => {
        if (changed === download) report();
      }),
    ];
    try {
      // How it ended is told by who started it.
      await download.ended.catch(() => undefined);
    } finally {
      for (const listener of listeners) listener.dispose();
    }
  });
  log.follow(shown);
}

function describeNow({ record, isFinishing }: Download): string {
  if (isFinishing) return vscode.l10n.t('checking the file…');
  return record.progress === undefined ? vscode.l10n.t('starting') : progressText(record.progress);
}

/** What a person can do from the message at the end. */
export interface EndActions {
  open: (record: JobRecord) => unknown;
  openFlamegraph: (record: JobRecord) => unknown;
  tryAgain: (record: JobRecord) => unknown;
  chooseFolder: (record: JobRecord) => unknown;
  changeUrl: (record: JobRecord) => unknown;
}

/** Tells how a download ended, in one message with the next step. A cancelled one is no news to who cancelled it. */
export function showEnd({ record }: DownloadResult, actions: EndActions, log: Log): void {
  switch (record.state) {
    case 'complete':
    case 'completeWithGaps': {
      const open = { title: vscode.l10n.t('Open'), run: () => actions.open(record) };
      const flamegraph = { title: vscode.l10n.t('Flamegraph'), run: () => actions.openFlamegraph(record) };
      const kind = record.state === 'complete' ? 'info' : 'warning';
      showMessage(kind, completionText(record), record.profiles.length > 0 ? [open, flamegraph] : [open], log);
      break;
    }
    case 'failed':
      showMessage('error', failureText(record), [nextStep(record, actions), showLogAction(log)], log);
      break;
    case 'cancelled':
    case 'interrupted':
    case 'running':
      break;
  }
}

function nextStep(record: JobRecord, actions: EndActions): Action {
  switch (stepAfter(record.error)) {
    case 'chooseFolder':
      return { title: vscode.l10n.t('Choose Another Folder…'), run: () => actions.chooseFolder(record) };
    case 'changeUrl':
      return { title: vscode.l10n.t('Change URL…'), run: () => actions.changeUrl(record) };
    case 'tryAgain':
      return { title: vscode.l10n.t('Try Again'), run: () => actions.tryAgain(record) };
  }
}

/** What helps after a failure: a full or locked folder, a URL that is none, or another try. */
export function stepAfter(error: ErrorReport | undefined): 'chooseFolder' | 'changeUrl' | 'tryAgain' {
  if (error === undefined) return 'tryAgain';
  if (error.code.startsWith('HLS_DISK_')) return 'chooseFolder';
  const isAboutUrl = ['HLS_URL', 'HLS_OPTION', 'HLS_PLAYLIST_NOT_HLS', 'HLS_PLAYLIST_EMPTY'].includes(error.code);
  return isAboutUrl ? 'changeUrl' : 'tryAgain';
}

/** An engine's report as one text. */
export function reportText({ message, hint }: ErrorReport): string {
  return `${asSentence(message)} ${asSentence(hint)}`.trim();
}
