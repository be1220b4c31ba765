/** A row's cells, in Markdown. */
export type Row = readonly string[];

/** A table of Markdown. Cells may hold any Markdown of one line; what would end a cell is escaped. */
export function markdownTable(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row): string => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Text as code. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** Plain text in Markdown: what would be taken for HTML is escaped. */
export function plain(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** The names of the places of `page` that are written by a program, in their order. */
export function placesOf(page: string): string[] {
  return [...page.matchAll(/^<!-- written: (.+) -->$/gm)].map((match) => match[1] ?? '');
}

/**
 * Puts `content` into the place of that name, between `<!-- written: name -->` and `<!-- /written -->`.
 * @throws Error where the page has no such place
 */
export function fillPlace(page: string, name: string, content: string): string {
  const start = `<!-- written: ${name} -->\n`;
  const from = page.indexOf(start);
  const to = page.indexOf('<!-- /written -->', from);
  if (from === -1 || to === -1) throw new Error(`The page has no place for ${name}.`);
  return `${page.slice(0, from + start.length)}\n${content}\n\n${page.slice(to)}`;
}
