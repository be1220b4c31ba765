import * as vscode from 'vscode';
import type { JobNode } from './jobItems.ts';
import type { Log } from './log.ts';
import { showMessage } from './notifications.ts';
import type { AttachedFile, ProfileActions } from './profileActions.ts';
import type { QueueActions } from './queue/queueActions.ts';

const URI_LIST = 'text/uri-list';
/** Files from outside of the workbench, whatever their type. */
const FILES = 'files';

/** Lines of the tree itself: the type that the workbench gives them. */
const LINES = 'application/vnd.code.tree.hotframe.jobs';

/**
 * Profiles that are dropped onto a job, or onto anything of it, are attached; profiles and outputs can be dragged away as
 * files, and what waits can be dragged within the queue.
 */
export class JobDrops implements vscode.TreeDragAndDropController<JobNode> {
  readonly dropMimeTypes = [LINES, URI_LIST, FILES];
  readonly dragMimeTypes = [LINES, URI_LIST];
  readonly #actions: ProfileActions;
  readonly #queue: QueueActions;
  readonly #log: Log;

  constructor(actions: ProfileActions, queue: QueueActions, log: Log) {
    this.#actions = actions;
    this.#queue = queue;
    this.#log = log;
  }

  handleDrag(nodes: readonly JobNode[], transfer: vscode.DataTransfer): void {
    const paths = nodes.flatMap((node) => (node.kind === 'profile' || node.kind === 'output' ? [node.path] : []));
    const uris = paths.map((path) => vscode.Uri.file(path).toString());
    if (uris.length > 0) transfer.set(URI_LIST, new vscode.DataTransferItem(uris.join('\r\n')));
    const waiting = nodes.map(({ id }) => id).filter((id) => this.#queue.isWaiting(id));
    if (waiting.length > 0) transfer.set(LINES, new vscode.DataTransferItem(waiting));
  }

  /** A failure is told here: nobody waits for a drop. */
  async handleDrop(target: JobNode | undefined, transfer: vscode.DataTransfer): Promise<void> {
    const waiting: unknown = transfer.get(LINES)?.value;
    if (Array.isArray(waiting)) {
      this.#queue.drop(waiting as string[], target?.id);
      return;
    }
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
