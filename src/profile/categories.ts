import type { FrameRules } from './frameRules.ts';
import type { CallTree, Frame, Profile } from './model.ts';
import { findProgram } from './nativeProgram.ts';
import { decideNative, nativeFacts, type NativeContext } from './nativeRules.ts';
import { decideScript, isHelper, isScript, type ScriptContext } from './scriptRules.ts';

/** What kind of work a stack's time went into; closed, so that tables and colours can be exhaustive. Suspects first, then what is shown apart, then work. */
export const CATEGORIES = [
  'allocator',
  'page-fault',
  'memory-syscall',
  'buffer',
  'file-io',
  'network',
  'copy',
  'gc',
  'wait',
  'idle',
  'tls',
  'crypto',
  'compression',
  'http',
  'http-parse',
  'dns',
  'streams',
  'playlist-parse',
  'regexp',
  'event-loop',
  'rust-runtime',
  'js-engine',
  'runtime',
  'kernel',
  'native',
  'dependency',
  'user',
  'unknown',
] as const;
export type Category = (typeof CATEGORIES)[number];

/** What the gate suspects: the two things of the claim about buffers and writes, or a category of its own. */
export type Suspect = 'allocator' | 'syscall' | Category;

/** The categories that each suspect stands for. Copy, gc and waiting belong to neither and are shown apart. */
export const SUSPECTS: Readonly<Record<'allocator' | 'syscall', readonly Category[]>> = {
  allocator: ['allocator', 'page-fault', 'memory-syscall', 'buffer'],
  syscall: ['file-io', 'network', 'memory-syscall'],
};

/** The categories of a suspect. */
export function categoriesOf(suspect: Suspect): readonly Category[] {
  return suspect === 'allocator' || suspect === 'syscall' ? SUSPECTS[suspect] : [suspect];
}

/** A category and what decided it: a rule's readable name or the source of a regular expression. */
export interface Decision {
  category: Category;
  pattern: string;
}

/**
 * Whose rules hold: V8's profiles name scripts by URL and charge native time to bindings; native ones (perf and the like) name
 * symbols, down to the kernel's.
 */
export type Origin = 'v8' | 'native';

/** Frames at the outer end of every native stack, and of no stack of V8's profiler. */
const NATIVE_MARK =
  /^(?:_start|__libc_start_(?:call_)?main\S*|start_thread|(?:__)?clone3?|thread_start|entry_SYSCALL_64\S*|asm_\w+|do_syscall_64|el0_svc\S*)$/;
const V8_MARK = /^\((?:idle|program|garbage collector)\)$/;

/** Tells whose rules hold for a profile: by its frames, for any format can carry either kind of stack. */
export function originOf(profile: Pick<Profile, 'format' | 'threads'>): Origin {
  let hasV8Mark = false;
  for (const { tree } of profile.threads) {
    for (const { name } of tree.frames) {
      if (NATIVE_MARK.test(name)) return 'native';
      hasV8Mark ||= V8_MARK.test(name);
    }
  }
  return hasV8Mark || profile.format === 'cpuprofile' || profile.format === 'heapprofile' ? 'v8' : 'native';
}

/** Decisions for all nodes of a tree. */
export interface Decisions {
  /** Distinct decisions. */
  list: Decision[];
  /** Node → index in `list`: what the stack that ends there spent its self weight on. */
  of: Uint32Array;
}

/** Classifies each node's whole stack, the user's rules before the built-in ones, in time linear in the number of nodes however deep they are. */
export function categorise(tree: CallTree, origin: Origin, rules?: FrameRules): Decisions {
  const builtIn = origin === 'v8' ? scriptDecider(tree) : nativeDecider(tree);
  const decide = rules === undefined ? builtIn : userDecider(tree, rules, builtIn);
  const list: Decision[] = [];
  const indexOf = new Map<string, number>();
  const of = new Uint32Array(tree.parent.length);
  for (let node = 0; node < of.length; node++) {
    const decision = decide(node);
    const key = `${decision.category}\n${decision.pattern}`;
    let index = indexOf.get(key);
    if (index === undefined) {
      index = list.push(decision) - 1;
      indexOf.set(key, index);
    }
    of[node] = index;
  }
  return { list, of };
}

