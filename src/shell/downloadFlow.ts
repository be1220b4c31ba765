import { stat } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { isAbortError } from '../engine/errors.ts';
import { redactUrl } from '../engine/redact.ts';
import { isResumable, type ArmSettings, type JobRecord } from '../jobs/record.ts';
import type { JobSecrets, JobSecretVault } from '../jobs/secrets.ts';
import type { Download, DownloadResult } from './download.ts';
import { askForDownload, type QuestionParts } from './downloadQuestions.ts';
import type { DownloadOptions, Downloads, StartOptions } from './downloads.ts';
import { EngineReportError } from './engineThread.ts';
import { asError, type Log } from './log.ts';
import { showEnd, showLogAction, showMessage, showProgress, stepTitle, type EndActions } from './notifications.ts';
import { askAboutKept, askOtherOutput, askToReplace, askToSendHeaders, askUrl, describeUrlFault } from './prompts.ts';
import { hasReplaced, resumeOptions, secretsAt, type ResumeChange } from './resuming.ts';
import { readAllowGaps, readArmSettings, readWishSettings } from './settings.ts';
import { describeRefusal } from './refusals.ts';
import { readWishes, toJobWishes, type GivenWishes } from './wishes.ts';
import { tellUnreadable } from './unreadable.ts';
import { withoutUndefined } from './withoutUndefined.ts';

/** What a script gives to `hotframe.download`; without `output` a person is asked for the rest. */
export interface DownloadArguments
  extends GivenWishes, Partial<ArmSettings>, Partial<Pick<DownloadOptions, 'url' | 'output' | 'headers' | 'ca'>> {
  /** What it is started from: the save dialog begins in the workspace's folder of it. */
  document?: vscode.Uri;
}

/** What the messages of a download open. */
export interface Openers extends Pick<EndActions, 'open' | 'openFlamegraph'> {
  openFile: (path: string) => unknown;
}

/** The way from a wish to a running download, and from its end to the next step. */
export class DownloadFlow {
  readonly #downloads: Downloads;
  readonly #questions: QuestionParts;
  readonly #secrets: JobSecretVault;
  readonly #log: Log;
  readonly #open: Openers;

  constructor(downloads: Downloads, secrets: JobSecretVault, questions: QuestionParts, open: Openers) {
    this.#downloads = downloads;
    this.#questions = questions;
    this.#secrets = secrets;
    this.#log = questions.log;
    this.#open = open;
  }

