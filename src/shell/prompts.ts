import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { InspectedVariant, Inspection } from '../engine/inspect.ts';
import type { EngineThreads } from './engineThread.ts';
import { trustedCertificates } from './certificates.ts';
import type { DownloadOptions } from './downloads.ts';
import { diskPath } from './diskFolders.ts';
import { formatBitrate, formatBytes } from './figures.ts';
import { suggestFileName } from './outputName.ts';
import { checkPlaylistUrl, type UrlFault } from './playlistLinks.ts';
import { findDownloadFolder, readPolicies } from './settings.ts';
import { withoutUndefined } from './withoutUndefined.ts';

/** Asks for a playlist's URL and judges it while it is typed; nothing when the person leaves. */
export async function askUrl(
  value = '',
  prompt?: string,
  title = vscode.l10n.t('Download Playlist'),
): Promise<string | undefined> {
  const url = await vscode.window.showInputBox({
    title,
    prompt: prompt ?? vscode.l10n.t('URL of an HLS playlist (.m3u8)'),
    placeHolder: 'https://example.com/stream/master.m3u8',
    value,
    ignoreFocusOut: true,
    validateInput: describeUrlFault,
  });
  return url?.trim();
}

/** What is wrong with a URL, in words; nothing when it is good. */
export function describeUrlFault(text: string): string | undefined {
  const fault = checkPlaylistUrl(text);
  return fault && urlFaultText(fault);
}

/** What is wrong with a URL, in words. */
export function urlFaultText(fault: UrlFault): string {
  switch (fault) {
    case 'empty':
      return vscode.l10n.t('Enter the URL of a playlist.');
    case 'noUrl':
      return vscode.l10n.t('This is not a URL. It starts with http:// or https:// and has a host.');
    case 'scheme':
      return vscode.l10n.t('Only http:// and https:// URLs can be downloaded.');
  }
}

/**
 * Reads the playlist behind a progress notification.
 * @throws an AbortError when the person cancels; EngineReportError when it cannot be read.
 */
export async function inspectWithProgress(
  engine: EngineThreads,
  url: string,
  given: Pick<DownloadOptions, 'headers' | 'ca'> = {},
): Promise<Inspection> {
  const secrets = withoutUndefined({ headers: given.headers, ca: trustedCertificates(given.ca) });
  return withReadingProgress((signal) => engine.inspect({ url, ...secrets, ...readPolicies() }, signal));
}

/** Reads something behind a notification that can be cancelled. Rejects as `read` does, with an AbortError when cancelled. */
export async function withReadingProgress<T>(read: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Reading the playlist…'),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (_progress, token) => {
    const abort = new AbortController();
    const listener = token.onCancellationRequested(() => abort.abort());
    try {
      return await read(abort.signal);
    } finally {
      listener.dispose();
    }
  });
}

