import { ProfileError } from '../errors.ts';
import type { Frame, Profile } from '../model.ts';
import { TreeBuilder } from '../tree.ts';
import type { Content } from './content.ts';

/** Kernel frames marked `_[k]` get this file, the name that perf gives the kernel's symbols. */
export const KERNEL_FILE = '[kernel.kallsyms]';
/** Frames marked `_[j]`: code that a just-in-time compiler made. */
export const JIT_FILE = '[jit]';

const NUMBER = String.raw`\d+(?:\.\d+)?(?:[eE][+-]?\d+)?`;
const LINE = new RegExp(String.raw`^(.*\S)\s+(${NUMBER})$`);
const TWO_NUMBERS = new RegExp(String.raw`^(.*\S)\s+(${NUMBER})\s+(${NUMBER})$`);
const SCRIPT = /^(.*\S) ((?:[a-z][a-z+.-]+:\/\/|node:|\/|[A-Za-z]:[\\/])[^;]*?):(\d+)(?::(\d+))?$/;
const LINES_TO_JUDGE = 200;

interface Stack {
  frames: string[];
  weight: number;
}

/**
 * Does the text look like folded stacks? Nearly anything that ends in numbers does, so this comes after all other formats:
 * nine of ten lines must have a weight, and one at least must have two frames.
 */
export function detect(content: Content): boolean {
  if (content.kind !== 'text' && content.kind !== 'brokenJson') return false;
  const sample = stackLines(content.text.slice(0, 2 ** 20)).slice(0, LINES_TO_JUDGE);
  const valid = sample.filter(({ text }) => LINE.test(text));
  return (
    valid.length > 0 && valid.length >= sample.length * 0.9 && valid.some(({ text }) => splitStack(text).length > 1)
  );
}

/**
 * Reads folded (collapsed) stacks, a line each: frames from the outermost, semicolons between them, then the weight.
 *
 * Lines of `#` and blank ones are comments; `# lost: …` says what the recorder could not see. Marks of the collapsers (`_[k]`, `_[j]`, `_[i]`, `_[w]`, `_`) leave the name; a
 * semicolon inside a Rust array type (`[u8; 8]`) does not end a frame. Files with two numbers on every line hold a difference: the second is read.
 * Lines without a weight are left out and counted in `lost`.
 *
 * @throws {ProfileError} PROFILE_BROKEN, PROFILE_EMPTY
 */
export function parse(content: Content): Profile {
  if (content.kind !== 'text' && content.kind !== 'brokenJson') throw broken('it is no text');
  const lines = stackLines(content.text);
  const lost = [
    'folded stacks have no times and no order: only how much weight each stack has',
    ...toldLosses(content.text),
  ];
  const isDifference = lines.length > 0 && lines.every(({ text }) => TWO_NUMBERS.test(text));
  if (isDifference) lost.push('each line has two weights, as in a difference of two profiles; the second one was read');

  const builder = new TreeBuilder();
  const frameOf = new Map<string, number>();
  const bad: number[] = [];
  const weights: number[] = [];
  for (const { text, number } of lines) {
    const stack = parseLine(text, isDifference);
    if (stack === undefined) bad.push(number);
    else if (stack.weight > 0) {
      addStack(stack, builder, frameOf);
      weights.push(stack.weight);
    }
  }
  if (bad.length === lines.length && bad.length > 0) throw broken(`line ${bad[0] ?? 1} has no weight`);
  if (bad.length > 0)
    lost.push(`${bad.length} lines have no weight and were left out, the first is line ${bad[0] ?? 1}`);
  if (weights.length === 0) {
    throw new ProfileError('PROFILE_EMPTY', 'the folded file holds no stack with weight', {
      hint: 'Check that the profiler recorded samples before they were folded.',
    });
  }
  const period = commonPeriod(weights);
  if (period !== undefined) {
    lost.push(`all weights are multiples of ${period}: they count periods of the profiler's clock, not samples`);
  }
  const unit = period === undefined && weights.every((weight) => Number.isInteger(weight)) ? 'samples' : 'count';
  return { format: 'folded', unit, threads: [{ name: 'all', tree: builder.build(), samples: weights.length }], lost };
}

