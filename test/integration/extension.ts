import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { HotframeApi, HotframeExports } from '../../src/api.ts';
import type { JobRecord } from '../../src/jobs/record.ts';
import { JobStore, type JobEntry } from '../../src/jobs/store.ts';
import type { DownloadResult } from '../../src/shell/download.ts';
import type { DownloadArguments } from '../../src/shell/downloadFlow.ts';
import type { ResumeChange } from '../../src/shell/resuming.ts';

/** The extension under test, as the workbench knows it. */
export function extension(): vscode.Extension<HotframeExports> {
  const found = vscode.extensions.getExtension<HotframeExports>('hotframe.hotframe');
  assert.ok(found, 'the extension is not installed');
  return found;
}

/** What the extension gives to others. */
export async function api(): Promise<HotframeApi> {
  return (await extension().activate()).getApi(1);
}

/** All jobs, newest first, as another process with the same store sees them. */
export async function listJobs(): Promise<JobEntry[]> {
  return new JobStore((await api()).jobsFolder).list();
}

/** Runs the download command without a question and gives how it ended. */
export async function download(options: DownloadArguments): Promise<DownloadResult> {
  const result = await vscode.commands.executeCommand<DownloadResult | undefined>('hotframe.download', options);
  assert.ok(result, 'the command started no download');
  return result;
}

/** Runs the command that lets a job go on and gives how it ended. */
export async function resume(id: string, change: ResumeChange = {}): Promise<DownloadResult> {
  const result = await vscode.commands.executeCommand<DownloadResult | undefined>('hotframe.resume', id, change);
  assert.ok(result, 'the job did not go on');
  return result;
}

/** SHA-256 of a file. */
export async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

/** The record of a job as the store has it. */
export async function readRecord(id: string): Promise<JobRecord | undefined> {
  const entry = (await listJobs()).find((candidate) => candidate.kind === 'job' && candidate.record.id === id);
  return entry?.kind === 'job' ? entry.record : undefined;
}

/** Registers hooks that give every test of a suite a fresh folder. */
export function useFolder(): { readonly path: string } {
  const folder = { path: '' };
  beforeEach(async () => {
    folder.path = await mkdtemp(join(tmpdir(), 'hotframe-integration-'));
  });
  afterEach(async () => {
    await rm(folder.path, { recursive: true, force: true });
  });
  return folder;
}

/** Waits until `check` answers; the suite's timeout is the limit. */
export async function waitFor<T>(check: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const value = await check();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
