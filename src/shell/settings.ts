import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import type { DownloadRequest } from '../engine/request.ts';
import type { ArmSettings, JobWishes } from '../jobs/record.ts';
import { PROFILE_MAX_BYTES } from '../profile/record/recording.ts';
import { readArm } from './armSettings.ts';
import { homeFolder } from './diskFolders.ts';
import { readLimits } from './limitSettings.ts';
import { expandHome } from './localPath.ts';
import { downloadBounds } from './queue/limit.ts';
import { proxiesOf } from './proxySettings.ts';
import { DEAD_AFTER_MAX_S, wishChoices } from './wishes.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const MAXIMUM_RATE_KIB = 1e9;
/** Readers refuse much larger ones. */
const MAXIMUM_PROFILE_MIB = 400;
const MAXIMUM_QUOTA_MIB = 1e9;

/** The settings of a download as the person has them (docs/reference.md, "Settings"). */
export function readArmSettings(): ArmSettings {
  const settings = vscode.workspace.getConfiguration('hotframe');
  return readArm((name) => settings.get(name));
}

/** What the machine and its network allow, and how it is reached: as it is set now, whatever it was when a job began. */
export function readPolicies(): Pick<DownloadRequest, 'limits' | 'allowPrivateAddresses' | 'proxy'> {
  const settings = vscode.workspace.getConfiguration('hotframe');
  const network = vscode.workspace.getConfiguration('http');
  const proxy = proxiesOf((name) => network.get(name), process.env);
  return {
    limits: readLimits((name) => settings.get(`limits.${name}`)),
    allowPrivateAddresses: settings.get<boolean>('allowPrivateAddresses', false),
    ...(proxy === undefined ? {} : { proxy }),
  };
}

/** Bytes a second that a download may take of the network, as it is set now; nothing without a bound. */
export function readMaximumRate(): Pick<DownloadRequest, 'rateBytesPerSecond'> {
  const value = readBounded('maximumKiBPerSecond', MAXIMUM_RATE_KIB);
  return value === undefined ? {} : { rateBytesPerSecond: Math.round(value * KIB) };
}

/** How many downloads may run at once in this window. */
export function readMaximumDownloads(): number {
  return Math.floor(readBounded('maximumConcurrentDownloads', downloadBounds.maximum) ?? downloadBounds.default);
}

/** Largest profile, in bytes. */
export function readProfileMaximum(): number {
  return (readBounded('profileMaximumMiB', MAXIMUM_PROFILE_MIB) ?? PROFILE_MAX_BYTES / MIB) * MIB;
}

/** Bytes that the jobs and their profiles may take on disk; nothing without a bound. */
export function readStorageQuota(): number | undefined {
  const value = readBounded('storageQuotaMiB', MAXIMUM_QUOTA_MIB);
  return value === undefined ? undefined : value * MIB;
}

/** Whether a download goes on without the fragments that cannot be had, unless it was told. */
export function readAllowGaps(): boolean {
  return vscode.workspace.getConfiguration('hotframe').get<boolean>('allowGaps', false);
}

/** The tracks of a stream that are taken where nobody says which. Keywords only: what they mean, every stream has. */
export function readTrackSettings(): { audio: TrackKeyword; subtitles: TrackKeyword } {
  return {
    audio: readChoice('audio', ['default', 'all', 'none']),
    subtitles: readChoice('subtitles', ['none', 'default', 'all']),
  };
}

export type TrackKeyword = 'default' | 'all' | 'none';

/** What is wanted of a stream where nobody says otherwise. */
export function readWishSettings(): JobWishes {
  const from = readChoice('recording.from', ['auto', ...wishChoices.from]);
  const deadAfterS = readBounded('recording.deadAfterSeconds', DEAD_AFTER_MAX_S);
  return {
    ...readTrackSettings(),
    subtitleFormat: readChoice('subtitleFormat', wishChoices.subtitleFormat),
    mux: readChoice('mux', wishChoices.mux),
    ...(from === 'auto' ? {} : { from }),
    ...(deadAfterS === undefined ? {} : { deadAfterS }),
    ...(readAllowGaps() ? { allowGaps: true } : {}),
  };
}

/** The workbench only warns about a value that is not listed: the first one counts then. */
function readChoice<T extends string>(name: string, values: readonly [T, ...T[]]): T {
  const value = vscode.workspace.getConfiguration('hotframe').get<unknown>(name);
  return values.find((known) => known === value) ?? values[0];
}

/** A number from 1 on, moved to the nearest bound; nothing where none is set. */
function readBounded(name: string, maximum: number): number | undefined {
  const value = vscode.workspace.getConfiguration('hotframe').get<unknown>(name);
  if (typeof value !== 'number' || Number.isNaN(value)) return undefined;
  return Math.min(maximum, Math.max(1, value));
}

/**
 * The folder that the save dialog starts in: `hotframe.downloadFolder` (`~` is the home folder, a relative path is in
 * the workspace's folder), else the workspace's folder, else Downloads, else home. Always one on a disk.
 *
 * @param document what the download was started from: of several folders of the workspace, its own counts
 */
export async function findDownloadFolder(document?: vscode.Uri): Promise<vscode.Uri> {
  const workspace = homeFolder(document)?.uri;
  const home = vscode.Uri.file(homedir());
  const wished = vscode.workspace.getConfiguration('hotframe', workspace).get<string>('downloadFolder', '').trim();
  if (wished !== '') return resolveFolder(wished, workspace ?? home);
  if (workspace !== undefined) return workspace;
  const downloads = vscode.Uri.joinPath(home, 'Downloads');
  return (await isFolder(downloads)) ? downloads : home;
}

function resolveFolder(path: string, base: vscode.Uri): vscode.Uri {
  const expanded = expandHome(path, homedir());
  return isAbsolute(expanded) ? vscode.Uri.file(expanded) : vscode.Uri.joinPath(base, expanded);
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  try {
    const { type } = await vscode.workspace.fs.stat(uri);
    return (type & vscode.FileType.Directory) !== 0;
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return false;
    throw error;
  }
}
