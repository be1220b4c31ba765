import { join } from 'node:path';
import * as vscode from 'vscode';
import type { HotframeExports } from './api.ts';
import { OriginHeaders } from './jobs/originHeaders.ts';
import { JobSecretVault } from './jobs/secrets.ts';
import { JobStore } from './jobs/store.ts';
import { ClaimsOnDemand } from './shell/claims/loading.ts';
import { registerCommands } from './shell/commands.ts';
import { CurrentProfiles } from './shell/currentProfiles.ts';
import { registerDiffEditor } from './shell/diffEditor.ts';
import { DownloadFlow } from './shell/downloadFlow.ts';
import { Downloads } from './shell/downloads.ts';
import { EngineThreads } from './shell/engineThread.ts';
import { registerFlamegraphEditor } from './shell/flamegraphEditor.ts';
import { HeaderActions } from './shell/headerActions.ts';
import { JobActions } from './shell/jobActions.ts';
import { JobDrops } from './shell/jobDrops.ts';
import { JobsView } from './shell/jobsView.ts';
import { registerLanguage } from './shell/language/loading.ts';
import { registerLanguageModelTools } from './shell/languageModelTools.ts';
import { registerLinks } from './shell/links.ts';
import { asError, Log } from './shell/log.ts';
import { ProfileActions } from './shell/profileActions.ts';
import { ProfileCommands } from './shell/profileCommands.ts';
import { ProfileJudge } from './shell/profileJudge.ts';
import { PlaylistOpening } from './shell/playlistOpening.ts';
import { PlaylistSources } from './shell/playlistSources.ts';
import { createExports } from './shell/publicApi.ts';
import { ListDownloads } from './shell/queue/listDownloads.ts';
import { QueueActions } from './shell/queue/queueActions.ts';
import { QueueCommands } from './shell/queue/queueCommands.ts';
import { StatusItem } from './shell/queue/statusItem.ts';
import { ReceiptDocuments } from './shell/receiptDocument.ts';
import { Replays } from './shell/replaying.ts';
import { RemotePlaylists } from './shell/remotePlaylists.ts';
import { StorageQuota } from './shell/storageQuota.ts';
import { registerTasks } from './shell/tasks.ts';
import { registerUriHandler } from './shell/uriHandler.ts';

/** Ends what runs; set while the extension is active. */
let stop: (() => Promise<void>) | undefined;

/** Builds the parts. A failure is told and passed on to the workbench. */
export function activate(context: vscode.ExtensionContext): HotframeExports {
  const log = new Log();
  context.subscriptions.push(log);
  try {
    const exports = build(context, log);
    // Before that a view would say that there is nothing, for it knows of nothing.
    log.follow(vscode.commands.executeCommand('setContext', 'hotframe.isActive', true));
    return exports;
  } catch (error) {
    log.error(asError(error));
    log.show();
    throw error;
  }
}

function build(context: vscode.ExtensionContext, log: Log): HotframeExports {
  const { extensionUri, globalState, globalStorageUri, secrets, subscriptions, workspaceState } = context;
  const store = new JobStore(join(globalStorageUri.fsPath, 'jobs'));
  const vault = new JobSecretVault(secrets);
  const engine = new EngineThreads(join(extensionUri.fsPath, 'dist', 'worker.cjs'), (line) =>
    log.info(`engine: ${line}`),
  );
  const judge = new ProfileJudge(log);
  const headers = new OriginHeaders(secrets);
  const downloads = new Downloads({ store, secrets: vault, headers, engine, judge, log });
  const claims = new ClaimsOnDemand(extensionUri, engine, store.folder, log);
  stop = async () => {
    await Promise.all([downloads.stop(), claims.stop()]);
  };

  const profileActions = new ProfileActions(store, judge, log);
  const current = new CurrentProfiles(judge, log);
  const queue = new QueueActions(downloads, store, log);
  const drops = new JobDrops(profileActions, queue, log);
  const view = new JobsView({ store, downloads, profiles: current, drops, log });
  const receipts = new ReceiptDocuments(store);
  const remote = new RemotePlaylists(new PlaylistSources(secrets), engine, (source) => downloads.headersFor(source));
  const playlists = new PlaylistOpening(remote, vault, log);
  const actions = new JobActions(store, downloads, vault, log);
  const flow = new DownloadFlow(
    downloads,
    vault,
    { engine, log, memory: globalState },
    {
      open: (record) => actions.open(record),
      openFile: (path) => actions.openOutput(path),
      openFlamegraph: ({ id }) => vscode.commands.executeCommand('hotframe.openFlamegraph', id),
    },
  );
  const replays = new Replays({
    store,
    jobs: actions,
    downloads,
    originScript: join(extensionUri.fsPath, 'dist', 'origin.cjs'),
    openFlamegraph: ({ id }) => vscode.commands.executeCommand('hotframe.openFlamegraph', id),
    log,
  });
  const quota = new StorageQuota(store, vault, log);
  const profiles = new ProfileCommands({ store, jobs: actions, actions: profileActions, view });
  subscriptions.push(
    judge,
    current,
    new StatusItem(downloads),
    view,
    judge.onDidChange(() => view.redraw()),
    receipts,
    remote,
    claims,
    downloads.onDidChange(({ record }) => {
      if (record.state !== 'running') log.follow(quota.check());
    }),
    registerCommands({
      flow,
      actions,
      profiles,
      queue: new QueueCommands({
        actions: queue,
        downloads,
        flow,
        lists: new ListDownloads(downloads, store, log),
        view,
        log,
      }),
      playlists,
      view,
      receipts,
      replays,
      headers: new HeaderActions(headers, log),
      quota,
      claims,
      data: { store, secrets, mementos: [globalState, workspaceState], log },
      log,
    }),
    registerTasks(downloads, log),
    registerLinks(log),
    registerLanguage(
      {
        urlOf: (document) => remote.urlOf(document),
        findReplay: async (document) => {
          const source = await remote.sourceOf(document);
          return source && replays.findJobOf(source.url);
        },
        onDidChangeJobs: downloads.onDidChange,
      },
      log,
    ),
    registerUriHandler(flow, log),
    registerLanguageModelTools({ store, flow, jobs: actions, judge, claims }),
    registerFlamegraphEditor({ extensionUri, judge, log }),
    registerDiffEditor({ extensionUri, judge, log }),
  );
  return createExports({ store, flow, jobs: actions, profiles: profileActions });
}

/** Interrupts what runs and waits until nothing writes any more. */
export async function deactivate(): Promise<void> {
  await stop?.();
  stop = undefined;
}
