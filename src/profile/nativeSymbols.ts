import type { Category, Decision } from './categories.ts';
import { ENGINE_GC_RULES, ENGINE_LEAF_RULES, ENGINE_NEAR_RULES, ENGINE_RULES } from './engineRules.ts';
import { GO_GC_RULES, GO_LEAF_RULES, GO_NEAR_RULES, GO_SYSCALL_OWNERS, GO_SYSCALL_RULES } from './goRules.ts';
import { IDLE_RULES, KERNEL_RULES, PAGE_FAULT_RULES, PATH_RULES } from './kernelRules.ts';
import { HELPER_RULES, LIBC_LEAF_RULES } from './libcRules.ts';
import { LIBRARY_LEAF_RULES, LIBRARY_NEAR_RULES } from './libraryRules.ts';
import { MEMORY_RULES } from './memoryRules.ts';
import { firstMatch, type Rule } from './rules.ts';
import { RUST_LEAF_RULES, RUST_NEAR_RULES } from './rustRules.ts';
import { knownSyscall } from './syscalls.ts';

/** Categories that own a stack from near its leaf, in the order in which they win. */
export const NEAR_CLASSES: readonly Category[] = [
  'allocator',
  'buffer',
  'tls',
  'crypto',
  'compression',
  'http-parse',
  'dns',
  'copy',
];

const GC_RULES: readonly Rule[] = [...ENGINE_GC_RULES, ...GO_GC_RULES];

/** A name of two classes has the stronger one: sorting is stable, so a language's own order stays. */
const NEAR_RULES: readonly Rule[] = [
  ...MEMORY_RULES,
  ...ENGINE_NEAR_RULES,
  ...LIBRARY_NEAR_RULES,
  ...RUST_NEAR_RULES,
  ...GO_NEAR_RULES,
].sort((a, b) => NEAR_CLASSES.indexOf(a.category) - NEAR_CLASSES.indexOf(b.category));

const LEAF_RULES: readonly Rule[] = [
  ...ENGINE_LEAF_RULES,
  ...LIBC_LEAF_RULES,
  ...LIBRARY_LEAF_RULES,
  ...RUST_LEAF_RULES,
  ...GO_LEAF_RULES,
];

/** Every rule for native frames, each of which decides its own example. */
export const NATIVE_RULES: readonly Rule[] = [
  ...IDLE_RULES,
  ...GC_RULES,
  ...PAGE_FAULT_RULES,
  ...PATH_RULES,
  ...KERNEL_RULES,
  ...NEAR_RULES,
  ...GO_SYSCALL_OWNERS,
  ...GO_SYSCALL_RULES,
  ...ENGINE_RULES,
  ...LEAF_RULES,
  ...HELPER_RULES,
];

/** The collector's decision, if the name is one of its frames. */
export function findCollector(name: string): Decision | undefined {
  return firstMatch(GC_RULES, name);
}

/** The class of a name, if it owns stacks from near the leaf. */
export function findUserClass(name: string): Decision | undefined {
  return firstMatch(NEAR_RULES, name);
}

/** libc's functions that do nothing but a system call, with the prefixes and suffixes that its symbols have. */
export function findWrapper(name: string): Decision | undefined {
  const bare = /^(?:__GI_)?(?:__libc_|__)?([a-z]\w*?)(?:64)?(?:_nocancel)?(?:@.*)?$/.exec(name)?.[1];
  const category = bare === undefined ? undefined : knownSyscall(bare);
  return category && { category, pattern: `libc ${bare ?? name}` };
}

/** Is the name one whose time belongs to its caller? Its decision is for where no caller is known. */
export function findHelper(name: string): Decision | undefined {
  return firstMatch(HELPER_RULES, name);
}

/** V8's own work in C++, which is the engine's whichever script it was for. */
export function findEngine(name: string): Decision | undefined {
  return firstMatch(ENGINE_RULES, name);
}

/** What a leaf is that nothing near it owns, or undefined where no rule knows it. */
export function findLeaf(name: string, file: string | undefined): Decision | undefined {
  if (name === '(program)') return { category: 'native', pattern: '(program)' };
  if (file?.startsWith('[vdso') === true) return { category: 'kernel', pattern: '[vdso]' };
  return firstMatch(LEAF_RULES, name);
}
