import * as vscode from 'vscode';
import { isJobId, type ArmSettings } from '../jobs/record.ts';
import type { ClaimsOnDemand } from './claims/loading.ts';
import { deleteAllData, type DataPlaces } from './dataDeletion.ts';
import type { DownloadArguments, DownloadFlow } from './downloadFlow.ts';
import type { HeaderActions } from './headerActions.ts';
import type { JobActions } from './jobActions.ts';
import type { JobNode } from './jobItems.ts';
import type { JobsView } from './jobsView.ts';
import type { ProfileCommands } from './profileCommands.ts';
import type { ListArguments } from './queue/listDownloads.ts';
import type { QueueCommands } from './queue/queueCommands.ts';
import { asError, type Log } from './log.ts';
import type { PlaylistArguments, PlaylistOpening } from './playlistOpening.ts';
import type { ReceiptDocuments } from './receiptDocument.ts';
import type { Replays } from './replaying.ts';
import { toResumeChange } from './resuming.ts';
import { readArmSettings } from './settings.ts';
import type { StorageQuota } from './storageQuota.ts';

/** What the commands work with. */
export interface CommandParts {
  flow: DownloadFlow;
  actions: JobActions;
  profiles: ProfileCommands;
  queue: QueueCommands;
  view: JobsView;
  receipts: ReceiptDocuments;
  replays: Replays;
  playlists: PlaylistOpening;
  headers: HeaderActions;
  quota: StorageQuota;
  claims: ClaimsOnDemand;
  data: DataPlaces;
  log: Log;
}

/** What a command of a job is called with: its line in the tree, the job's id, or nothing for the selected line. */
export type Target = JobNode | string | undefined;

type Handler = (...args: never[]) => unknown;