  /**
   * Downloads a playlist, asking for what is not given.
   * @returns how it ended; nothing when the person left, or when there was nothing to start.
   */
  async download(given: DownloadArguments = {}): Promise<DownloadResult | undefined> {
    checkWishes(given);
    if (given.output === undefined) return this.#ask(given);
    const options = checkTarget(given.url ?? '', given.output, given);
    const isFresh = !(await this.#downloads.hasInterruptedRecording(options.output));
    return this.#run(options, { isFresh });
  }

  /**
   * Starts a download for another program: nothing is asked, and what keeps it from starting is thrown. The person sees
   * how it goes and how it ended.
   * @throws Error, TypeError for what is wrong with the request; TargetBusyError when another download writes its file.
   */
  async start(given: DownloadArguments & { url: string; output: string }): Promise<Download> {
    const options = checkTarget(given.url, given.output, given);
    const isFresh = !(await this.#downloads.hasInterruptedRecording(options.output));
    return this.#followAside(await this.#downloads.start(options, { isFresh }), options);
  }

  /**
   * The same for a job that goes on.
   * @throws JobBusyError, JobOverError, TargetBusyError; Error when its whole URL is not stored here.
   */
  async startAgain(record: JobRecord): Promise<Download> {
    const options = await this.#storedOptions(record);
    return this.#followAside(await this.#downloads.resume(record.id, options, record.isLive), options);
  }

  /**
   * The same for one of several, which somebody else follows.
   * @throws as `startAgain`, and where another file is in its place by now.
   */
  async startOneOf(record: JobRecord): Promise<Download> {
    const options = await this.#storedOptions(record);
    const name = basename(options.output);
    if (await hasReplaced(record)) throw new Error(vscode.l10n.t('{0} is there already.', name));
    return this.#downloads.resume(record.id, options, record.isLive);
  }

  async #storedOptions(record: JobRecord): Promise<DownloadOptions> {
    const secrets = await this.#secrets.get(record.id);
    if (secrets === undefined) throw new Error(vscode.l10n.t('The whole URL of this job is not stored here.'));
    return resumeOptions(record.request, secrets, {}, readAllowGaps());
  }

  /**
   * Downloads what a job downloaded, with its settings, to the same place: another job, which starts from scratch. What
   * the first one kept for a resume goes.
   */
  async runAgain(record: JobRecord): Promise<DownloadResult | undefined> {
    const { request } = record;
    const secrets = await this.#secretsOf(record);
    if (secrets === undefined) return undefined;
    const output = await this.#askReplacement(request.output);
    if (output === undefined) return undefined;
    return this.#runUnlessKept({ ...request, ...secrets, output }, record.isLive);
  }

  /**
   * Lets a job that failed or was interrupted go on, the same job; what is whole is not fetched again.
   * @returns how it ended; nothing when the person left, or when it cannot go on.
   */
  async resume(record: JobRecord, change: ResumeChange = {}): Promise<DownloadResult | undefined> {
    const secrets = await this.#secretsOf(record, change.url);
    if (secrets === undefined) return undefined;
    const isInTheWay = isResumable(record) && (await hasReplaced(record));
    if (isInTheWay && !(await this.#mayReplace(record.request.output))) return undefined;
    const options = resumeOptions(record.request, secrets, change, readAllowGaps());
    return this.#follow(() => this.#downloads.resume(record.id, options, record.isLive), options);
  }

  async #ask(given: DownloadArguments): Promise<DownloadResult | undefined> {
    const url = await this.#givenUrl(given.url);
    if (url === undefined) return undefined;
    try {
      const headers = await this.#downloads.headersFor({ ...given, url });
      const answers = await askForDownload({ ...given, url, headers }, this.#questions);
      if (answers === undefined) return undefined;
      const { output, isLive, ...chosen } = answers;
      return await this.#runUnlessKept(toOptions({ ...given, ...chosen }, url, output), isLive);
    } catch (error) {
      if (isAbortError(error)) return undefined;
      if (!(error instanceof EngineReportError)) throw error;
      tellUnreadable(error, url, (changed) => this.download({ ...given, url: changed }), this.#log);
      return undefined;
    }
  }

  /** The URL that was given if it is one, else what the person types. */
  async #givenUrl(url: string | undefined): Promise<string | undefined> {
    if (url !== undefined && describeUrlFault(url) === undefined) return url.trim();
    return askUrl(url);
  }

  /**
   * Starts a download, but asks first when that would throw away what an earlier one kept. What an interrupted recording
   * kept, another recording saves.
   * @param isLive whether it is a recording, if that is known.
   */
  async #runUnlessKept(options: DownloadOptions, isLive?: boolean): Promise<DownloadResult | undefined> {
    const wasLive = await this.#downloads.hasInterruptedRecording(options.output);
    if (isLive !== false && wasLive) return this.#run(options, { isFresh: false, isLive });
    const kept = await this.#downloads.findKept(options.output);
    if (kept === undefined) return this.#run(options, { isFresh: true, isLive });
    const isSame = !wasLive && kept.record.request.url === redactUrl(options.url);
    const answer = await askAboutKept(options.output, kept.bytes, isSame);
    if (answer === 'resume') return this.resume(kept.record, { url: options.url });
    return answer === 'startOver' ? this.#run(options, { isFresh: true, isLive }) : undefined;
  }

  /** A new download starts from scratch; only Resume goes on. */
  #run(options: DownloadOptions, start: StartOptions = { isFresh: true }): Promise<DownloadResult | undefined> {
    return this.#follow(() => this.#downloads.start(options, start), options);
  }

  /** Starts a download, shows how it goes, and tells how it ended. */
  async #follow(start: () => Promise<Download>, options: DownloadOptions): Promise<DownloadResult | undefined> {
    try {
      return await this.#show(await start(), options);
    } catch (error) {
      this.#log.error(asError(error));
      const { text, isAboutTarget } = describeRefusal(error);
      const actions = [...(isAboutTarget ? [this.#chooseFolderAction(options)] : []), showLogAction(this.#log)];
      showMessage('error', text, actions, this.#log);
      return undefined;
    }
  }

  async #show(download: Download, options: DownloadOptions): Promise<DownloadResult> {
    showProgress(download, this.#downloads, this.#open.openFile, this.#log);
    const result = await download.ended;
    showEnd(result, this.#endActions(options), this.#log);
    return result;
  }

  #followAside(download: Download, options: DownloadOptions): Download {
    this.#log.follow(this.#show(download, options));
    return download;
  }

  #endActions(options: DownloadOptions): EndActions {
    return {
      ...this.#open,
      resume: (record) => this.resume(record),
      allowGaps: (record) => this.resume(record, { allowGaps: true }),
      resumeWithNewUrl: async (record) => {
        const url = await askUrl(options.url);
        if (url !== undefined) await this.resume(record, { url });
      },
      chooseFolder: () => this.#chooseFolderAction(options).run(),
    };
  }

  #chooseFolderAction(options: DownloadOptions): { title: string; run: () => Promise<void> } {
    return {
      title: stepTitle('chooseFolder'),
      run: async () => {
        const output = await askOtherOutput(options.output);
        if (output !== undefined) await this.#run({ ...options, output });
      },
    };
  }

  /** What the job was started with and is not in its record; a URL that is given here goes before the stored one. */
  async #secretsOf(record: JobRecord, given?: string): Promise<JobSecrets | undefined> {
    const secrets = await this.#secrets.get(record.id);
    if (given !== undefined) return secretsAt(given, secrets, askToSendHeaders);
    if (secrets !== undefined) return secrets;
    const prompt = vscode.l10n.t(
      'The whole URL of this job is not stored here. Enter it again: {0}',
      record.request.url,
    );
    const url = await askUrl('', prompt);
    return url === undefined ? undefined : { url };
  }

  /** Where to save again: the same place, after a question when something is there. */
  async #askReplacement(output: string): Promise<string | undefined> {
    if (!(await exists(output))) return output;
    const other = { title: vscode.l10n.t('Save As…') };
    const answer = await askToReplace(output, other);
    if (answer === other) return askOtherOutput(output);
    return answer === undefined ? undefined : output;
  }

