import type { InspectedFragment, InspectedRendition, Inspection } from '../engine/inspect.ts';
import { liveRows, describeDateRanges, sessionRows } from './inspectionDetails.ts';
import { describeVariant } from '../engine/playlist/choose.ts';
import type { Finding } from '../engine/playlist/model.ts';

/** An Inspection for people: tables of variants and renditions, or a summary of the fragments; then the findings. */
export function describeInspection(inspection: Inspection): string {
  const lines = inspection.kind === 'multivariant' ? describeMultivariant(inspection) : describeMedia(inspection);
  return `${[...lines, ...describeFindings(inspection.findings)].map(printable).join('\n')}\n`;
}

/** Text from a playlist without what controls a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '�');
}

function describeMultivariant(inspection: Inspection): string[] {
  const { variants = [], renditions = [] } = inspection;
  const rows = variants.map(({ iframe = false, ...variant }) => [
    describeVariant({ ...variant, isIframe: iframe }),
    iframe ? 'I-frames' : '',
    variant.audio === undefined ? '' : `audio ${variant.audio}`,
    variant.url,
  ]);
  const renditionRows = renditions.map((rendition) => [
    rendition.type.toLowerCase(),
    rendition.groupId,
    rendition.language ?? '',
    rendition.name,
    flagsOf(rendition),
    rendition.url ?? '(in the variant)',
  ]);
  return [
    `Multivariant playlist, ${count(variants.length, 'variant')}, ${count(renditions.length, 'rendition')}`,
    ...table(rows),
    ...(renditions.length === 0 ? [] : ['Renditions', ...table(renditionRows)]),
    ...table(sessionRows(inspection)),
  ];
}

function flagsOf({ default: isDefault, forced }: InspectedRendition): string {
  return [isDefault ? 'default' : '', forced ? 'forced' : ''].filter((flag) => flag !== '').join(' ');
}

function describeMedia(inspection: Inspection): string[] {
  const { fragments = [], live, targetDurationS, mediaSequence } = inspection;
  const duration = fragments.reduce((sum, fragment) => sum + fragment.durationS, 0);
  const initSegments = new Set(fragments.flatMap(({ map }) => (map === undefined ? [] : [JSON.stringify(map)])));
  const rows = [
    ['Fragments', fragmentsText(fragments)],
    ['Duration', clock(duration)],
    ['Target duration', targetDurationS === undefined ? 'missing' : `${targetDurationS} s`],
    ['Media sequence', String(mediaSequence ?? 0)],
    ['Encryption', encryptionText(fragments)],
    ['Init segments', String(initSegments.size)],
    ['First fragment', fragments[0]?.url ?? ''],
    ...liveRows(inspection),
  ];
  const dateRanges = describeDateRanges(inspection.dateRanges ?? []);
  return [
    `Media playlist, ${live === true ? 'live' : 'whole'}`,
    ...table(rows),
    ...(dateRanges.length === 0 ? [] : ['Date ranges', ...table(dateRanges)]),
  ];
}

function fragmentsText(fragments: readonly InspectedFragment[]): string {
  const gaps = fragments.filter((fragment) => fragment.gap).length;
  const discontinuities = fragments.filter((fragment) => fragment.discontinuity).length;
  const ranges = fragments.filter((fragment) => fragment.byteRange !== undefined).length;
  return [
    String(fragments.length),
    gaps === 0 ? '' : count(gaps, 'gap'),
    discontinuities === 0 ? '' : `${discontinuities} ${discontinuities === 1 ? 'discontinuity' : 'discontinuities'}`,
    ranges === 0 ? '' : count(ranges, 'byte range'),
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function encryptionText(fragments: readonly InspectedFragment[]): string {
  const kinds = new Map<string, number>();
  for (const { keys = [] } of fragments) {
    const kind = keys.map(({ method, keyFormat }) => (keyFormat === 'identity' ? method : `${method} (${keyFormat})`));
    const text = kind.length === 0 ? 'none' : kind.join(' + ');
    kinds.set(text, (kinds.get(text) ?? 0) + 1);
  }
  if (kinds.size === 1) return [...kinds.keys()].join();
  return [...kinds].map(([kind, number]) => `${kind} for ${number}`).join(', ');
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return `${parts.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')} (${Number(seconds.toFixed(3))} s)`;
}

function describeFindings(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return ['No findings'];
  const rows = findings.map(({ severity, code, message, line, column }) => [
    `${line}:${column}`,
    severity,
    message,
    code,
  ]);
  return [count(findings.length, 'finding'), ...table(rows)];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Rows with their columns aligned, indented by two; columns that are empty in every row are left out. */
function table(rows: readonly (readonly string[])[]): string[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0),
  );
  return rows.map((row) => {
    const cells = row.flatMap((cell, column) => (widths[column] === 0 ? [] : [cell.padEnd(widths[column] ?? 0)]));
    return `  ${cells.join('  ')}`.trimEnd();
  });
}
