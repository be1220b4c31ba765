import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { isJobId, type JobRecord } from '../jobs/record.ts';
import type { JobStore } from '../jobs/store.ts';
import { limitSentence } from './bottleneckSentences.ts';
import { concurrencyLines } from './concurrencyLines.ts';
import { formatBytes, formatDuration } from './figures.ts';
import { placeLines } from './gapSentences.ts';
import { pathwayLines } from './pathwaySentences.ts';
import { formatReceiptTable, missingLines, parseReceiptLines } from './receiptTable.ts';
import { missingEndText, recordingLines } from './recordingSentences.ts';
import { subtitleLines } from './subtitleSentences.ts';
import { jobLabel, receiptText, sizeOf, stateText } from './sentences.ts';
import { translated } from './translated.ts';

const SCHEME = 'hotframe-receipt';

/** Shows a job's receipt as a read-only text: what happened on top, then a line for each fragment. */
export class ReceiptDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #store: JobStore;
  readonly #registration: vscode.Disposable;

  constructor(store: JobStore) {
    this.#store = store;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  /** Opens the receipt of a job. */
  async open(id: string): Promise<void> {
    const entry = await this.#store.read(id);
    const title = entry?.kind === 'job' ? jobLabel(entry.record) : id;
    const path = `/${vscode.l10n.t('Receipt of {0}', title).replaceAll('/', '_')}`;
    const document = await vscode.workspace.openTextDocument(vscode.Uri.from({ scheme: SCHEME, path, query: id }));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    // The query names a folder of the store and nothing else.
    const entry = isJobId(uri.query) ? await this.#store.read(uri.query) : undefined;
    if (entry === undefined) return vscode.l10n.t('This job is not there any more.');
    if (entry.kind === 'broken') return entry.job.detail;
    const { fragments, unreadable } = parseReceiptLines(await readLines(join(entry.folder, 'receipt.jsonl')));
    const { receipt } = entry.record;
    const missing = [...placeLines(receipt?.gapPlaces), ...missingLines(fragments, translated)];
    const widths = concurrencyLines(receipt?.concurrency);
    return [
      ...headLines(entry.record),
      ...(missing.length === 0 ? [] : ['', vscode.l10n.t('Not in the file:'), ...missing]),
      ...(widths.length === 0 ? [] : ['', ...widths]),
      '',
      formatReceiptTable(fragments),
      ...(unreadable > 0 ? [vscode.l10n.t('{0} lines could not be read.', unreadable)] : []),
      '',
    ].join('\n');
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

async function readLines(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    // A download that failed before its first fragment has none.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function headLines(record: JobRecord): string[] {
  const { receipt, request, error } = record;
  const lines = [`${jobLabel(record)} · ${stateText(record)}`, request.url, basename(request.output)];
  if (receipt !== undefined) {
    const { bytes, wallMs, settings, recording } = receipt;
    lines.push(receiptText(record));
    lines.push(vscode.l10n.t('{0} received, {1} written', formatBytes(bytes.received), formatBytes(sizeOf(receipt))));
    lines.push(formatDuration(wallMs));
    if (recording !== undefined) lines.push(...recordingLines(recording), ...subtitleLines(recording.subtitles));
    else if (receipt.isEndMissing) lines.push(missingEndText(receipt));
    if (receipt.bottleneck !== undefined) lines.push(limitSentence(receipt.bottleneck));
    lines.push(...pathwayLines(receipt.pathways));
    lines.push(
      `write ${settings.write} · concurrency ${settings.concurrency} · HTTP ${settings.http} · reads ${settings.reads}`,
    );
  }
  if (error !== undefined) lines.push(`${error.code}: ${translated(error.message)}`);
  return lines;
}
