import * as vscode from 'vscode';
import { JobBusyError, JobOverError, TargetBusyError } from '../jobs/errors.ts';
import { asError } from './log.ts';
import { stateText } from './sentences.ts';
import { translated } from './translated.ts';

/** Why a download did not start, or could not be written down, in words. */
export interface Refusal {
  text: string;
  /** Another place helps. */
  isAboutTarget: boolean;
}

/** Puts into words why a download did not start, or could not be written down. */
export function describeRefusal(error: unknown): Refusal {
  if (error instanceof TargetBusyError) {
    const text = vscode.l10n.t(
      '{0} is being written by another download. Choose another name, or wait for it.',
      error.output,
    );
    return { text, isAboutTarget: true };
  }
  return { text: describeJobRefusal(error), isAboutTarget: false };
}

function describeJobRefusal(error: unknown): string {
  if (error instanceof JobBusyError) return vscode.l10n.t('This job runs already, here or in another window.');
  if (error instanceof JobOverError) {
    return vscode.l10n.t(
      'This job is over ({0}). Only what failed, was paused or was interrupted can go on.',
      stateText(error),
    );
  }
  return vscode.l10n.t("The download's record could not be written: {0}", translated(asError(error).message));
}
