import { ProfileError } from '../errors.ts';
import type { Frame, Thread, Unit } from '../model.ts';
import { relateTimes, TIMED_SAMPLES_MAX, TimesBudget, TimesBuilder } from '../sampleTimes.ts';
import { TreeBudget, TreeBuilder } from '../tree.ts';
import type { PerfHeader } from './perfLines.ts';

/** More threads or events than these are counted together, so that a file of them costs no memory. */
const THREADS_MAX = 4096;
const EVENTS_MAX = 32;

/** Recordings have some ten thousand. */
const FUNCTIONS_MAX = 2 ** 20;

/** Frames that the processor's idle task runs, and those that interrupt it. */
const IDLE = /^(?:do_idle|cpu_startup_entry|cpuidle_\w+|default_idle\w*|pv_native_safe_halt|native_safe_halt)$/;
const INTERRUPT = /^(?:asm_\w+|common_interrupt|el1h_64_irq\w*)$/;

/** Events whose period is nanoseconds of a clock, and those that come nearest to one. */
const CLOCK = /^(?:cpu|task)-clock$/;
const CYCLES = /^(?:cpu-)?cycles$/;

interface ThreadTree {
  name: string;
  builder: TreeBuilder;
  /** Frame of the file → frame of the builder. */
  frames: Map<number, number>;
  samples: number;
  times: TimesBuilder;
}

/** Samples of one event. */
interface EventTrees {
  name: string;
  threads: Map<string, ThreadTree>;
  samples: number;
  /** Without, each sample weighs one. */
  hasPeriods: boolean;
  /** Samples that were left out because their period is missing or absurd. */
  withoutPeriod: number;
  withoutStack: number;
  /** All samples leave out the kernel (`:u`). */
  isUserOnly: boolean;
}

/** The event that a profile shows. */
export interface ChosenEvent {
  unit: Unit;
  threads: Thread[];
  /** As in `Profile`. */
  startUs?: number;
  notes: string[];
}

/** Merges the samples of a perf file by event and thread. */
export class PerfTrees {
  readonly #frames: Frame[] = [];
  readonly #frameIndex = new Map<string, number>();
  readonly #events = new Map<string, EventTrees>();
  readonly #budget = new TreeBudget();
  readonly #timesBudget = new TimesBudget();
  #threads = 0;
  #otherEvents = 0;

