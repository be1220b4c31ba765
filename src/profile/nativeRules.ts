import type { Category, Decision } from './categories.ts';
import type { Frame } from './model.ts';
import { decideScript, isScript } from './scriptRules.ts';
import { decideLeaf, findUserClass, findWrapper, GC, NEAR_CLASSES, type UserClass } from './nativeSymbols.ts';
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
  userClass?: UserClass;
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
}

/** How many user frames from the leaf are asked what they are: deeper callers own the program, not the cost. */
const NEAR_FRAMES = 6;

const KERNEL_FILE = /^\[(?:kernel\b.*|guest\b.*|k)\]$|\.ko(?:\.\w+)?$|^\[\w+\]\.ko$|\bvmlinux\b/;
const KERNEL_ENTRY =
  /^(?:entry_(?:SYSCALL|INT80|SYSENTER)\w*|do_syscall_64|x64_sys_call|do_int80\w*|asm_(?:exc|sysvec|common_interrupt)\w*|common_interrupt|ret_from_fork\w*|el0t?_\w+|el0_svc\w*|invoke_syscall\w*|__(?:x64|arm64|ia32|se|do)_sys_\w+|ksys_\w+|exc_page_fault|do_user_addr_fault|(?:__)?handle_mm_fault|sysvec_\w+|syscall_return_via_sysret|secondary_startup_64\w*)$/;
const PAGE_FAULT =
  /^(?:asm_exc_page_fault|exc_page_fault|do_user_addr_fault|(?:__)?handle_mm_fault|do_anonymous_page|do_page_fault|el0_da|do_mem_abort)$/;
const INTERRUPT =
  /^(?:asm_sysvec_\w+|sysvec_\w+|asm_common_interrupt|common_interrupt|handle_softirqs|__do_softirq|irq_exit\w*)$/;
const NET_PATH =
  /^(?:tcp_|inet6?_|sock_|(?:__)?ip_|ipv6_|sk_|skb_|unix_stream|net_rx|process_backlog|__netif|napi_|dev_queue)/;
const EVENT_PATH = /^(?:eventfd_|ep_poll|do_epoll_)/;
const IDLE = /^(?:do_idle|cpu_startup_entry|cpuidle_\w+|default_idle\w*|swapper)$/;

/** Reads a frame alone; each frame of a profile is read once. */
export function nativeFacts(frame: Frame): NativeFacts {
  const name = frame.name.replace(/(?:@plt|\+0x[0-9a-f]+)$/, '');
  const isKernel = KERNEL_FILE.test(frame.file ?? '') || KERNEL_ENTRY.test(name);
  const facts: NativeFacts = { frame, isKernel };
  if (name === '(idle)' || IDLE.test(name))
    facts.idle = { category: 'idle', pattern: name === '(idle)' ? name : IDLE.source };
  if (PAGE_FAULT.test(name)) facts.fault = { category: 'page-fault', pattern: PAGE_FAULT.source };
  const syscall = SYSCALL_NAME.exec(name)?.[1];
  if (syscall !== undefined) facts.syscall = syscall;
  if (NET_PATH.test(name)) facts.path = { category: 'network', pattern: NET_PATH.source };
  else if (EVENT_PATH.test(name)) facts.path = { category: 'event-loop', pattern: EVENT_PATH.source };
  if (isKernel) return facts;
  if (GC.test(name) || name === '(garbage collector)') facts.gc = { category: 'gc', pattern: GC.source };
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
 *    compression, HTTP, DNS, copy; then a system call's libc function, then JavaScript nearby, then the leaf itself.
 */
export function decideNative(context: NativeContext): Decision {
  const early = context.idle ?? context.gc;
  if (early !== undefined) return early;
  return context.isKernel ? decideKernel(context) : decideUser(context);
}

function decideKernel(context: NativeContext): Decision {
  const { facts, fault, syscall, path, user } = context;
  if (fault !== undefined) return { category: 'page-fault', pattern: `${fault.pattern}${owner(user)}` };
  if (syscall !== undefined) {
    const category = syscallCategory(syscall);
    // A read or write of a socket, an event file: its path through the kernel says so.
    if (category === 'file-io' && path !== undefined)
      return { category: path.category, pattern: `${syscall}: ${path.pattern}` };
    return { category, pattern: `system call ${syscall}` };
  }
  if (INTERRUPT.test(facts.frame.name)) return { category: 'kernel', pattern: INTERRUPT.source };
  // Without its name in the stack, the libc function that made the call names it.
  const wrapper = user?.facts.wrapper;
  if (wrapper !== undefined) return wrapper;
  return { category: 'kernel', pattern: 'a kernel frame without a system call' };
}

/** Who touched the page: told beside the page fault, because it is his to avoid. */
function owner(user: NativeContext | undefined): string {
  if (user === undefined) return '';
  const near = nearestClass(user);
  return ` under ${near?.category ?? user.facts.frame.name}`;
}

function decideUser(context: NativeContext): Decision {
  const near = nearestClass(context);
  if (near !== undefined) return near;
  const { wrapper, frame } = context.facts;
  if (wrapper !== undefined) return wrapper;
  const script = nearestScript(context);
  if (script !== undefined) return script;
  return decideLeaf(frame.name, frame.file);
}

function nearestClass(context: NativeContext): Decision | undefined {
  let best: UserClass | undefined;
  let at: NativeContext | undefined = context;
  for (let steps = 0; steps < NEAR_FRAMES && at !== undefined; steps++, at = at.user) {
    const found = at.facts.userClass;
    if (found !== undefined && (best === undefined || rank(found.category) < rank(best.category))) best = found;
  }
  return best;
}

function rank(category: Category): number {
  return NEAR_CLASSES.indexOf(category);
}

/** JavaScript that perf named (`JS:*read node:fs:1:2`) or that the profile gives a script, judged as V8's profiles are. */
function nearestScript(context: NativeContext): Decision | undefined {
  let at: NativeContext | undefined = context;
  for (let steps = 0; steps < NEAR_FRAMES && at !== undefined; steps++, at = at.user) {
    const frame = readScriptFrame(at.facts.frame);
    if (frame !== undefined) return decideScript({ frame });
  }
  return undefined;
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
