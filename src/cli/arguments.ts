import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { UsageError } from '../engine/errors.ts';

/** Makes the error of a command that was called wrongly; throws never. */
export type Refusal = (message: string, cause?: unknown) => Error;

/** Where the options of a command are explained. */
export function usageErrorOf(command: string): Refusal {
  const hint = `\`hotframe ${command} --help\` lists the options.`;
  return (message, cause) => new UsageError('HLS_OPTION', message, { hint, cause });
}

/** Options and positionals of a command; `--no-<name>` undoes a boolean. Throws what `refuse` makes of a wrong call. */
export function parseArguments<const T extends ParseArgsOptionsConfig>(args: string[], options: T, refuse: Refusal) {
  try {
    return parseArgs({ args, options, allowPositionals: true, allowNegative: true });
  } catch (error) {
    // The first sentence says what is wrong; those after it are advice for a shell.
    const [what = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s/, 1);
    throw refuse(`${what.replace(/\.$/, '')}.`, error);
  }
}

/** What a number has to be, bounds included. */
export interface NumberRule {
  least: number;
  most: number;
  isWhole?: boolean;
}

/** The number that an option's `text` stands for. Throws what `refuse` makes of one that breaks the rule. */
export function readNumber(option: string, text: string, rule: NumberRule, refuse: Refusal): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  const isRight = value >= rule.least && value <= rule.most && (!rule.isWhole || Number.isInteger(value));
  if (isRight) return value;
  const kind = rule.isWhole ? 'a whole number' : 'a number';
  throw refuse(`${option} takes ${kind} from ${rule.least} to ${rule.most}, not "${text}".`);
}

/** `text` if it is one of the `allowed`. Throws what `refuse` makes of another. */
export function oneOf<T extends string>(option: string, text: string, allowed: readonly T[], refuse: Refusal): T {
  const value = allowed.find((candidate) => candidate === text);
  if (value === undefined) throw refuse(`${option} is one of ${allowed.join(', ')}, not "${text}".`);
  return value;
}

/** Aligns an option and what it does, as the help of every command has it. */
export function helpLine(option: string, text: string): string {
  return `  ${option.padEnd(30)}${text}\n`;
}
