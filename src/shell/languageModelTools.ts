import { join } from 'node:path';
import * as vscode from 'vscode';
import { redactUrl } from '../engine/redact.ts';
import type { JobStore } from '../jobs/store.ts';
import { readProfileFile } from '../profile/formats/file.ts';
import type { ClaimsOnDemand } from './claims/loading.ts';
import { statIfThere } from './deletion.ts';
import { homeFolder } from './diskFolders.ts';
import type { DownloadFlow } from './downloadFlow.ts';
import { placeOf } from './downloadLink.ts';
import { answerHotFrames } from './hotFramesAnswer.ts';
import type { JobActions } from './jobActions.ts';
import type { ProfileJudge } from './profileJudge.ts';
import { toPublicJob } from './publicJob.ts';
import {
  readDownloadInput,
  readHotFramesInput,
  readListInput,
  ToolInputError,
  type DownloadInput,
} from './toolInputs.ts';

/** What the tools work with. */
export interface ToolParts {
  store: JobStore;
  flow: DownloadFlow;
  jobs: JobActions;
  judge: ProfileJudge;
  claims: ClaimsOnDemand;
}

type Invocation = vscode.LanguageModelToolInvocationOptions<unknown>;

/** Does the work of a tool; what it answers is given as JSON. */
type Work = (input: unknown, token: vscode.CancellationToken) => Promise<unknown>;

/** Registers the tools of `contributes.languageModelTools`, where the workbench has such a thing. */
export function registerLanguageModelTools(parts: ToolParts): vscode.Disposable {
  const { lm } = vscode as { lm?: Partial<typeof vscode.lm> };
  const register = lm?.registerTool;
  if (register === undefined) return new vscode.Disposable(() => undefined);
  return vscode.Disposable.from(
    register('hotframe_download_playlist', {
      prepareInvocation: ({ input }) => prepareDownload(readDownload(input)),
      invoke: answering((input, token) => download(readDownload(input), parts.flow, token)),
    }),
    register('hotframe_list_jobs', { invoke: answering((input) => listJobs(input, parts.store)) }),
    register('hotframe_hot_frames', { invoke: answering((input) => nameHotFrames(input, parts)) }),
    register('hotframe_test_claim', {
      prepareInvocation: async ({ input }) => (await parts.claims.load()).prepareTool(input),
      invoke: answering(async (input, token) => (await parts.claims.load()).invokeTool(input, token)),
    }),
  );
}

function answering(work: Work): vscode.LanguageModelTool<unknown>['invoke'] {
  return async ({ input }: Invocation, token) => {
    throwIfCancelled(token);
    const answer = await work(input, token);
    throwIfCancelled(token);
    return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(answer))]);
  };
}

function throwIfCancelled(token: vscode.CancellationToken): void {
  if (token.isCancellationRequested) throw new vscode.CancellationError();
}

function readDownload(input: unknown): DownloadInput {
  return readDownloadInput(input, homeFolder()?.uri.fsPath);
}

/** The person sees where from and where to before anything is fetched. */
function prepareDownload({ url, output, duration }: DownloadInput): vscode.PreparedToolInvocation {
  const message = new vscode.MarkdownString();
  message.appendText(vscode.l10n.t('From:'));
  message.appendCodeblock(redactUrl(url), 'text');
  message.appendText(vscode.l10n.t('To:'));
  message.appendCodeblock(output, 'text');
  if (duration !== undefined) message.appendText(vscode.l10n.t('The first {0} seconds of it.', duration));
  const { origin } = placeOf(url);
  return {
    invocationMessage: vscode.l10n.t('Downloading the playlist of {0}', origin),
    confirmationMessages: { title: vscode.l10n.t('Download the playlist of {0}?', origin), message },
  };
}

async function download(input: DownloadInput, flow: DownloadFlow, token: vscode.CancellationToken): Promise<unknown> {
  // A person is asked before a file is replaced; who confirms in advance is not.
  if ((await statIfThere(input.output)) !== undefined) {
    throw new ToolInputError('output', 'is there already, and is not replaced; name another file');
  }
  const running = await flow.start(input);
  const listener = token.onCancellationRequested(() => running.cancel());
  // It may have been requested meanwhile.
  if (token.isCancellationRequested) running.cancel();
  try {
    const { record, folder, exitCode } = await running.ended;
    return { ...toPublicJob(record, folder), exitCode };
  } finally {
    listener.dispose();
  }
}

async function listJobs(input: unknown, store: JobStore): Promise<unknown> {
  const { limit, state } = readListInput(input);
  const jobs = (await store.list())
    .flatMap((entry) => (entry.kind === 'job' ? [toPublicJob(entry.record, entry.folder)] : []))
    .filter((job) => state === undefined || job.state === state);
  return { total: jobs.length, jobs: jobs.slice(0, limit) };
}

async function nameHotFrames(input: unknown, { jobs, judge }: ToolParts): Promise<unknown> {
  const { job, profile: name, top } = readHotFramesInput(input);
  const { folder, record } = await jobs.find(job);
  const profile = record.profiles.find((one) => name === undefined || one.name === name || one.file === name);
  if (profile === undefined) {
    const names = record.profiles.map((one) => one.name).join(', ') || 'none';
    throw new ToolInputError('profile', `is not one of this job's profiles (${names})`);
  }
  const read = await readProfileFile(join(folder, 'profiles', profile.file), profile.name);
  const { value } = judge.judge((judging) => answerHotFrames(read, judging, top));
  return { job, profile: profile.name, ...value };
}