  /** Index of a frame for `add`. */
  frame(frame: Frame): number {
    const key = `${frame.file ?? ''}\n${frame.name}`;
    const known = this.#frameIndex.get(key);
    if (known !== undefined) return known;
    if (this.#frames.length >= FUNCTIONS_MAX) throw tooLarge(FUNCTIONS_MAX, 'functions');
    const index = this.#frames.push(frame) - 1;
    this.#frameIndex.set(key, index);
    return index;
  }

  /** Adds a sample; `stack` holds frames from `frame`, the innermost first. */
  add(header: PerfHeader, stack: readonly number[]): void {
    const event = this.#event(header);
    if (event === undefined) {
      this.#otherEvents++;
      return;
    }
    const weight = event.hasPeriods ? header.period : 1;
    if (weight === undefined || !(weight > 0 && weight <= Number.MAX_SAFE_INTEGER)) {
      event.withoutPeriod++;
      return;
    }
    event.samples++;
    if (stack.length === 0) event.withoutStack++;
    const thread = this.#thread(event, header);
    thread.samples++;
    const node = this.#node(thread, this.#withoutIdle(header, stack));
    thread.builder.add(node, weight);
    if (header.timeUs === undefined) return;
    // A clock's sample is taken when its period is over; of others it is not known how long they took.
    const lengthUs = CLOCK.test(event.name) && event.hasPeriods ? weight / 1000 : 0;
    thread.times.add(node, header.timeUs - lengthUs, header.timeUs);
  }

  /** The event that comes nearest to time, else the one with the most samples; undefined when there is no sample with weight. */
  choose(): ChosenEvent | undefined {
    const events = [...this.#events.values()].filter(({ samples }) => samples > 0);
    events.sort((a, b) => rank(a.name) - rank(b.name) || b.samples - a.samples);
    const [chosen, ...others] = events;
    if (chosen === undefined) return undefined;
    const isClock = CLOCK.test(chosen.name) && chosen.hasPeriods;
    const threads = [...chosen.threads.values()].map(({ name, builder, samples, times }): Thread => {
      const tree = builder.build();
      // Clocks count nanoseconds.
      if (isClock) tree.self.forEach((weight, node) => (tree.self[node] = weight / 1000));
      const timed = isClock ? times.build({ isSampled: true }) : times.buildRegular();
      return { name, tree, samples, ...(timed && { times: timed }) };
    });
    const unit = isClock ? 'microseconds' : chosen.hasPeriods ? 'count' : 'samples';
    return { unit, threads, ...relateTimes(threads), notes: this.#notes(chosen, others, unit) };
  }

  #notes(chosen: EventTrees, others: EventTrees[], unit: Unit): string[] {
    const notes: string[] = [];
    if (others.length > 0) {
      const list = others.slice(0, 8).map(({ name, samples }) => `${nameOf(name)} (${samples} samples)`);
      const more = others.length > 8 || this.#otherEvents > 0 ? ' and more' : '';
      notes.push(`the file has several events; ${nameOf(chosen.name)} is shown, not ${list.join(', ')}${more}`);
    }
    if (unit === 'count') notes.push(`weights count ${nameOf(chosen.name)}, which are no time`);
    if (unit === 'samples') notes.push('the file prints no periods, so every sample counts the same');
    if (chosen.isUserOnly)
      notes.push('the kernel was left out of the recording: what system calls and page faults cost is not in it');
    if (chosen.withoutPeriod > 0)
      notes.push(`${chosen.withoutPeriod} samples have no period that can be, and were left out`);
    if (chosen.withoutStack > 0) notes.push(`${chosen.withoutStack} samples have no stack and stand as [unknown]`);
    if (this.#timesBudget.isUsedUp)
      notes.push(`the order in time of more than ${TIMED_SAMPLES_MAX} samples was left out`);
    if (this.#threads > THREADS_MAX) notes.push(`threads after the first ${THREADS_MAX} are shown as one`);
    return notes;
  }

  #event(header: PerfHeader): EventTrees | undefined {
    const printed = header.event ?? '';
    const modifiers = /:([a-zA-Z]{1,10})$/.exec(printed)?.[1] ?? '';
    const isUserOnly = modifiers.includes('u') && !/[kh]/.test(modifiers);
    const name = baseName(printed);
    let event = this.#events.get(name);
    if (event === undefined) {
      if (this.#events.size >= EVENTS_MAX) return undefined;
      const hasPeriods = header.period !== undefined;
      event = { name, threads: new Map(), samples: 0, hasPeriods, withoutPeriod: 0, withoutStack: 0, isUserOnly };
      this.#events.set(name, event);
    }
    event.isUserOnly &&= isUserOnly;
    return event;
  }

  #thread(event: EventTrees, header: PerfHeader): ThreadTree {
    const id = header.tid === undefined ? (header.comm ?? '') : `${header.pid ?? ''}/${header.tid}`;
    const known = event.threads.get(id);
    const name = threadName(header);
    if (known !== undefined) {
      // Threads are named after they start and programs after they are executed: the last name is theirs.
      known.name = name;
      return known;
    }
    this.#threads++;
    const key = this.#threads > THREADS_MAX ? 'others' : id;
    const shared = event.threads.get(key);
    if (shared !== undefined) return shared;
    const isShared = this.#threads > THREADS_MAX;
    const thread: ThreadTree = {
      name: isShared ? 'other threads' : name,
      builder: new TreeBuilder(this.#budget),
      frames: new Map(),
      samples: 0,
      times: new TimesBuilder(this.#timesBudget),
    };
    event.threads.set(key, thread);
    return thread;
  }

  #node(thread: ThreadTree, stack: readonly number[]): number {
    let node = -1;
    for (let index = stack.length - 1; index >= 0; index--) {
      const frame = stack[index] ?? 0;
      let own = thread.frames.get(frame);
      if (own === undefined) {
        own = thread.builder.frame(this.#frames[frame] ?? { name: '[unknown]' });
        thread.frames.set(frame, own);
      }
      node = thread.builder.child(node, own);
    }
    return node === -1 ? thread.builder.child(-1, thread.builder.frame({ name: '[unknown]' })) : node;
  }

  /** The idle task's stack: an interrupt that it served is work, all else is idle. */
  #withoutIdle(header: PerfHeader, stack: readonly number[]): readonly number[] {
    if (!isIdleTask(header)) return stack;
    const idleAt = stack.findIndex((frame) => IDLE.test(this.#frames[frame]?.name ?? ''));
    if (idleAt < 0) return stack;
    const work = stack.slice(0, idleAt);
    const interruptAt = work.findLastIndex((frame) => INTERRUPT.test(this.#frames[frame]?.name ?? ''));
    return interruptAt < 0 ? [this.frame({ name: '(idle)' })] : work.slice(0, interruptAt + 1);
  }
}

/** `cycles` of `cpu_core/cycles/u` and of `cycles:ppp`; tracepoints (`sched:sched_switch`) keep both parts. */
function baseName(event: string): string {
  const inUnit = /^cpu(?:_\w+)?\/([\w-]+)\/\w*$/.exec(event)?.[1];
  return inUnit ?? event.replace(/:(?:[ukhIGHpPSDWeb]{1,10})$/, '');
}

function rank(event: string): number {
  return CLOCK.test(event) ? 0 : CYCLES.test(event) ? 1 : 2;
}

function nameOf(event: string): string {
  return event === '' ? 'an event without a name' : event;
}

function isIdleTask({ comm = '', tid = 0 }: PerfHeader): boolean {
  return tid === 0 && /^swapper(?:\/\d+)?$/.test(comm);
}

function threadName(header: PerfHeader): string {
  const { comm, tid } = header;
  if (isIdleTask(header)) return 'swapper';
  if (comm === undefined) return tid === undefined ? 'all' : `thread ${tid}`;
  return tid === undefined ? comm : `${comm} (${tid})`;
}

function tooLarge(limit: number, what: string): ProfileError {
  return new ProfileError('PROFILE_TOO_LARGE', `the perf file has more than ${limit} ${what}`, {
    hint: 'Record for less time, fewer threads or shallower stacks.',
  });
}
