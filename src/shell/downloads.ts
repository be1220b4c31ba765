import { rm } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import * as vscode from 'vscode';
import { Interruption, type ErrorReport } from '../engine/errors.ts';
import { removeUnfinished } from '../engine/output/unfinished.ts';
import { redactUrl } from '../engine/redact.ts';
import type { DownloadRequest } from '../engine/request.ts';
import { findKept, hasInterruptedRecording, targetsOf, targetsWith } from '../jobs/kept.ts';
import { mergeHeaders, type OriginHeaders } from '../jobs/originHeaders.ts';
import type { ActiveState, ArmSettings, JobReplay, JobRequest, JobWishes } from '../jobs/record.ts';
import type { JobSecretVault } from '../jobs/secrets.ts';
import type { JobStore } from '../jobs/store.ts';
import type { RunningJob } from '../jobs/runningJob.ts';
import { readProfileFile } from '../profile/formats/file.ts';
import { PROFILE_EXTENSIONS, type ProfileRequest } from '../profile/record/recording.ts';
import { trustedCertificates } from './certificates.ts';
import { Download } from './download.ts';
import { withoutUndefined } from './withoutUndefined.ts';
import type { EndSignals, EngineEnd, EngineThreads } from './engineThread.ts';
import { describeEvent } from './eventLog.ts';
import { asError, type Log } from './log.ts';
import { showProfileEnd } from './notifications.ts';
import type { ProfileJudge } from './profileJudge.ts';
import { newProfileFile, summariseProfile } from './profileSummary.ts';
import { DownloadQueue } from './queue/queue.ts';
import { readMaximumDownloads, readMaximumRate, readPolicies, readProfileMaximum } from './settings.ts';
import { pickWishes } from './wishes.ts';

/** What to download, with its secrets. */
export interface DownloadOptions extends JobWishes {
  url: string;
  /** Absolute path. */
  output: string;
  headers?: Record<string, string>;
  /** PEM, trusted in addition to the system's certificates. */
  ca?: string;
  settings: ArmSettings;
  /** The URL is that of a replay on this machine. */
  replay?: JobReplay;
}

/** What downloads are kept and made with. */
export interface DownloadsParts {
  store: JobStore;
  secrets: JobSecretVault;
  /** What a person has set for origins. */
  headers: OriginHeaders;
  engine: EngineThreads;
  judge: ProfileJudge;
  log: Log;
}

/** How a new download begins. */
export interface StartOptions {
  /**
   * Removes what earlier downloads to the same files left unfinished; without it the engine goes on from there, if it is of
   * the same playlist, or saves it, if both are recordings.
   */
  isFresh: boolean;
  /** Whether it is the recording of a live stream, if that is known: then it does not wait. */
  isLive?: boolean | undefined;
}

