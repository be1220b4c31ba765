import * as vscode from 'vscode';
import { ProfileError } from '../profile/errors.ts';
import type { Judging } from '../profile/hotFrames.ts';
import { readJudging, type JudgingChoice } from './judgingSettings.ts';
import type { Log } from './log.ts';
import { showMessage } from './notifications.ts';
import { reportText } from './sentences.ts';

const RULES_SETTING = 'hotframe.categoryRules';

/** What came of judging a profile. */
export interface Judged<T> {
  value: T;
  /** The settings that it was judged by, as `JudgingChoice` names them. */
  key: string;
  /** Why the rules of the settings had no part in it. */
  note?: string;
}

/** Judges profiles as the settings say. Rules that cannot be used are left out, and the person is told where they stand. */
export class ProfileJudge implements vscode.Disposable {
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<void>();
  /** After profiles have to be judged in another way. */
  readonly onDidChange = this.#changed.event;
  readonly #listener: vscode.Disposable;
  #choice: JudgingChoice;
  /** The last problem that was told: each is told once. */
  #told = '';

  constructor(log: Log) {
    this.#log = log;
    this.#choice = readChoice();
    this.#listener = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(RULES_SETTING) || event.affectsConfiguration('hotframe.gate')) this.#read();
    });
  }

  /** Names the settings as they are now. */
  get key(): string {
    return this.#choice.key;
  }

  /** Does work that takes how profiles are judged; when its rules turn out to be wrong, once more without them. */
  judge<T>(work: (judging: Judging) => T): Judged<T> {
    const { judging, rules, key, problem } = this.#choice;
    if (problem !== undefined) return { value: work(judging), key, note: this.#tell(problem) };
    if (rules === undefined) return { value: work(judging), key };
    try {
      return { value: work({ ...judging, rules }), key };
    } catch (error) {
      if (!(error instanceof ProfileError && error.code === 'PROFILE_RULE')) throw error;
      return { value: work(judging), key, note: this.#tell(error) };
    }
  }

  dispose(): void {
    this.#listener.dispose();
    this.#changed.dispose();
  }

  #read(): void {
    const before = this.#choice.key;
    this.#choice = readChoice();
    this.#told = '';
    if (this.#choice.key !== before) this.#changed.fire();
  }

  #tell(error: ProfileError): string {
    const { message } = error;
    if (this.#told !== message) {
      this.#told = message;
      const open = { title: vscode.l10n.t('Open Setting'), run: openSetting };
      showMessage('error', reportText(error), [open], this.#log);
    }
    return message;
  }
}

function readChoice(): JudgingChoice {
  const settings = vscode.workspace.getConfiguration('hotframe');
  return readJudging((name) => settings.get(name));
}

function openSetting(): Thenable<unknown> {
  return vscode.commands.executeCommand('workbench.action.openSettings', `@id:${RULES_SETTING}`);
}