  /** Whether a resumed job may replace the file that somebody else put in its place. */
  async #mayReplace(output: string): Promise<boolean> {
    return (await askToReplace(output)) !== undefined;
  }
}

/**
 * What is to be downloaded, with what the settings say where nothing is given.
 * @throws Error, TypeError for what is wrong with the request.
 */
export function checkTarget(url: string, output: string, given: DownloadArguments): DownloadOptions {
  const fault = describeUrlFault(url);
  if (fault !== undefined) throw new Error(fault);
  if (!isAbsolute(output)) throw new Error(vscode.l10n.t('The output "{0}" is not an absolute path.', output));
  return toOptions(given, url, output);
}

function toOptions(given: DownloadArguments, url: string, output: string): DownloadOptions {
  const { headers, ca, profile, profileIntervalUs, write, concurrency, http, reorderMemoryBytes } = given;
  const wished = { profile, profileIntervalUs, write, concurrency, http, reorderMemoryBytes };
  return {
    url: url.trim(),
    output,
    ...withoutUndefined({ headers, ca }),
    ...readWishSettings(),
    ...toJobWishes(checkWishes(given)),
    settings: { ...readArmSettings(), ...withoutUndefined(wished) },
  };
}

/** What a script asks for: a typo must not become a recording without an end, or another file. */
function checkWishes(given: DownloadArguments): GivenWishes {
  return readWishes(given, (property, message) => new TypeError(`"${property}" ${message}`));
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
