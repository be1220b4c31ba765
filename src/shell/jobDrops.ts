import * as vscode from 'vscode';
import type { JobNode } from './jobItems.ts';
import type { Log } from './log.ts';
import { showMessage } from './notifications.ts';
import type { AttachedFile, ProfileActions } from './profileActions.ts';

const URI_LIST = 'text/uri-list';
/** Files from outside of the workbench, whatever their type. */
const FILES = 'files';

/** Profiles that are dropped onto a job, or onto anything of it, are attached; profiles and outputs can be dragged away as files. */
export class JobDrops implements vscode.TreeDragAndDropController<JobNode> {
  readonly dropMimeTypes = [URI_LIST, FILES];
  readonly dragMimeTypes = [URI_LIST];
  readonly #actions: ProfileActions;
  readonly #log: Log;

  constructor(actions: ProfileActions, log: Log) {
    this.#actions = actions;
    this.#log = log;
  }

  handleDrag(nodes: readonly JobNode[], transfer: vscode.DataTransfer): void {
    const paths = nodes.flatMap((node) => (node.kind === 'profile' || node.kind === 'output' ? [node.path] : []));
    const uris = paths.map((path) => vscode.Uri.file(path).toString());
    if (uris.length > 0) transfer.set(URI_LIST, new vscode.DataTransferItem(uris.join('\r\n')));
  }

  /** A failure is told here: nobody waits for a drop. */
  async handleDrop(target: JobNode | undefined, transfer: vscode.DataTransfer): Promise<void> {
    const files = await droppedFiles(transfer);
    if (files.length === 0) return;
    if (target === undefined || target.kind === 'broken') {
      showMessage('info', vscode.l10n.t('Drop a profile onto the job that it belongs to.'), [], this.#log);
      return;
    }
    await this.#actions.attach(target.id, files);
  }
}

/** What was dropped: files of this machine and of remote ones by their address, others by their content. */
async function droppedFiles(transfer: vscode.DataTransfer): Promise<AttachedFile[]> {
  const list = (await transfer.get(URI_LIST)?.asString()) ?? '';
  const uris = list
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => vscode.Uri.parse(line, true));
  if (uris.length > 0) return uris;
  const files: AttachedFile[] = [];
  for (const [, item] of transfer) {
    const file = item.asFile();
    if (file !== undefined) files.push(file.uri ?? { name: file.name, bytes: await file.data() });
  }
  return files;
}
