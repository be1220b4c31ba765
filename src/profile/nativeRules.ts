import type { Decision } from './categories.ts';
import type { Frame } from './model.ts';
import { GO_SYSCALL_OWNERS, GO_SYSCALL_RULES } from './goRules.ts';
import { IDLE_RULES, KERNEL_RULES, PAGE_FAULT_RULES, PATH_RULES } from './kernelRules.ts';
import { decideProgram, type Program } from './nativeProgram.ts';
import {
  findCollector,
  findEngine,
  findHelper,
  findLeaf,
  findUserClass,
  findWrapper,
  NEAR_CLASSES,
} from './nativeSymbols.ts';
import { firstMatch } from './rules.ts';
import { CALLERS_MAX } from './bundledRules.ts';
import { decideScript, isScript, type ScriptContext } from './scriptRules.ts';
import { SYSCALL_NAME, syscallCategory } from './syscalls.ts';

/** What a frame's own name and file tell. */
export interface NativeFacts {
  frame: Frame;
  /** In the kernel, or the place where it is entered. */
  isKernel: boolean;
  gc?: Decision;
  idle?: Decision;
  fault?: Decision;
  /** Name of the system call (`mmap`) that a kernel entry stands for. */
  syscall?: string;
  /** A kernel function that tells sockets or event files from files. */
  path?: Decision;
  /** What the kernel does of its own: interrupts, switching. */
  kernelWork?: Decision;
  userClass?: Decision;
  /** Category of a libc function that does nothing but a system call. */
  wrapper?: Decision;
}

/** A node's own facts and what it inherits from its callers. */
export interface NativeContext {
  facts: NativeFacts;
  isKernel: boolean;
  /** Nearest caller in user space. */
  user?: NativeContext;
  gc?: Decision;
  idle?: Decision;
  fault?: Decision;
  syscall?: string;
  path?: Decision;
  kernelWork?: Decision;
}

/** How many user frames from the leaf are asked what they are: deeper callers own the program, not the cost. */
const NEAR_FRAMES = 6;

const KERNEL_FILE = /^\[(?:kernel\b.*|guest\b.*|k)\]$|\.ko(?:\.\w+)?$|^\[\w+\]\.ko$|\bvmlinux\b/;
const KERNEL_ENTRY =
  /^(?:entry_(?:SYSCALL|INT80|SYSENTER)\w*|do_syscall_64|x64_sys_call|do_int80\w*|asm_(?:exc|sysvec|common_interrupt)\w*|common_interrupt|ret_from_fork\w*|el0t?_\w+|el0_svc\w*|invoke_syscall\w*|__(?:x64|arm64|ia32|se|do)_sys_\w+|ksys_\w+|exc_page_fault|do_user_addr_fault|(?:__)?handle_mm_fault|sysvec_\w+|syscall_return_via_sysret|secondary_startup_64\w*)$/;
/** How far up the callers of Go's system calls are asked: its library wraps them deeper than libc's. */
const SYSCALL_OWNER_FRAMES = 12;

/** Reads a frame alone; each frame of a profile is read once. */
export function nativeFacts(frame: Frame): NativeFacts {
  const name = frame.name.replace(/(?:@plt|\+0x[0-9a-f]+)$/, '');
  const isKernel = KERNEL_FILE.test(frame.file ?? '') || KERNEL_ENTRY.test(name);
  const facts: NativeFacts = { frame, isKernel };
  const idle = firstMatch(IDLE_RULES, name);
  const fault = firstMatch(PAGE_FAULT_RULES, name);
  const path = firstMatch(PATH_RULES, name);
  const kernelWork = firstMatch(KERNEL_RULES, name);
  const syscall = SYSCALL_NAME.exec(name)?.[1];
  if (idle !== undefined) facts.idle = idle;
  if (fault !== undefined) facts.fault = fault;
  if (syscall !== undefined) facts.syscall = syscall;
  if (path !== undefined) facts.path = path;
  if (kernelWork !== undefined) facts.kernelWork = kernelWork;
  // A script may call its function `read` or `free`: only compiled symbols are libc's.
  if (isKernel || readScriptFrame(frame) !== undefined) return facts;
  const gc = findCollector(name);
  if (gc !== undefined) facts.gc = gc;
  const userClass = findUserClass(name);
  if (userClass !== undefined) facts.userClass = userClass;
  const wrapper = findWrapper(name);
  if (wrapper !== undefined) facts.wrapper = wrapper;
  return facts;
}

/**
 * Classifies the self weight of a native stack, by rules in this order:
 *
 * 1. idle; any user frame of the garbage collector, for its page faults are its own;
 * 2. a leaf in the kernel: page fault, else the system call by name (a path through the network stack makes a read or write
 *    `network`), else an interrupt or another part of the kernel;
 * 3. a leaf in user space: of the six frames nearest to the leaf the first class in the order allocator, buffer, TLS, crypto,
 *    compression, HTTP, DNS, copy; then Go's system calls by their callers and libc's by their names;
 * 4. else the leaf, or the caller that a helper of the language's library (`strlen`, `std::sort`) worked for: V8's own code, JavaScript
 *    nearby, a rule for the leaf, the program's own code. What none of them knows is `unknown`.
 */
