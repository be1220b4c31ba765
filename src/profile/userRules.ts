import { runInNewContext } from 'node:vm';
import { CATEGORIES, type Category, type Decision } from './categories.ts';
import { ProfileError } from './errors.ts';
import type { FrameDecisions, FrameRules } from './frameRules.ts';
import type { Frame } from './model.ts';

/** What a user's pattern is held against: the name of the frame that has the weight, its file, or any name on its stack. */
type RuleKind = 'name' | 'file' | 'stack';

/** A rule of the user's, which goes before all built-in ones; of several the first that matches decides. */
interface UserRule {
  /** Source of a regular expression. */
  pattern: string;
  category: Category;
  kind: RuleKind;
}

const RULES_MAX = 200;
const PATTERN_LENGTH_MAX = 500;
/** Names longer than that are held against the pattern by their beginning. */
const NAME_LENGTH_MAX = 1000;
/** How long one pattern may take over all names of a profile. */
const PATTERN_TIME_MS = 1000;
const KINDS: readonly RuleKind[] = ['name', 'file', 'stack'];

/**
 * Reads rules as settings or JSON have them: an array of `{pattern, category, kind?}`, `kind` being `name` where it is left out. The first
 * rule that matches a frame decides. Applied to frames, a pattern may take a second over all of them, else PROFILE_RULE is thrown.
 * @throws {ProfileError} PROFILE_RULE that names every rule that is wrong, from 1, and why
 */
export function readUserRules(value: unknown): FrameRules {
  if (!Array.isArray(value)) throw wrong('they are no array');
  if (value.length > RULES_MAX) throw wrong(`they are more than ${RULES_MAX}`);
  const problems: string[] = [];
  const rules: UserRule[] = [];
  for (const [index, item] of (value as unknown[]).entries()) {
    const rule = readRule(item);
    if (typeof rule === 'string') problems.push(`rule ${index + 1} ${rule}`);
    else rules.push(rule);
  }
  if (problems.length > 0) throw wrong(problems.join('; '));
  return (frames) => applyRules(rules, frames);
}

/** The rule, or what is wrong with it. */
function readRule(item: unknown): UserRule | string {
  if (typeof item !== 'object' || item === null) return 'is no object';
  const { pattern, category, kind = 'name' } = item as Record<string, unknown>;
  if (typeof pattern !== 'string' || pattern === '') return 'has no pattern';
  if (pattern.length > PATTERN_LENGTH_MAX) return `has a pattern of more than ${PATTERN_LENGTH_MAX} characters`;
  const known = CATEGORIES.find((name) => name === category);
  if (known === undefined) return `has no category of ${CATEGORIES.join(', ')}`;
  const held = KINDS.find((name) => name === kind);
  if (held === undefined) return `has no kind of ${KINDS.join(', ')}`;
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    return `has a pattern that is no regular expression: ${error instanceof Error ? error.message : String(error)}`;
  }
  return { pattern, category: known, kind: held };
}

function applyRules(rules: readonly UserRule[], frames: readonly Frame[]): FrameDecisions {
  const own = new Int32Array(frames.length).fill(-1);
  const stack = new Int32Array(frames.length).fill(-1);
  const texts = {
    name: frames.map(({ name }) => name.slice(0, NAME_LENGTH_MAX)),
    file: frames.map(({ file }) => (file ?? '').slice(0, NAME_LENGTH_MAX)),
  };
  for (const [index, rule] of rules.entries()) {
    const into = rule.kind === 'stack' ? stack : own;
    for (const frame of matches(rule, index, rule.kind === 'file' ? texts.file : texts.name)) {
      if (into[frame] === -1) into[frame] = index;
    }
  }
  const decisions = rules.map(({ category, pattern }, index): Decision => ({
    category,
    pattern: `your rule ${index + 1}: ${pattern}`,
  }));
  return { own, stack, decisions };
}

/** Indexes of the texts that match. A regular expression cannot be stopped from outside but by the engine itself. */
function matches({ pattern }: UserRule, index: number, texts: readonly string[]): number[] {
  const found: number[] = [];
  const match = new RegExp(pattern, 'u');
  const run = (): void => {
    for (const [at, text] of texts.entries()) if (text !== '' && match.test(text)) found.push(at);
  };
  try {
    runInNewContext('run()', { run }, { timeout: PATTERN_TIME_MS });
  } catch (error) {
    // The error is of the other context, whose `Error` is not ours.
    if (
      typeof error === 'object' &&
      error !== null &&
      'code' in error &&
      error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
    ) {
      throw wrong(`rule ${index + 1} takes longer than ${PATTERN_TIME_MS} ms on this profile's names`);
    }
    throw error;
  }
  return found;
}

function wrong(what: string): ProfileError {
  return new ProfileError('PROFILE_RULE', `the rules for categories cannot be used: ${what}`, {
    hint: 'Rules are an array of {"pattern": "^my_pool_", "category": "allocator", "kind": "name"}; docs/profiles.md lists the categories.',
  });
}
