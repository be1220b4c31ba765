import * as vscode from 'vscode';
import { keptOf } from '../jobs/kept.ts';
import type { JobRecord } from '../jobs/record.ts';
import type { ProfileEnd } from '../worker.ts';
import type { Download, DownloadResult, SalvagedFile } from './download.ts';
import type { Downloads } from './downloads.ts';
import { shareOf } from './figures.ts';
import type { Log } from './log.ts';
import { stepsAfter, type Step } from './nextSteps.ts';
import { isEndNews } from './queue/endNews.ts';
import { salvagedText } from './recordingSentences.ts';
import { completionText, failureText, jobLabel, liveText, reportText, restartText } from './sentences.ts';
import { translated } from './translated.ts';

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

/**
 * Follows a download in a notification with percentage, speed, time left and Cancel, until it ends.
 * @param openFile opens a file that the download says something about.
 */
export function showProgress(
  download: Download,
  downloads: Downloads,
  openFile: (path: string) => unknown,
  log: Log,
): void {
  // No title: it could not change when the variant is known.
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true };
  const shown = vscode.window.withProgress(options, async (progress, token) => {
    let reported = 0;
    let hasToldRestart = false;
    let saved = 0;
    const report = (): void => {
      const { record, live } = download;
      const percent = percentOf(download);
      const message = `${jobLabel(record)}: ${liveText(record, live)}`;
      // Any increment makes of a bar that just moves one that fills.
      progress.report(percent === undefined ? { message } : { message, increment: percent - reported });
      reported = percent ?? reported;
      for (const file of live.salvaged.slice(saved)) showSalvaged(file, record, openFile, log);
      saved = live.salvaged.length;
      if (!live.hasPlaylistChanged || hasToldRestart) return;
      hasToldRestart = true;
      showMessage('warning', restartText(record), [], log);
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

function showSalvaged(file: SalvagedFile, record: JobRecord, openFile: (path: string) => unknown, log: Log): void {
  const open = { title: vscode.l10n.t('Open'), run: () => openFile(file.path) };
  showMessage('info', salvagedText(record, file), [open], log);
}

/** Nothing for a recording, whose end nobody knows, and until the plan is made: the record has an earlier try's till then. */
function percentOf({ record: { progress }, live }: Download): number | undefined {
  if (progress === undefined || live.phase === 'starting' || live.recording !== undefined) return undefined;
  return shareOf(progress.fragments, progress.fragmentsTotal) * 100;
}

/** What a person can do from the message at the end. */
export interface EndActions {
  open: (record: JobRecord) => unknown;
  openFlamegraph: (record: JobRecord) => unknown;
  /** The same job goes on. */
  resume: (record: JobRecord) => unknown;
  resumeWithNewUrl: (record: JobRecord) => unknown;
  allowGaps: (record: JobRecord) => unknown;
  /** Another job, to another place. */
  chooseFolder: (record: JobRecord) => unknown;
}

/** Tells how a download ended, in one message with the next step, if that is news. */
export function showEnd({ record }: DownloadResult, actions: EndActions, log: Log): void {
  if (!isEndNews(record.state, record.receipt?.wallMs, vscode.window.state.focused)) return;
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
      showMessage('error', failureText(record), [...nextActions(record, actions), showLogAction(log)], log);
      break;
    case 'cancelled':
    case 'interrupted':
    case 'paused':
    case 'queued':
    case 'running':
      break;
  }
}

/** Tells why there is no profile, or what it does not see. */
export function showProfileEnd(error: ProfileEnd['profileError'], lost: readonly string[], log: Log): void {
  const actions = [showLogAction(log)];
  if (error !== undefined)
    showMessage('warning', vscode.l10n.t('There is no profile. {0}', reportText(error)), actions, log);
  else if (lost.length > 0)
    showMessage(
      'warning',
      vscode.l10n.t('The profile is not whole: {0}.', lost.map(translated).join('; ')),
      actions,
      log,
    );
}

function nextActions(record: JobRecord, actions: EndActions): Action[] {
  const hasKept = (keptOf(record)?.fragments ?? 0) > 0;
  const work: Record<Step, (record: JobRecord) => unknown> = {
    ...actions,
    tryAgain: actions.resume,
    changeUrl: actions.resumeWithNewUrl,
  };
  return stepsAfter(record.error, hasKept).map((step) => ({ title: stepTitle(step), run: () => work[step](record) }));
}

/** The label of a button. */
export function stepTitle(step: Step): string {
  switch (step) {
    case 'resume':
      return vscode.l10n.t('Resume');
    case 'tryAgain':
      return vscode.l10n.t('Try Again');
    case 'resumeWithNewUrl':
      return vscode.l10n.t('Resume with New URL…');
    case 'changeUrl':
      return vscode.l10n.t('Change URL…');
    case 'allowGaps':
      return vscode.l10n.t('Allow Gaps');
    case 'chooseFolder':
      return vscode.l10n.t('Choose Another Folder…');
  }
}