/** The downloads that run or wait in this window: starts them, knows them, stops them with the window. */
export class Downloads {
  readonly #store: JobStore;
  readonly #secrets: JobSecretVault;
  readonly #headers: OriginHeaders;
  readonly #engine: EngineThreads;
  readonly #judge: ProfileJudge;
  readonly #log: Log;
  readonly #running = new Map<string, Download>();
  readonly #changed = new vscode.EventEmitter<Download>();
  /** A download was queued, started, came further, or ended. */
  readonly onDidChange = this.#changed.event;
  readonly #reordered = new vscode.EventEmitter<void>();
  /** Somebody's number in the queue is another one. */
  readonly onDidReorder = this.#reordered.event;
  /** Who of them runs and who waits. */
  readonly queue = new DownloadQueue(readMaximumDownloads, () => this.#tellWaiting());
  readonly #settings = vscode.workspace.onDidChangeConfiguration(() => this.queue.refill());

  constructor({ store, secrets, headers, engine, judge, log }: DownloadsParts) {
    this.#store = store;
    this.#secrets = secrets;
    this.#headers = headers;
    this.#engine = engine;
    this.#judge = judge;
    this.#log = log;
  }

  /** A download that runs here, or waits. */
  get(id: string): Download | undefined {
    return this.#running.get(id);
  }

  /** All that run here or wait. */
  get all(): Download[] {
    return [...this.#running.values()];
  }

  /**
   * Creates a job and starts its download, or lets it wait for its turn.
   * @throws TargetBusyError when the output is being written by another download, or one waits to.
   */
  async start(options: DownloadOptions, { isFresh, isLive }: StartOptions): Promise<Download> {
    const download = await this.#enter(
      (state) => this.#store.create(toJobRequest(options), titleOf(options), state),
      isLive,
    );
    return this.#begin(download, options, isFresh);
  }

  /**
   * Lets a job go on that failed, was paused or was interrupted, at its turn; the engine fetches what is missing.
   * @throws JobBusyError, JobOverError, TargetBusyError, RecordError as `JobStore.reopen`.
   */
  async resume(id: string, options: DownloadOptions, isLive?: boolean): Promise<Download> {
    const request = toJobRequest(options);
    const download = await this.#enter((state) => this.#store.reopen(id, { request }, state), isLive);
    return this.#begin(download, options, false);
  }

  /** Takes a place in the queue, and opens the job as one that has its turn or waits for it. */
  async #enter(open: (state: ActiveState) => Promise<RunningJob>, isLive = false): Promise<Download> {
    const place = this.queue.enter(isLive);
    try {
      const job = await open(place.number === undefined ? 'running' : 'queued');
      const download = new Download(job, place, () => this.#changed.fire(download));
      // At once: as soon as it is on disk, somebody may want to pause or cancel it.
      this.#running.set(job.id, download);
      return download;
    } catch (error) {
      place.leave();
      throw error;
    }
  }

  async #begin(download: Download, options: DownloadOptions, isFresh: boolean): Promise<Download> {
    const { id, record } = download;
    if (options.replay === undefined) await this.#keepSecrets(id, options);
    this.#log.info(`${id}: ${record.state}, ${options.url} to ${options.output}`);
    download.run(async (signals) => {
      try {
        await this.#waitForTurn(download, signals.signal);
        if (isFresh) await this.#removeUnfinished(options.output);
        return await this.#runEngine(download, options, signals);
      } finally {
        download.place.leave();
      }
    });
    this.#log.follow(
      download.ended.finally(() => {
        this.#running.delete(id);
        this.#log.info(`${id}: ${download.record.state}${describeError(download.record.error)}`);
        this.#changed.fire(download);
      }),
    );
    this.#changed.fire(download);
    return download;
  }

  async #waitForTurn({ job, place }: Download, signal: AbortSignal): Promise<void> {
    try {
      await place.turn(signal);
    } catch (reason) {
      const { state, startedAt } = job.record;
      // Of what is cancelled nothing stays, and here no engine sees to it. One that never ran has left nothing.
      const hasLeft = state === 'queued' && startedAt !== undefined;
      if (hasLeft && !(reason instanceof Interruption)) await removeUnfinished(targetsOf(job.record));
      throw reason;
    }
    await job.begin();
  }

  /** The number of each in the queue is another one. */
  #tellWaiting(): void {
    this.#reordered.fire();
    for (const download of this.#running.values()) {
      if (download.record.state === 'queued') this.#changed.fire(download);
    }
  }

  /**
   * The headers that requests for that URL carry: those that were given, and those that a person has set for its origin. Where these cannot be
   * read, without them.
   */
  async headersFor({ url, headers }: Pick<DownloadOptions, 'url' | 'headers'>): Promise<Record<string, string>> {
    try {
      return mergeHeaders(await this.#headers.of(url), headers);
    } catch (error) {
      this.#log.error(asError(error));
      return headers ?? {};
    }
  }

  /** The job that stopped on its way to this output and left something of it, and how many bytes. */
  async findKept(output: string): Promise<ReturnType<typeof findKept>> {
    return findKept(output, await this.#store.list());
  }

  /** Whether a recording to this output was interrupted and may have left something. */
  async hasInterruptedRecording(output: string): Promise<boolean> {
    return hasInterruptedRecording(output, await this.#store.list());
  }

  /** What cannot be removed is in nobody's way: the engine looks at it and decides. */
  async #removeUnfinished(output: string): Promise<void> {
    try {
      await removeUnfinished(targetsWith(output, await this.#store.list()));
    } catch (error) {
      this.#log.error(asError(error));
    }
  }

  /** Stops all downloads, which end as interrupted, and waits for them. */
  async stop(): Promise<void> {
    const { all } = this;
    for (const download of all) download.interrupt();
    await Promise.allSettled(all.map((download) => download.ended));
    this.#settings.dispose();
    this.#changed.dispose();
    this.#reordered.dispose();
  }

  async #runEngine(
    download: Download,
    options: DownloadOptions,
    signals: EndSignals,
  ): ReturnType<EngineThreads['download']> {
    const { job } = download;
    const { settings } = options;
    const { profile: kind, profileIntervalUs: intervalUs = 5000 } = settings;
    if (kind === 'none') return this.#runThread(download, options, undefined, signals);
    const name = kind === 'cpu' ? 'engine' : kind;
    const path = await job.reserveProfile(`${name}.${PROFILE_EXTENSIONS[kind]}`);
    const profile = { kind, path, intervalUs, sizeMaxBytes: readProfileMaximum() };
    try {
      return await this.#runThread(download, options, profile, signals);
    } finally {
      const isListed = job.record.profiles.some(({ file }) => file === basename(path));
      if (!isListed) await rm(path, { force: true });
    }
  }

  async #runThread(
    download: Download,
    options: DownloadOptions,
    profile: ProfileRequest | undefined,
    signals: EndSignals,
  ): ReturnType<EngineThreads['download']> {
    const { job } = download;
    const end = await this.#engine.download(
      {
        type: 'download',
        request: toEngineRequest(options, await this.headersFor(options)),
        ...(profile === undefined ? {} : { profile }),
      },
      (event) => {
        const line = describeEvent(event);
        if (line !== undefined) this.#log.info(`${job.id}: ${line}`);
        this.#log.follow(download.take(event));
      },
      signals,
    );
    if (profile !== undefined) await this.#takeProfile(job, profile, end);
    return end;
  }

  /** Lists what was recorded, and says what could not be. */
  async #takeProfile(job: RunningJob, { kind, path }: ProfileRequest, end: EngineEnd): Promise<void> {
    const { profileError: error, profileLost: lost = [] } = end;
    if (error === undefined) await this.#addProfile(job, kind, path);
    else this.#log.error(`${job.id}: no ${kind} profile: ${error.message}`);
    for (const text of lost) this.#log.warn(`${job.id}: the ${kind} profile: ${text}`);
    // One that was asked for and sees less, or nothing, is no less than what was downloaded a thing to be told.
    showProfileEnd(error, lost, this.#log);
  }

  /** Lists the recorded profile in the job. A download is not worse for a profile that cannot be read. */
  async #addProfile(job: RunningJob, kind: ProfileRequest['kind'], path: string): Promise<void> {
    try {
      const read = await readProfileFile(path);
      const file = newProfileFile(kind, basename(path));
      const profile = summariseProfile(read, file, (work) => this.#judge.judge(work));
      await job.update((record) => ({ profiles: [...record.profiles, profile] }));
    } catch (error) {
      this.#log.error(asError(error));
    }
  }

  /** Without its secrets a job still downloads; only running it again, or resuming it, asks for the URL. */
  async #keepSecrets(id: string, { url, headers, ca }: DownloadOptions): Promise<void> {
    try {
      await this.#secrets.store(id, { url, ...withoutUndefined({ headers, ca }) });
    } catch (error) {
      this.#log.error(asError(error));
    }
  }
}

