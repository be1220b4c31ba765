import type { Frame } from '../model.ts';
import { JIT_FILE } from '../formats/folded.ts';

interface Entry {
  start: number;
  /** Behind the last byte. */
  end: number;
  name: string;
}

const PAGE_BYTES = 4096;
/** No code object comes near it; a damaged line must not fill the memory. */
const SIZE_MAX_BYTES = 2 ** 28;

/**
 * Names of code that V8 compiled, from a perf map: `<start> <size> <name>` a line, both in hexadecimal.
 *
 * A map only grows, and the space of code that was thrown away is used again: of several entries at an address the later one
 * holds.
 */
export class PerfMap {
  readonly #byPage = new Map<number, Entry[]>();

  /** Adds a line; what is no entry is left out. */
  add(line: string): void {
    const match = /^([0-9a-f]+) ([0-9a-f]+) (.+)$/.exec(line);
    if (match === null) return;
    const [, start = '', size = '', name = ''] = match;
    const entry = { start: parseInt(start, 16), end: parseInt(start, 16) + parseInt(size, 16), name };
    if (entry.end <= entry.start || entry.end - entry.start > SIZE_MAX_BYTES) return;
    const last = pageOf(entry.end - 1);
    for (let page = pageOf(entry.start); page <= last; page++) {
      const entries = this.#byPage.get(page);
      if (entries === undefined) this.#byPage.set(page, [entry]);
      else entries.push(entry);
    }
  }

  /** The name at an address, as the map has it. */
  find(address: number): string | undefined {
    return this.#byPage.get(pageOf(address))?.findLast(({ start, end }) => start <= address && address < end)?.name;
  }
}

function pageOf(address: number): number {
  return Math.floor(address / PAGE_BYTES);
}

const SCRIPT_CODE = /^(?:JS|LazyCompile|Function|Script|Eval):[~^+*]?'?(.*)$/;
const WASM_TIER = /^(wasm-function\[\d+\])-\d+-\w+$/;
const PLACE = /^(.*?) ((?:[a-z][a-z\d+.-]*:|\/).*?):(\d+):(\d+)$/;

/**
 * The function behind a name of V8's: `JS:*read node:fs:1:2` is `read` in `node:fs`. The compiler's tier (`~` interpreted, `^` baseline, `+` and
 * `*` optimised) is left out, for a function is one function however it was compiled.
 */
export function toFrame(name: string): Frame {
  const code = SCRIPT_CODE.exec(name)?.[1];
  if (code === undefined) return { name, file: JIT_FILE };
  const place = PLACE.exec(code);
  if (place === null) {
    const bare = code.replace(/ ?:\d+:\d+$/, '').replace(WASM_TIER, '$1');
    return { name: bare || '(anonymous)', file: JIT_FILE };
  }
  const [, called, file = '', line, column] = place;
  return {
    name: called === '' || called === undefined ? '(anonymous)' : called,
    file,
    line: Number(line),
    column: Number(column),
  };
}
