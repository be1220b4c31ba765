import { endOf, type FragmentSpan } from '../profile/timeline.ts';
import { formatWeight } from './format.ts';
import type { Family } from './palette.ts';
import { t } from './l10n.ts';

/** What a fragment does, or waits for, in the order in which it is drawn. */
export const STEPS = [
  { key: 'delayMs', label: t('retries and waits'), family: 'gc' },
  { key: 'connectMs', label: t('connecting'), family: 'copy' },
  { key: 'firstByteMs', label: t('first byte'), family: 'protocol' },
  { key: 'bodyMs', label: t('body'), family: 'io' },
  { key: 'rateMs', label: t('held by the rate'), family: 'other' },
  { key: 'pausedMs', label: t('stopped, the memory full'), family: 'runtime' },
  { key: 'orderMs', label: t('waiting for its place'), family: 'runtime' },
] as const satisfies readonly { key: keyof FragmentSpan; label: string; family: Family }[];

/** Work on the engine's thread meanwhile, drawn as parts of the body. */
export const WORK = [
  { key: 'decryptMs', label: t('decryption'), family: 'crypto' },
  { key: 'writeMs', label: t('write'), family: 'memory' },
] as const satisfies readonly { key: keyof FragmentSpan; label: string; family: Family }[];

/** A part of a fragment's row. Milliseconds of the timeline. */
export interface Segment {
  fromMs: number;
  toMs: number;
  family: Family;
  /** A part of the one below: drawn thinner. */
  isWork: boolean;
}

/** The parts of a fragment's row, in the order in which they are drawn. */
export function segmentsOf(span: FragmentSpan): Segment[] {
  const segments: Segment[] = [];
  let atMs = span.startMs;
  let body = { fromMs: atMs, toMs: atMs };
  for (const { key, family } of STEPS) {
    const toMs = atMs + span[key];
    if (toMs > atMs) segments.push({ fromMs: atMs, toMs, family, isWork: false });
    if (key === 'bodyMs') body = { fromMs: atMs, toMs };
    atMs = toMs;
  }
  // At the body's end: when exactly is not known, only how much of it.
  let endMs = body.toMs;
  for (const { key, family } of [...WORK].reverse()) {
    const fromMs = Math.max(body.fromMs, endMs - span[key]);
    if (endMs > fromMs) segments.push({ fromMs, toMs: endMs, family, isWork: true });
    endMs = fromMs;
  }
  return segments;
}

/** The fragments that were under way at some time of the stretch, as indexes, those that began first above. */
export function rowsWithin(spans: readonly FragmentSpan[], fromMs: number, toMs: number): number[] {
  const rows: number[] = [];
  for (const [at, span] of spans.entries()) if (span.startMs < toMs && endOf(span) > fromMs) rows.push(at);
  return rows.sort((a, b) => (spans[a]?.startMs ?? 0) - (spans[b]?.startMs ?? 0));
}

/** A fragment in words: `Fragment 12 · 5.4 MB in 21 chunks · first byte 40 ms · body 12 ms`. */
export function describeSpan(span: FragmentSpan): string {
  const { stream, index, bytes, chunks, buffers, tries } = span;
  const times = [...STEPS, ...WORK].filter(({ key }) => span[key] > 0);
  return [
    stream === 'main' ? t('Fragment {0}', index + 1) : t('Fragment {0} of {1}', index + 1, stream),
    tellPieces(formatWeight(bytes, 'bytes'), chunks, buffers),
    ...(tries > 1 ? [t('{0} tries', tries)] : []),
    ...(span.startMs >= 1 ? [t('queued {0}', formatWeight(span.startMs * 1000, 'microseconds'))] : []),
    ...times.map(({ key, label }) => `${label} ${formatWeight(span[key] * 1000, 'microseconds')}`),
  ].join(' · ');
}

function tellPieces(size: string, chunks: number, buffers: number): string {
  const came = chunks === 1 ? t('{0} in 1 chunk', size) : t('{0} in {1} chunks', size, chunks);
  return `${came}, ${buffers === 1 ? t('1 buffer') : t('{0} buffers', buffers)}`;
}