/** Asks which variant to download; nothing when the person leaves. One variant needs no question. */
export async function askVariant(variants: readonly InspectedVariant[]): Promise<InspectedVariant | undefined> {
  const playable = variants
    .filter((variant) => variant.iframe !== true)
    .toSorted((a, b) => (b.height ?? 0) - (a.height ?? 0) || b.bandwidth - a.bandwidth);
  if (playable.length <= 1) return playable[0];
  const items = playable.map((variant) => ({ ...variantItem(variant), variant }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Download Playlist'),
    placeHolder: vscode.l10n.t('Choose a variant'),
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  return picked?.variant;
}

function variantItem({ width, height, bandwidth, frameRate, codecs }: InspectedVariant): vscode.QuickPickItem {
  const details = [
    ...(width === undefined || height === undefined ? [] : [`${width}×${height}`]),
    ...(frameRate === undefined ? [] : [vscode.l10n.t('{0} fps', frameRate)]),
    ...(codecs === undefined ? [] : [codecs]),
  ];
  return {
    label: height === undefined ? formatBitrate(bandwidth) : `${height}p`,
    description: height === undefined ? '' : formatBitrate(bandwidth),
    detail: details.join(' · '),
  };
}

/**
 * Asks where to save; nothing when the person leaves. The dialog itself asks before it replaces a file.
 * @param document what the download was started from.
 */
export async function askOutput(
  url: string,
  isFragmentedMp4: boolean,
  document?: vscode.Uri,
): Promise<string | undefined> {
  const folder = await findDownloadFolder(document);
  return showSaveDialog(vscode.Uri.joinPath(folder, suggestFileName(url, isFragmentedMp4)));
}

/** Asks for another place for a file that could not be written. */
export async function askOtherOutput(output: string): Promise<string | undefined> {
  const folder = await findDownloadFolder();
  // As addresses: a path has its drive in small or in capital letters.
  const isThere = folder.toString() === vscode.Uri.file(dirname(output)).toString();
  const wanted = isThere ? vscode.Uri.joinPath(folder, '..') : folder;
  return showSaveDialog(vscode.Uri.joinPath(wanted, basename(output)));
}

/** Asks before a file is replaced; nothing when the person leaves, else what was chosen. */
export async function askToReplace(
  output: string,
  ...others: vscode.MessageItem[]
): Promise<vscode.MessageItem | undefined> {
  const replace = { title: vscode.l10n.t('Replace') };
  const text = vscode.l10n.t('{0} is there already. Replace it?', basename(output));
  const detail = vscode.l10n.t('The old file stays until the new one is whole.');
  return vscode.window.showWarningMessage<vscode.MessageItem>(text, { modal: true, detail }, replace, ...others);
}

/**
 * Asks before request headers that were given for one origin go to another; undefined when the person leaves.
 * @param names of the headers: their values are secrets
 */
export async function askToSendHeaders(
  names: readonly string[],
  given: URL,
  other: URL,
): Promise<'send' | 'leaveOut' | undefined> {
  const send = { title: vscode.l10n.t('Send') };
  const leaveOut = { title: vscode.l10n.t('Leave Out') };
  const text = vscode.l10n.t('Send the request headers of this download to {0} too?', other.host);
  const detail = vscode.l10n.t('They were given for {0}: {1}.', given.host, names.join(', '));
  const options = { modal: true, detail };
  const answer = await vscode.window.showWarningMessage<vscode.MessageItem>(text, options, send, leaveOut);
  if (answer === undefined) return undefined;
  return answer === send ? 'send' : 'leaveOut';
}

/**
 * Asks before what an earlier download kept is thrown away; nothing when the person leaves.
 * @param isSame whether it was of the same playlist, so that it can go on.
 */
export async function askAboutKept(
  output: string,
  bytes: number,
  isSame: boolean,
): Promise<'resume' | 'startOver' | undefined> {
  const resume = { title: vscode.l10n.t('Resume') };
  const startOver = { title: vscode.l10n.t('Start Over') };
  const text = vscode.l10n.t(
    'An earlier download of {0} stopped, and {1} are kept.',
    basename(output),
    formatBytes(bytes),
  );
  const detail = vscode.l10n.t('Starting over deletes them.');
  const options = isSame ? [resume, startOver] : [startOver];
  const answer = await vscode.window.showWarningMessage<vscode.MessageItem>(text, { modal: true, detail }, ...options);
  if (answer === undefined) return undefined;
  return answer === resume ? 'resume' : 'startOver';
}

async function showSaveDialog(defaultUri: vscode.Uri): Promise<string | undefined> {
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save Stream As'),
    saveLabel: vscode.l10n.t('Download'),
    defaultUri,
    filters: {
      [vscode.l10n.t('MPEG transport stream')]: ['ts'],
      [vscode.l10n.t('MP4')]: ['mp4', 'm4a', 'm4v'],
      [vscode.l10n.t('Matroska')]: ['mkv'],
    },
  });
  if (target === undefined) return undefined;
  const path = diskPath(target);
  if (path !== undefined) return path;
  return (await wantsDisk(target)) ? showSaveDialog(defaultUri) : undefined;
}

/** Says of a place that was chosen that it is on no disk: dialogs show virtual folders, too. Answers whether to choose again. */
export async function wantsDisk({ path }: vscode.Uri): Promise<boolean> {
  const detail = vscode.l10n.t('Hotframe writes to a disk alone. Choose a folder there.');
  const again = { title: vscode.l10n.t('Choose Another Folder…') };
  const text = vscode.l10n.t('{0} is in a virtual folder.', basename(path));
  return (await vscode.window.showWarningMessage(text, { modal: true, detail }, again)) === again;
}