/** `# lost: …`: what Hotframe's own recorder says that a profile does not hold. */
function toldLosses(text: string): string[] {
  return [...text.slice(0, 2 ** 16).matchAll(/^# lost: (.+?)\.?$/gm)].map(([, told = '']) => told);
}

function stackLines(text: string): { text: string; number: number }[] {
  const lines = text.split(/\r\n|\n|\r/).map((line, index) => ({ text: line.trim(), number: index + 1 }));
  return lines.filter((line) => line.text !== '' && !line.text.startsWith('#'));
}

function parseLine(text: string, isDifference: boolean): Stack | undefined {
  const match = (isDifference ? TWO_NUMBERS : LINE).exec(text);
  const [, stack, first, second] = match ?? [];
  const weight = Number(isDifference ? second : first);
  if (stack === undefined || !Number.isFinite(weight)) return undefined;
  return { frames: splitStack(stack), weight };
}

/** Splits at semicolons, but not at the one of `[T; 8]`, which is followed by a length and the closing bracket. */
function splitStack(stack: string): string[] {
  if (!stack.includes('; ')) return stack.split(';').filter((name) => name !== '');
  const frames: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < stack.length; at++) {
    const char = stack[at];
    if (char === '[') depth++;
    else if (char === ']') depth = Math.max(0, depth - 1);
    else if (char === ';' && !(depth > 0 && isArrayLength(stack, at))) {
      frames.push(stack.slice(start, at));
      start = at + 1;
      depth = 0;
    }
  }
  frames.push(stack.slice(start));
  return frames.filter((name) => name !== '');
}

function isArrayLength(stack: string, at: number): boolean {
  return /^; [^;[\]]*\]/.test(stack.slice(at, at + 200));
}

function addStack({ frames, weight }: Stack, builder: TreeBuilder, frameOf: Map<string, number>): void {
  let node = -1;
  for (const text of frames) {
    let frame = frameOf.get(text);
    if (frame === undefined) {
      frame = builder.frame(readFoldedFrame(text));
      frameOf.set(text, frame);
    }
    node = builder.child(node, frame);
  }
  builder.add(node, weight);
}

/** Reads a frame's text: the collapsers' marks become a file, `name url:line:column` becomes fields. */
export function readFoldedFrame(text: string): Frame {
  const marked = /^(.+)_\[([kjiw])\]$/.exec(text.trim());
  if (marked?.[1] !== undefined) {
    if (marked[2] === 'k') return { name: marked[1], file: KERNEL_FILE };
    // A JavaScript name from a perf map tells more than that it is compiled code.
    if (marked[2] === 'j' && !/^\w+:/.test(marked[1])) return { name: marked[1], file: JIT_FILE };
    return { name: marked[1] };
  }
  const script = mayHaveLine(text) ? SCRIPT.exec(text.trim()) : null;
  if (script?.[1] === undefined || script[2] === undefined) return { name: text.trim() };
  const frame: Frame = { name: script[1], file: script[2], line: Number(script[3]) };
  if (script[4] !== undefined) frame.column = Number(script[4]);
  return frame;
}

/** Names that end otherwise are not held against the pattern, whose cost grows with the square of what does not fit. */
function mayHaveLine(text: string): boolean {
  return (
    /:\d+\s*$/.test(text.slice(-32)) && !text.includes(';') && !/^(?:JS|LazyCompile|Function|Script|Eval):/.test(text)
  );
}

/** The period that collapsers wrote instead of a count: a number above 1,000 that divides every weight. */
function commonPeriod(weights: number[]): number | undefined {
  let divisor = 0;
  for (const weight of weights) {
    if (!Number.isInteger(weight)) return undefined;
    let other = weight;
    while (other !== 0) [divisor, other] = [other, divisor % other];
    if (divisor <= 1000) return undefined;
  }
  return weights.length > 1 ? divisor : undefined;
}

function broken(what: string): ProfileError {
  return new ProfileError('PROFILE_BROKEN', `the folded file is damaged: ${what}`, {
    hint: 'Each line must be frames with semicolons between them, a space and a number.',
  });
}