/** The request as it may lie on disk. */
function toJobRequest({ url, output, settings, ...options }: DownloadOptions): JobRequest {
  const { replay } = options;
  return { url: redactUrl(url), output, ...pickWishes(options), settings, ...withoutUndefined({ replay }) };
}

function toEngineRequest(
  { settings, ca, replay, ...options }: DownloadOptions,
  headers: Record<string, string>,
): DownloadRequest {
  const { write, concurrency, http, reorderMemoryBytes } = settings;
  const trusted = trustedCertificates(ca);
  const chosen = withoutUndefined({ write, concurrency, http, reorderMemoryBytes, ca: trusted });
  const { limits = {}, ...network } = { ...readPolicies(), ...readMaximumRate() };
  // No network lies before a replay: its times are the recorded ones.
  const own = replay === undefined ? network : { resume: false };
  return { ...options, headers, ...chosen, limits, ...own };
}

function titleOf({ output, replay }: DownloadOptions): string {
  if (replay !== undefined) return vscode.l10n.t('Replay of {0}', replay.title);
  return basename(output, extname(output)) || basename(output);
}

function describeError(error: ErrorReport | undefined): string {
  if (error === undefined) return '';
  const place = error.fragment === undefined ? '' : ` at fragment ${error.fragment + 1}`;
  return ` (${error.code}${place}: ${error.message})`;
}
