/** Text that means itself in a line of Markdown, in a cell of a table too. */
export function plain(text: string): string {
  return oneLine(text).replaceAll(/[\\`*_[\]<>|]|^[#+-]/g, (sign) => `\\${sign}`);
}

/** Text as it is, as code; in a cell of a table too. */
export function code(text: string): string {
  const line = oneLine(text).replaceAll('|', '\\|');
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`;
}

/** A block of code with its language. */
export function codeBlock(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Text of any length as a quotation. */
export function quote(text: string): string {
  return text
    .trim()
    .split(/\r\n|[\r\n]/)
    .map((line) => `> ${plain(line)}`.trimEnd())
    .join('\n');
}

/** A table of cells that are Markdown already; the columns named in `right` are numbers. */
export function table(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map((title) => (right.includes(title) ? '---:' : '---'))), ...rows.map(line)].join(
    '\n',
  );
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
