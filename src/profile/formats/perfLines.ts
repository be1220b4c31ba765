import type { Frame } from '../model.ts';
import { JIT_FILE, KERNEL_FILE } from './folded.ts';

/** What the line before a stack says of its sample; fields that the file does not print are absent. */
export interface PerfHeader {
  comm?: string;
  pid?: number;
  tid?: number;
  /** On perf's own clock, in microseconds. */
  timeUs?: number;
  /** The event's weight in its own unit. */
  period?: number;
  event?: string;
  /** What follows the event: the only frame of a file without stacks, or fields of a tracepoint. */
  rest: string;
  /** The line has the fields of a sample; without, only its place before a stack tells. */
  isCertain: boolean;
}

/** A frame line: where the code is and what `perf` calls it. */
export interface PerfFrame {
  /** As printed: hexadecimal, without padding. */
  address: string;
  frame: Frame;
  /** The compiler put it into the next frame, which has the same address. */
  isInlined: boolean;
}

// Every repetition is bounded: a line of blanks or digits must not cost more than its length.
const COMM = String.raw`(\S.{0,63}?)`;
const LONGEST_COMM = String.raw`(\S.{0,63})`;
const IDS = String.raw`(?:(-?\d{1,10})\/)?(-?\d{1,10})`;
const EVENT = String.raw`(?:(\d{1,20})\s{1,20})?(?:([^\s:]\S{0,255}):(?=\s|$))?`;
const TIMED = new RegExp(
  String.raw`^\s{0,32}(?:${COMM}\s{1,20})?${IDS}\s{1,20}(?:\[\d{1,6}\]\s{1,20})?(?:[A-Za-z+.]{1,8}\s{1,20})?(\d{1,15}\.\d{1,9}):\s{0,40}${EVENT}`,
);
const UNTIMED_WITH_PERIOD = new RegExp(
  String.raw`^\s{0,32}${LONGEST_COMM}\s{1,20}${IDS}(?:\s{1,20}\[\d{1,6}\])?\s{2,20}(\d{1,20})\s{1,20}([^\s:]\S{0,255}):(?=\s|$)`,
);
const UNTIMED = new RegExp(
  String.raw`^\s{0,32}${LONGEST_COMM}\s{1,20}${IDS}(?:\s{1,20}\[\d{1,6}\])?\s{1,20}()([^\s:]\S{0,255}):(?=\s|$)`,
);
const HEADER_MAX = 512;

/** Reads the line before a stack, whichever fields `perf script -F` printed. */
export function readHeader(line: string): PerfHeader {
  const start = line.slice(0, HEADER_MAX);
  const timed = TIMED.exec(start);
  const match = timed ?? UNTIMED_WITH_PERIOD.exec(start) ?? UNTIMED.exec(start);
  if (match === null) {
    const comm = start.trim();
    return { rest: '', isCertain: false, ...(comm === '' ? {} : { comm }) };
  }
  const [whole, comm, pid, tid, ...fields] = match as (string | undefined)[];
  const time = timed === null ? undefined : fields.shift();
  const [period, event] = fields;
  const header: PerfHeader = { rest: line.slice(whole?.length ?? 0).trim(), isCertain: true };
  if (comm !== undefined) header.comm = comm.trim();
  if (pid !== undefined) header.pid = Number(pid);
  if (tid !== undefined) header.tid = Number(tid);
  if (time !== undefined) header.timeUs = Number(time) * 1e6;
  if (period !== undefined && period !== '') header.period = Number(period);
  if (event !== undefined) header.event = event;
  return header;
}

const FRAME_START = /^\s*([0-9a-f]{1,16})(?=\s|$)/;
const ALIGNED_FRAME = /^\t(?=[ 0-9a-f]{16}(?:\s|$)) {0,15}[0-9a-f]{1,16}(?:\s|$)/;

/** Is this a frame line beyond doubt: a tab and an address aligned to 16 places? */
export function isFrameLine(line: string): boolean {
  return ALIGNED_FRAME.test(line);
}

/** Splits a frame line into its address and the rest, which is the same for all samples at that place; undefined when it is none. */
export function splitFrameLine(line: string): { address: string; rest: string } | undefined {
  const match = FRAME_START.exec(line.length > 64 ? line.slice(0, 64) : line);
  if (match?.[1] === undefined) return undefined;
  return { address: match[1], rest: line.slice(match[0].length + 1) };
}

/** Reads what follows the address: `symbol+0x1f (binary)`, offset and binary as far as they are printed. */
export function readFrame(address: string, rest: string): PerfFrame {
  const { symbol, binary } = splitBinary(rest.trim());
  const name = symbol.replace(/\+0x[0-9a-f]{1,16}$/, '');
  const frame: Frame = { name: name === '' ? '[unknown]' : name };
  const file = fileOf(binary, address);
  if (file !== undefined) frame.file = file;
  return { address, frame, isInlined: binary === 'inlined' };
}

/** Symbols of C++ and Rust have blanks and brackets of their own, binaries can be `(deleted)`: the last pair that names a binary counts. */
function splitBinary(text: string): { symbol: string; binary: string | undefined } {
  if (!text.endsWith(')')) return { symbol: text, binary: undefined };
  const whole = text.endsWith(' (deleted))') ? text.slice(0, -11) : text.slice(0, -1);
  const open = whole.startsWith('(') && !whole.includes(' (') ? 0 : whole.lastIndexOf(' (') + 1;
  const binary = whole.slice(open + 1);
  const symbol = whole.slice(0, open).trimEnd();
  const isBinary =
    whole[open] === '(' &&
    (/^(?:[/[]|inlined$|anon|memfd:|SYSV)/.test(binary) || /\+0x[0-9a-f]{1,16}$/.test(symbol) || symbol === '');
  return isBinary ? { symbol, binary } : { symbol: text, binary: undefined };
}

/** Is it in the upper half of the address space, which is the kernel's but for one page that it lends to programs? */
export function isKernelAddress(address: string): boolean {
  return address.length === 16 && address.startsWith('ffff') && !address.startsWith('ffffffffff6');
}

function fileOf(binary: string | undefined, address: string): string | undefined {
  if (binary === undefined || binary === '[unknown]') {
    return isKernelAddress(address) ? KERNEL_FILE : undefined;
  }
  if (binary === 'inlined') return undefined;
  if (binary.startsWith('[kernel.kallsyms]')) return KERNEL_FILE;
  return /\/perf-\d+\.map$/.test(binary) ? JIT_FILE : binary;
}