/** Classifies one stack, outermost frame first. */
export function categoriseStack(stack: readonly Frame[], origin: Origin, rules?: FrameRules): Decision {
  const tree: CallTree = {
    frames: [...stack],
    frame: Uint32Array.from(stack.keys()),
    parent: Int32Array.from(stack.keys(), (node) => node - 1),
    self: new Float64Array(stack.length),
  };
  const { list, of } = categorise(tree, origin, rules);
  return list[of[stack.length - 1] ?? 0] ?? { category: 'unknown', pattern: 'empty stack' };
}

/** Classifies a frame by its own name and file, as if nothing had called it. */
export function categoriseSymbol(frame: Frame, origin: Origin, rules?: FrameRules): Decision {
  return categoriseStack([frame], origin, rules);
}

/** Node → decision, to be asked in ascending order: what a node inherits is kept from its parent. */
type Decider = (node: number) => Decision;

/** The user's rules for the frame itself win over those for its stack, and those over the built-in ones; of a stack the innermost frame wins. */
function userDecider(tree: CallTree, rules: FrameRules, builtIn: Decider): Decider {
  const { own, stack, decisions } = rules(tree.frames);
  const inherited = new Int32Array(tree.parent.length);
  return (node) => {
    const frame = tree.frame[node] ?? 0;
    const above = inherited[tree.parent[node] ?? -1] ?? -1;
    const here = stack[frame] ?? -1;
    inherited[node] = here >= 0 ? here : above;
    // Asked in any case: what a node inherits is kept from its parent.
    const otherwise = builtIn(node);
    const ownRule = own[frame] ?? -1;
    return decisions[ownRule >= 0 ? ownRule : (inherited[node] ?? -1)] ?? otherwise;
  };
}

function scriptDecider(tree: CallTree): Decider {
  const contexts: ScriptContext[] = [];
  return (node) => {
    const frame = frameAt(tree, node);
    const context: ScriptContext = { frame };
    const parent = contexts[tree.parent[node] ?? -1];
    if (parent !== undefined) {
      context.caller = parent;
      const script = isScript(parent.frame) ? parent : parent.script;
      const owner = isScript(parent.frame) && !isHelper(parent.frame) ? parent : parent.owner;
      if (script !== undefined) context.script = script;
      if (owner !== undefined) context.owner = owner;
    }
    contexts[node] = context;
    return decideScript(context);
  };
}

function nativeDecider(tree: CallTree): Decider {
  const facts = tree.frames.map(nativeFacts);
  const program = findProgram(tree);
  const contexts: NativeContext[] = [];
  return (node) => {
    const own = facts[tree.frame[node] ?? 0] ?? nativeFacts({ name: '' });
    const parent = contexts[tree.parent[node] ?? -1];
    const isKernel = own.isKernel || parent?.isKernel === true;
    const context: NativeContext = { facts: own, isKernel };
    if (parent !== undefined) {
      const user = parent.isKernel ? parent.user : parent;
      if (user !== undefined) context.user = user;
    }
    const gc = (isKernel ? undefined : own.gc) ?? parent?.gc;
    const idle = own.idle ?? parent?.idle;
    if (gc !== undefined) context.gc = gc;
    if (idle !== undefined) context.idle = idle;
    if (isKernel) {
      // The outermost name wins: `__x64_sys_mmap` calls `ksys_mmap_pgoff`.
      const syscall = parent?.syscall ?? own.syscall;
      const fault = parent?.fault ?? own.fault;
      const path = parent?.path ?? own.path;
      if (syscall !== undefined) context.syscall = syscall;
      if (fault !== undefined) context.fault = fault;
      if (path !== undefined) context.path = path;
      const kernelWork = own.kernelWork ?? parent?.kernelWork;
      if (kernelWork !== undefined) context.kernelWork = kernelWork;
    }
    contexts[node] = context;
    return decideNative(context, program);
  };
}

function frameAt(tree: CallTree, node: number): Frame {
  return tree.frames[tree.frame[node] ?? 0] ?? { name: '(unknown)' };
}