export function decideNative(context: NativeContext, program: Program): Decision {
  const early = context.idle ?? context.gc;
  if (early !== undefined) return early;
  return context.isKernel ? decideKernel(context) : decideUser(context, program);
}

function decideKernel(context: NativeContext): Decision {
  const { fault, syscall, path, user, kernelWork } = context;
  if (fault !== undefined) return { category: 'page-fault', pattern: `${fault.pattern}${owner(user)}` };
  if (syscall !== undefined) {
    const category = syscallCategory(syscall);
    // A read or write of a socket, an event file: its path through the kernel says so.
    if (category === 'file-io' && path !== undefined)
      return { category: path.category, pattern: `${path.pattern} under ${syscall}` };
    return { category, pattern: `system call ${syscall}` };
  }
  if (kernelWork !== undefined) return kernelWork;
  // Without its name in the stack, the libc function that made the call names it.
  const wrapper = user?.facts.wrapper ?? (user && decideGoSyscall(user));
  if (wrapper !== undefined) return wrapper;
  return { category: 'kernel', pattern: 'a kernel frame without a system call' };
}

/** Who touched the page: told beside the page fault, because it is his to avoid. */
function owner(user: NativeContext | undefined): string {
  if (user === undefined) return '';
  const near = nearestClass(user);
  return ` under ${near?.category ?? user.facts.frame.name}`;
}

function decideUser(context: NativeContext, program: Program): Decision {
  const near = nearestClass(context) ?? decideGoSyscall(context) ?? context.facts.wrapper;
  if (near !== undefined) return near;
  const helped = callerOfHelpers(context);
  const { name, file } = helped.facts.frame;
  return (
    findEngine(name) ??
    nearestScript(helped) ??
    findLeaf(name, file) ??
    decideProgram(program, helped.facts.frame) ??
    findHelper(context.facts.frame.name) ?? {
      category: 'unknown',
      pattern: name === '' || name === '[unknown]' || /^0x[0-9a-f]+$/.test(name) ? 'a frame without a name' : 'no rule',
    }
  );
}

/** The nearest caller that is no helper of its language's library, or the context itself where there is none. */
function callerOfHelpers(context: NativeContext): NativeContext {
  let at: NativeContext | undefined = context;
  while (at !== undefined && findHelper(at.facts.frame.name) !== undefined) at = at.user;
  return at ?? context;
}

function decideGoSyscall(context: NativeContext): Decision | undefined {
  const entry = firstMatch(GO_SYSCALL_RULES, context.facts.frame.name);
  if (entry === undefined) return undefined;
  let at: NativeContext | undefined = context;
  for (let steps = 0; steps < SYSCALL_OWNER_FRAMES && at !== undefined; steps++, at = at.user) {
    const found = firstMatch(GO_SYSCALL_OWNERS, at.facts.frame.name);
    if (found !== undefined) return found;
  }
  return /^internal\/poll\./.test(context.facts.frame.name) ? undefined : entry;
}

function nearestClass(context: NativeContext): Decision | undefined {
  let best: Decision | undefined;
  let at: NativeContext | undefined = context;
  for (let steps = 0; steps < NEAR_FRAMES && at !== undefined; steps++, at = at.user) {
    const found = at.facts.userClass;
    if (found !== undefined && (best === undefined || rank(found) < rank(best))) best = found;
  }
  return best;
}

function rank({ category }: Decision): number {
  return NEAR_CLASSES.indexOf(category);
}

/** JavaScript that perf named (`JS:*read node:fs:1:2`) or that the profile gives a script, judged as V8's profiles are. */
function nearestScript(context: NativeContext): Decision | undefined {
  let at: NativeContext | undefined = context;
  let script: ScriptContext | undefined;
  let last: ScriptContext | undefined;
  for (let steps = 0; at !== undefined && (script !== undefined || steps < NEAR_FRAMES); steps++, at = at.user) {
    const frame = readScriptFrame(at.facts.frame);
    if (frame === undefined) continue;
    const next: ScriptContext = { frame };
    if (last === undefined) script = next;
    else last.caller = next;
    last = next;
    if (steps >= CALLERS_MAX) break;
  }
  return script && decideScript(script);
}

const PERF_MAP_NAME = /^(?:JS|LazyCompile|Function|Script|Eval):[~^+*]?'?(.*?)'?(?: (\S+?))?(?::(\d+))?(?::(\d+))?$/;
const URL_LIKE = /^(?:[a-z][a-z+.-]+:\/\/|node:|\/)/;

function readScriptFrame(frame: Frame): Frame | undefined {
  const match = PERF_MAP_NAME.exec(frame.name);
  if (match !== null)
    return { name: match[1] === '' ? '(anonymous)' : (match[1] ?? ''), file: match[2] ?? '(unknown script)' };
  if (/^RegExp[:.]/.test(frame.name)) return { name: 'RegExp: ' };
  if (frame.file === '[jit]' || /\bperf-\d+\.map\b/.test(frame.file ?? ''))
    return { name: frame.name, file: '(unnamed code)' };
  return isScript(frame) && URL_LIKE.test(frame.file ?? '') && /\.[cm]?[jt]sx?$|^node:/.test(frame.file ?? '')
    ? frame
    : undefined;
}
