import { mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { redactUrl } from '../engine/redact.ts';
import { EvidenceError } from '../evidence/errors.ts';
import { startOrigin } from '../evidence/origin/start.ts';
import { readRecordedJob, UnfitJobError, type RecordedJob } from '../evidence/recordedJob.ts';
import { isFinished, type JobRecord } from '../jobs/record.ts';
import type { JobStore } from '../jobs/store.ts';
import type { DownloadResult } from './download.ts';
import type { Downloads } from './downloads.ts';
import { formatBytes, formatDuration } from './figures.ts';
import type { JobActions } from './jobActions.ts';
import type { Log } from './log.ts';
import { pickJob } from './profilePicks.ts';
import { showLogAction, showMessage, showProgress } from './notifications.ts';
import { describeRefusal } from './refusals.ts';
import { fragmentsText } from './recordingSentences.ts';
import { failureText, jobLabel, sizeOf } from './sentences.ts';
import { readArmSettings } from './settings.ts';
import { withoutUndefined } from './withoutUndefined.ts';

/** What replays work with. */
export interface ReplayParts {
  store: JobStore;
  jobs: JobActions;
  downloads: Downloads;
  /** The program of the origin, `origin.cjs`. */
  originScript: string;
  openFlamegraph: (record: JobRecord) => unknown;
  log: Log;
}

/** A job, its folder, and what there is to be served of it. */
export interface ReplayableJob {
  folder: string;
  record: JobRecord;
  job: RecordedJob;
}

/** Finished jobs that are downloaded again from an origin on this machine: as long as then, without the network. */
export class Replays {
  readonly #parts: ReplayParts;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /** The newest finished job of a playlist; nothing where there is none. */
  async findJobOf(url: string): Promise<string | undefined> {
    const redacted = redactUrl(url);
    const entries = await this.#parts.store.list();
    const found = entries.find(
      (entry) => entry.kind === 'job' && canReplay(entry.record) && entry.record.request.url === redacted,
    );
    return found?.kind === 'job' ? found.record.id : undefined;
  }

  /**
   * Downloads again what a job downloaded, as another job: with its settings, and the profile that the settings ask for now. The file goes
   * to the first job's folder and is removed at the end: it is the one that is there.
   *
   * @param id of the job, or of a replay of it; asked for without one
   * @returns how it ended; nothing where the person left
   * @throws Error that says why it cannot be replayed
   */
  async replay(id?: string): Promise<DownloadResult | undefined> {
    const chosen = await this.choose(vscode.l10n.t('Replay Download'), id);
    if (chosen === undefined) return undefined;
    const place = await mkdtemp(join(chosen.folder, 'replay-'));
    try {
      return await this.#download(chosen.record, chosen.job, place);
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  }

  /**
   * A finished job that can be replayed: the one that is named, of a replay the one that it was of, or one that the person chooses.
   *
   * @returns nothing where the person left
   * @throws Error that says why it cannot be replayed
   */
  async choose(title: string, id?: string): Promise<ReplayableJob | undefined> {
    const { jobs, store } = this.#parts;
    const chosen = id ?? (await pickJob(store, title, canReplay));
    if (chosen === undefined) return undefined;
    const given = await jobs.find(chosen);
    const { replay } = given.record.request;
    const { folder, record } = replay === undefined ? given : await jobs.find(replay.job);
    return { folder, record, job: await read(folder, record) };
  }

  async #download(record: JobRecord, job: RecordedJob, place: string): Promise<DownloadResult> {
    const { downloads, originScript, log } = this.#parts;
    await using origin = await startOrigin(job.recording, originScript);
    const { request } = record;
    const { profile, profileIntervalUs } = readArmSettings();
    const options = {
      ...origin.address,
      output: join(place, basename(job.recording.file)),
      ...withoutUndefined({ mux: request.mux, sha256: request.sha256 }),
      settings: { ...request.settings, ...withoutUndefined({ profile, profileIntervalUs }) },
      replay: { job: record.id, title: jobLabel(record), workload: job.words },
    };
    const download = await downloads.start(options, { isFresh: true }).catch((error: unknown) => {
      throw new Error(describeRefusal(error).text, { cause: error });
    });
    showProgress(download, downloads, () => undefined, log);
    const result = await download.ended;
    const { activeMs, busyMs } = await origin.lap();
    log.info(`${result.id}: the origin of the replay was busy for ${busyMs.toFixed(0)} of ${activeMs.toFixed(0)} ms`);
    this.#showEnd(result.record, job);
    return result;
  }

  #showEnd(record: JobRecord, { wallMs }: RecordedJob): void {
    const { log, openFlamegraph } = this.#parts;
    if (record.state === 'failed') showMessage('error', failureText(record), [showLogAction(log)], log);
    const { receipt } = record;
    if (!isFinished(record) || receipt === undefined) return;
    const flamegraph = { title: vscode.l10n.t('Flamegraph'), run: () => openFlamegraph(record) };
    const text = vscode.l10n.t(
      '{0}: {1}, {2} in {3}; the download took {4}.',
      jobLabel(record),
      fragmentsText(receipt.fragments.total),
      formatBytes(sizeOf(receipt)),
      formatDuration(receipt.wallMs),
      formatDuration(wallMs),
    );
    showMessage('info', text, record.profiles.length > 0 ? [flamegraph] : [], log);
  }
}

/** Whether a job is one to be replayed. Whether it can be, its files say. */
function canReplay(record: JobRecord): boolean {
  return isFinished(record) && record.request.replay === undefined;
}

async function read(folder: string, record: JobRecord): Promise<RecordedJob> {
  try {
    return await readRecordedJob(folder);
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    const why = error instanceof UnfitJobError ? error.why : error.message;
    const hint = vscode.l10n.t('Download the stream again, in one go, to a .ts file: that job can be replayed.');
    throw new Error(`${vscode.l10n.t('{0} cannot be replayed: {1}.', jobLabel(record), why)} ${hint}`, {
      cause: error,
    });
  }
}
