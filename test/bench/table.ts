export interface Column<Row> {
  title: string;
  /** Numbers are set right, words left. */
  align: 'left' | 'right';
  text: (row: Row) => string;
}

/** Lines of equal column widths, the titles first and ruled off; no trailing blanks. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column) => column.text(row)));
  const titles = columns.map((column) => column.title);
  const widths = columns.map((_, i) => Math.max(...[titles, ...cells].map((line) => line[i]!.length)));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, i) => {
        const blanks = ' '.repeat(widths[i]! - text.length);
        return columns[i]!.align === 'right' ? blanks + text : text + blanks;
      })
      .join('  ')
      .trimEnd();
  return [line(titles), line(widths.map((width) => '─'.repeat(width))), ...cells.map(line)].join('\n');
}
