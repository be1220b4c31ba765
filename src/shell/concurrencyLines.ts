import { l10n } from 'vscode';
import type { Receipt } from '../engine/receipt.ts';
import { formatBitrate } from './figures.ts';

type Trace = NonNullable<Receipt['concurrency']>;

/**
 * How the number of transfers at once was chosen: what it began with, ended with and was at most, then a line for each
 * change. None where it never changed.
 */
export function concurrencyLines(trace: Trace | undefined): string[] {
  if (trace === undefined || trace.decisions.length < 2) return [];
  const { start, peak, end, decisions, omitted = 0 } = trace;
  const lines = decisions.map(decisionLine);
  return [
    l10n.t('Transfers at once: {0} at first, {1} at the end, {2} at most.', start, end, peak),
    ...(omitted === 0 ? lines : [...lines, l10n.t('{0} changes are left out.', omitted)]),
  ];
}

/** `1.2 s  8  faster, 412.0 Mbit/s`: the engine's own words, as in the receipt. */
function decisionLine({ ms, width, why, mbps }: Trace['decisions'][number]): string {
  const rate = mbps === undefined ? '' : `, ${formatBitrate(mbps * 1e6)}`;
  return `${(ms / 1000).toFixed(1).padStart(7)} s ${String(width).padStart(4)}  ${why}${rate}`;
}