/** Every command of `package.json` and what it does. */
function commandTable(parts: CommandParts): Record<string, Handler> {
  const { flow, actions, profiles, queue, playlists, view, receipts, replays, headers, quota, claims, data, log } =
    parts;
  const idOf = (target: Target): string => toId(target ?? view.selection[0]);
  const givenId = (target: Target): string | undefined => {
    const given = target ?? view.selection[0];
    return given === undefined ? undefined : toId(given);
  };
  return {
    'hotframe.download': (given?: DownloadArguments) => flow.download(given),
    'hotframe.downloadFile': async (file?: vscode.Uri, wish?: { isProfiled?: unknown }) => {
      const source = await playlists.findSource(file);
      const profile = wish?.isProfiled === true ? profileEvenIfNone() : {};
      const document = file instanceof vscode.Uri ? { document: file } : {};
      return source === undefined ? undefined : flow.download({ ...source, ...profile, ...document });
    },
    'hotframe.openPlaylist': (given?: PlaylistArguments) => playlists.open(given),
    'hotframe.openJobPlaylist': async (target: Target) => {
      const { record } = await actions.find(idOf(target));
      return playlists.openOfJob(record.id, record.request.url);
    },
    'hotframe.showLog': () => log.show(),
    'hotframe.openOutput': async (target: Target) =>
      actions.openOutput(await findOutput(target ?? view.selection[0], actions)),
    'hotframe.revealOutput': async (target: Target) =>
      actions.reveal(await findOutput(target ?? view.selection[0], actions)),
    'hotframe.runAgain': async (target: Target) => {
      const { record } = await actions.find(idOf(target));
      return record.request.replay === undefined ? flow.runAgain(record) : replays.replay(record.id);
    },
    'hotframe.replay': (target: Target) => replays.replay(givenId(target)),
    'hotframe.newClaimOfJob': async (target: Target, file?: unknown) => {
      const chosen = await replays.choose(vscode.l10n.t('Create Claim from Job'), givenId(target));
      const place = file instanceof vscode.Uri ? file : undefined;
      return chosen === undefined ? undefined : (await claims.load()).commands.createOf(chosen.record.id, place);
    },
    'hotframe.resume': async (target: Target, change?: unknown) =>
      flow.resume((await actions.find(idOf(target))).record, toResumeChange(change)),
    'hotframe.stop': (target: Target) => actions.stop(idOf(target)),
    'hotframe.cancel': (target: Target) => actions.cancel(idOf(target)),
    'hotframe.pause': (target: Target, selected?: JobNode[]) => queue.pause(target, selected),
    'hotframe.pauseAll': () => queue.pauseAll(),
    'hotframe.resumeAll': () => queue.resumeAll(),
    'hotframe.startNow': (target: Target, selected?: JobNode[]) => queue.startNow(target, selected),
    'hotframe.moveUp': (target: Target, selected?: JobNode[]) => queue.move(target, selected, 'up'),
    'hotframe.moveDown': (target: Target, selected?: JobNode[]) => queue.move(target, selected, 'down'),
    'hotframe.moveToTop': (target: Target, selected?: JobNode[]) => queue.move(target, selected, 'top'),
    'hotframe.downloadList': (given?: ListArguments) => queue.downloadList(given),
    'hotframe.downloadSelection': (given?: ListArguments) => queue.downloadSelection(given),
    'hotframe.attachProfile': (target: Target, files?: unknown) => profiles.attach(target, files),
    'hotframe.openFlamegraph': (target: Target) => profiles.open(target),
    'hotframe.openProfile': (file?: unknown) => profiles.openFiles(file),
    'hotframe.compareProfiles': (target: Target, selected?: JobNode[]) => profiles.compare(target, selected),
    'hotframe.compareProfileWith': (target: Target) => profiles.compareWith(target),
    'hotframe.renameProfile': (target: Target, name?: unknown) => profiles.rename(target, name),
    'hotframe.revealProfile': (target: Target) => profiles.reveal(target),
    'hotframe.detachProfile': (target: Target, selected?: JobNode[], options?: { isSure?: boolean }) =>
      profiles.detach(target, selected, options?.isSure),
    'hotframe.openReceipt': (target: Target) => receipts.open(idOf(target)),
    'hotframe.copyUrl': (target: Target) => actions.copyUrl(idOf(target)),
    'hotframe.deleteJob': (target: Target, options?: { media?: unknown }) =>
      actions.delete(idOf(target), typeof options?.media === 'boolean' ? options.media : undefined),
    'hotframe.setRequestHeader': (given?: unknown) => headers.set(given),
    ...claims.commandTable(),
    'hotframe.freeStorage': (options?: { isSure?: boolean }) => quota.free(options?.isSure === true),
    'hotframe.deleteAllData': (options?: { isSure?: boolean }) => deleteAllData(data, options?.isSure === true),
  };
}

/** Registers every command. What one throws is logged and passed on: the workbench shows it, a script catches it. */
export function registerCommands(parts: CommandParts): vscode.Disposable {
  const registrations = Object.entries(commandTable(parts)).map(([id, handler]) =>
    vscode.commands.registerCommand(id, async (...args: never[]): Promise<unknown> => {
      try {
        return await handler(...args);
      } catch (error) {
        parts.log.error(asError(error));
        throw error;
      }
    }),
  );
  return vscode.Disposable.from(...registrations);
}

/** The kind of profile of the settings, or the common one where they say none. */
function profileEvenIfNone(): Pick<ArmSettings, 'profile'> {
  const { profile } = readArmSettings();
  return { profile: profile === 'none' ? 'cpu' : profile };
}

function toId(target: Target): string {
  const id = typeof target === 'string' ? target : target?.id;
  if (id === undefined || !isJobId(id)) throw new Error(vscode.l10n.t('Select a job in the Hotframe view first.'));
  return id;
}

async function findOutput(target: Target, actions: JobActions): Promise<string> {
  if (typeof target === 'object' && target.kind === 'output') return target.path;
  const { record } = await actions.find(toId(target));
  return record.receipt?.output?.path ?? record.request.output;
}
