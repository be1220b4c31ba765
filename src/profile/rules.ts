import type { Category, Decision } from './categories.ts';

/** A pattern over a name and what it makes of the stack. */
export interface Rule {
  category: Category;
  match: RegExp;
  /**
   * A stack that this very rule decides, the outermost frame first: frames with `;` between them, the kernel's marked `_[k]`, a
   * script's with its URL after a space. A test holds every rule against its example.
   */
  example: string;
}

/** The decision of the first rule that matches, or undefined. */
export function firstMatch(rules: readonly Rule[], text: string): Decision | undefined {
  const rule = rules.find(({ match }) => match.test(text));
  return rule && { category: rule.category, pattern: rule.match.source };
}

/** Rust paths as they are demangled: `hyper::…`, `<hyper::… as …>`, `<&mut hyper::…>`. */
export function rustPath(...crates: string[]): RegExp {
  return new RegExp(`^<*(?:&(?:mut )?)?(?:dyn )?(?:${crates.join('|')})::`);
}
