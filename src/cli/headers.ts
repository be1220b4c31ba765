import { readFile } from 'node:fs/promises';
import { UsageError } from '../engine/errors.ts';

/** Headers from `HOTFRAME_HEADERS` (a header a line), so that no secret stands in the list of processes. Throws UsageError. */
export function environmentHeaders(env: NodeJS.ProcessEnv): Record<string, string> {
  return parseHeaders((env['HOTFRAME_HEADERS'] ?? '').split(/\r?\n/), 'HOTFRAME_HEADERS');
}

/** Headers of a file (a header a line, `#` starts a comment) and of the command line, which wins. Throws UsageError. */
export async function readHeaders(
  file: string | undefined,
  options: readonly string[],
): Promise<Record<string, string>> {
  const lines = file === undefined ? [] : await readLines(file);
  return { ...parseHeaders(lines, file ?? ''), ...parseHeaders(options, '--header') };
}

async function readLines(file: string): Promise<string[]> {
  try {
    return (await readFile(file, 'utf8')).split(/\r?\n/);
  } catch (cause) {
    throw new UsageError('HLS_OPTION', `The headers in ${file} cannot be read.`, {
      hint: 'Check the name of the file.',
      cause,
    });
  }
}

function parseHeaders(lines: readonly string[], where: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    // Token and field-value of RFC 9110 §5: a line break would let one header smuggle in another.
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      // The line itself may be the secret: its place is told, not its text.
      throw new UsageError('HLS_OPTION', `Header ${index + 1} of ${where} is none.`, {
        hint: "Write headers as 'Name: value'.",
      });
    }
    headers[name] = value;
  }
  return headers;
}
