import type { Frame } from '../profile/model.ts';

/** What can be copied. */
export const COPIES = [
  { what: 'frame', label: 'Frame' },
  { what: 'stack', label: 'Stack' },
  { what: 'tsv', label: 'Table for Spreadsheets (TSV)' },
  { what: 'markdown', label: 'Table as Markdown' },
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
