import { JIT_FILE, KERNEL_FILE } from './formats/folded.ts';
import type { Frame } from './model.ts';

/** Files that a folded frame can carry so that they are told from its name again. */
const SCRIPT_FILE = /^(?:[a-z][a-z+.-]+:\/\/|node:|\/|[A-Za-z]:[\\/])/;

/** A frame as one text, as in folded stacks: `name file:line:column` for scripts, `name_[k]` for the kernel, `name_[j]` for compiled code. */
export function foldedLabel({ name, file, line, column }: Frame): string {
  // A semicolon would end the frame, a line break the stack; array types (`[u8; 8]`) are read back as they are.
  const safe = name.replaceAll(/\s*[\r\n]+\s*/g, ' ').replaceAll(/;(?! [^;[\]]*\])/g, ':');
  if (file === KERNEL_FILE) return `${safe}_[k]`;
  if (file === JIT_FILE) return `${safe}_[j]`;
  if (file === undefined || line === undefined || file.includes(';') || !SCRIPT_FILE.test(file)) return safe;
  return column === undefined ? `${safe} ${file}:${line}` : `${safe} ${file}:${line}:${column}`;
}
