import { weighFunctions, type FunctionWeight } from '../profile/functions.ts';
import type { Unit } from '../profile/model.ts';
import type { Facts } from './facts.ts';
import { formatShare, formatWeight } from './format.ts';

/** What the table can be sorted by. */
export const SORT_KEYS = ['name', 'category', 'self', 'total'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** How the table is sorted. */
export interface Sorting {
  key: SortKey;
  isAscending: boolean;
}

/** A function as the table shows it. */
export interface FunctionRow extends FunctionWeight {
  name: string;
  file: string | undefined;
  line: number | undefined;
}

/** All functions of what is shown, the heaviest first. */
export function functionRows(facts: Facts): FunctionRow[] {
  return weighFunctions(facts.tree, facts.decisions).map((weight) => {
    const { name, file, line } = facts.tree.frames[weight.frame] ?? { name: '' };
    return { ...weight, name: name === '' ? '(anonymous)' : name, file, line };
  });
}

/** Rows in another order; equal ones by self weight, then by name. */
export function sortRows(rows: readonly FunctionRow[], { key, isAscending }: Sorting): FunctionRow[] {
  const sign = isAscending ? 1 : -1;
  const compare = (a: FunctionRow, b: FunctionRow): number =>
    key === 'self' || key === 'total' ? a[key] - b[key] : compareTexts(a[key], b[key]);
  return rows.toSorted((a, b) => sign * compare(a, b) || b.self - a.self || compareTexts(a.name, b.name));
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const COLUMNS = ['Function', 'File', 'Line', 'Category', 'Self', 'Self %', 'Total', 'Total %'] as const;

/** The rows as text for a spreadsheet (tabs) or for an issue (Markdown); shares are of `whole`. */
export function tableText(rows: readonly FunctionRow[], format: 'tsv' | 'markdown', whole: number, unit: Unit): string {
  const cells = rows.map(({ name, file, line, category, self, total }) => [
    name,
    file ?? '',
    line === undefined ? '' : String(line),
    category,
    format === 'tsv' ? String(self) : plain(formatWeight(self, unit)),
    plain(formatShare(self, whole)),
    format === 'tsv' ? String(total) : plain(formatWeight(total, unit)),
    plain(formatShare(total, whole)),
  ]);
  if (format === 'tsv') {
    return [COLUMNS, ...cells]
      .map((row) => row.map((cell) => cell.replaceAll(/[\t\r\n]+/g, ' ')).join('\t'))
      .join('\n');
  }
  const line = (row: readonly string[]): string => `| ${row.map(escapeMarkdown).join(' | ')} |`;
  const rule = COLUMNS.map((_, index) => (index === 2 || index > 3 ? '---:' : '---'));
  return [line(COLUMNS), `| ${rule.join(' | ')} |`, ...cells.map(line)].join('\n');
}

/** Narrow spaces are for the eye; other programs read plain ones. */
function plain(text: string): string {
  return text.replaceAll('\u202f', ' ');
}

/** Names as they are: what Markdown would take for markup or a cell's end is escaped. */
function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[\\|`*_<>[\]]/g, '\\$&');
}
