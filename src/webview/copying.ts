import type { Frame } from '../profile/model.ts';
import { t } from './l10n.ts';

/** What can be copied. */
export const COPIES = [
  { what: 'frame', label: t('Frame') },
  { what: 'stack', label: t('Stack') },
  { what: 'tsv', label: t('Table for Spreadsheets (TSV)') },
  { what: 'markdown', label: t('Table as Markdown') },
] as const;
export type Copy = (typeof COPIES)[number]['what'];

/** A frame with its whole place, on one line. */
export function frameText({ name, file, line, column }: Frame): string {
  if (file === undefined) return name;
  const place = [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
  return `${name} (${place})`;
}

/** A stack, the innermost frame first, one a line. */
export function stackText(stack: readonly Frame[]): string {
  return stack.toReversed().map(frameText).join('\n');
}
