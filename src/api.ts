import type { Uri } from 'vscode';

/**
 * What Hotframe gives to other extensions: what `activate` returns, and `exports` holds once it is active. These types
 * stand alone, to be copied into another project; docs/api.md shows how they are used.
 */
export interface HotframeExports {
  /** The API of that version. Throws a RangeError for one that this Hotframe does not have. */
  getApi: (version: 1) => HotframeApi;
}

/** Version 1. What is here stays as it is; what is new is added, and is optional where it is asked of others. */
export interface HotframeApi {
  readonly version: 1;
  /** The folder that holds the jobs, one folder each, named by their ids. */
  readonly jobsFolder: string;
  /** All jobs whose record can be read, newest first. */
  listJobs: () => Promise<Job[]>;
  /**
   * Starts a download and asks nothing: what is left out, the settings decide. A file at `output` is replaced once the
   * new one is whole. The person sees how it goes, and can cancel it.
   * @returns once it has begun, or waits for its turn: no more run at once than the person's settings allow. Rejects with a
   * TypeError or an Error that names what is wrong with the request, or when another download writes the same file.
   */
  download: (request: DownloadRequest) => Promise<RunningDownload>;
  /**
   * Lets a job go on that failed, was paused or was interrupted.
   * @returns once it has begun, or waits for its turn; rejects when there is no such job, when it is running or over, and where its whole URL
   * is not stored on this machine.
   */
  resume: (jobId: string) => Promise<RunningDownload>;
  /**
   * Copies a profile into a job, in any of the formats that Hotframe reads; they are known by their content.
   * @returns the profile as the job has it; rejects when it cannot be read, when there is no such job, and while that
   * runs in another window.
   */
  attachProfile: (jobId: string, file: Uri | ProfileBytes) => Promise<JobProfile>;
}

/** What to download. */
export interface DownloadRequest {
  /** http(s) URL of a multivariant or media playlist. Only a redacted form of it is written down. */
  url: string;
  /** Absolute path of the file. */
  output: string;
  /** Sent to the origin of `url` only, and before those that a person has set for it. */
  headers?: Record<string, string>;
  /** `best`, `worst`, a height such as `1080p`, or a bandwidth in bits per second. */
  variant?: string;
  /** `default`, `none`, `all`, or languages or names. */
  audio?: string | readonly string[];
  /** `none`, `default`, `all`, or languages or names. */
  subtitles?: string | readonly string[];
  /** Only so much media, in seconds. */
  duration?: number;
  /** Go on without the fragments that cannot be had. */
  allowGaps?: boolean;
  /** Profile that is recorded. */
  profile?: 'cpu' | 'native' | 'heap' | 'none';
  write?: 'streaming' | 'buffered';
  /** Fragments fetched at once. */
  concurrency?: number | 'auto';
  http?: 'auto' | '1.1' | '2';
}

/** A profile that is in memory. */
export interface ProfileBytes {
  /** A file's name. */
  name: string;
  bytes: Uint8Array;
}

/** A download that has begun. */
export interface RunningDownload {
  /** The job's id. */
  readonly id: string;
  /** Resolves when it is over, however it ended; rejects when its record cannot be written. */
  readonly ended: Promise<DownloadEnd>;
  /** Ends it. Nothing of it stays, but for a recording of a live stream, whose file is finished. */
  cancel: () => void;
}

/** How a download ended. */
export interface DownloadEnd {
  job: Job;
  /** As that of the command line: 0 whole, 6 whole but for gaps, 3 origin or network, 4 playlist, 5 disk, 130 cancelled. */
  exitCode: number;
}

/** A download, running or over. Holds no query value and no header. */
export interface Job {
  id: string;
  title: string;
  /**
   * `running`: it runs, or waits for its turn (`isQueued`). `interrupted`: the window that it ran in closed, or died, or a
   * person paused it (`isPaused`).
   */
  state: 'running' | 'complete' | 'completeWithGaps' | 'failed' | 'cancelled' | 'interrupted';
  /** It waits until another download of its window is over; only then. */
  isQueued?: true;
  /** A person stopped it for a while; only then. */
  isPaused?: true;
  /** Without its query values. */
  url: string;
  /** Absolute path of the file; it is there when the job is complete, but for a replay. */
  output: string;
  /** It is another job downloaded again from this machine, and its file was removed at its end; only then. */
  isReplay?: true;
  /** The job's own folder. */
  folder: string;
  /** ISO 8601. */
  createdAt: string;
  /** ISO 8601. */
  endedAt?: string;
  /** Of the file, or of what is there so far. */
  bytes?: number;
  /** How long it took, in milliseconds. */
  wallMs?: number;
  fragments?: { done: number; total: number; gaps: number };
  error?: { code: string; message: string; hint: string };
  profiles: JobProfile[];
}

/** A profile of a job. */
export interface JobProfile {
  name: string;
  /** Absolute. */
  path: string;
  /** `cpu`, `native`, `heap`: recorded of this download; `attached`: brought from elsewhere. */
  kind: 'cpu' | 'native' | 'heap' | 'attached';
  format: string;
  /** The frame with most time of its own; `share` is of the busy time, 0 to 1. */
  topFrame?: { name: string; share: number };
  /** The suspects that the gate found, by name of the frames and by whole stacks. */
  gate: { literal: string[]; owned: string[] };
}
