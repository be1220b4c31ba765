import { performance, PerformanceObserver } from 'node:perf_hooks';
import { causesOf, type Stretch } from '../bottleneck.ts';
import { SlotStore, type FragmentSpan, type Slot, type Timeline } from '../timeline.ts';
import { threadClock, type ThreadTimes } from './threadClock.ts';

/** What the engine is at; totals but for `queued`, `unplaced`, `expectedBytes` and `heldBytes`, which are of the moment. */
export interface EngineReading {
  queued: number;
  unplaced: number;
  expectedBytes: number;
  heldBytes: number;
  receivedBytes: number;
  decryptMs: number;
  writeMs: number;
  stageMs: NonNullable<Stretch['stageMs']>;
  isWidthBinding: boolean;
  isFlowControlled: boolean;
  isLive: boolean;
}

/** A timeline that is being recorded. */
export interface TimelineRecording {
  /** When it began, `performance.now()`. */
  readonly startMs: number;
  /** The engine can be read from now on. */
  follow(read: () => EngineReading): void;
  /** A fragment is over. */
  add(span: FragmentSpan): void;
  /** Ends the recording, releases what it held, and tells. Later calls answer the same. */
  stop(): Timeline;
}

const INTERVAL_MS = 50;
const MOST_SLOTS = 1024;
const MOST_FRAGMENTS = 10_000;

/**
 * Samples the process and the current thread every 50 ms, and what the engine tells. Of long downloads the slots grow, so that there are never
 * more than 1,024; the first 10,000 fragments are listed. Keeps no process alive.
 */
export function startTimeline(): TimelineRecording {
  const startMs = performance.now();
  const sampler = new Sampler(startMs);
  const slots = new SlotStore(MOST_SLOTS);
  const fragments: FragmentSpan[] = [];
  let omittedFragments = 0;
  let timeline: Timeline | undefined;
  const timer = setInterval(() => slots.add(sampler.take()), INTERVAL_MS).unref();
  const finish = (): Timeline => {
    clearInterval(timer);
    slots.add(sampler.take());
    sampler.stop();
    return { schema: 1, slots: slots.list(), fragments, omittedFragments };
  };
  return {
    startMs,
    follow: (read) => (sampler.readEngine = read),
    add(span) {
      if (fragments.length < MOST_FRAGMENTS) fragments.push(span);
      else omittedFragments++;
    },
    stop: () => (timeline ??= finish()),
  };
}

/** All totals at one moment. */
interface Totals {
  nowMs: number;
  cpu: NodeJS.CpuUsage;
  thread: ThreadTimes | undefined;
  activeMs: number;
  engine: EngineReading | undefined;
}

/** Takes the differences between one moment and the next. */
class Sampler {
  readEngine: () => EngineReading | undefined = () => undefined;
  readonly #startMs: number;
  readonly #thread = threadClock();
  readonly #collections: PerformanceObserver;
  #gcMs = 0;
  #last: Totals;

  constructor(startMs: number) {
    this.#startMs = startMs;
    this.#last = this.#read();
    this.#collections = new PerformanceObserver((entries) => this.#collected(entries.getEntries()));
    this.#collections.observe({ entryTypes: ['gc'] });
  }

  take(): Slot {
    const last = this.#last;
    const now = this.#read();
    this.#last = now;
    // Entries wait for a turn of the loop.
    this.#collected(this.#collections.takeRecords());
    const stretch = stretchBetween(last, now);
    const times = causesOf(stretch);
    const slot: Slot = {
      endMs: round(now.nowMs - this.#startMs),
      sums: this.#sums(last, now, stretch, times.disk ?? 0),
      // How much too late the sample is: a histogram of its own would wake the thread a hundred times a second.
      peaks: this.#peaks(now, Math.max(0, stretch.lengthMs - INTERVAL_MS)),
      time: mapValues(times, round),
    };
    this.#gcMs = 0;
    return slot;
  }

  stop(): void {
    this.#thread.close();
    this.#collections.disconnect();
  }

  #collected(entries: readonly { duration: number }[]): void {
    for (const { duration } of entries) this.#gcMs += duration;
  }

  #read(): Totals {
    return {
      nowMs: performance.now(),
      cpu: process.cpuUsage(),
      thread: this.#thread.read(),
      activeMs: performance.eventLoopUtilization().active,
      engine: this.readEngine(),
    };
  }

  #sums(last: Totals, now: Totals, stretch: Stretch, diskMs: number): Slot['sums'] {
    const { connecting, firstByte, body, order, rate, backOff } = stretch.stageMs ?? noStages;
    return mapValues(
      {
        cpuUserMs: (now.cpu.user - last.cpu.user) / 1000,
        cpuSystemMs: (now.cpu.system - last.cpu.system) / 1000,
        threadCpuMs: (now.thread?.cpuMs ?? 0) - (last.thread?.cpuMs ?? 0),
        activeMs: stretch.activeMs,
        gcMs: this.#gcMs,
        decryptMs: stretch.decryptMs,
        writeMs: stretch.writeMs,
        diskMs,
        receivedBytes: (now.engine?.receivedBytes ?? 0) - (last.engine?.receivedBytes ?? 0),
        connectingMs: connecting,
        firstByteMs: firstByte,
        bodyMs: body,
        orderMs: order,
        rateMs: rate,
        backOffMs: backOff,
      },
      round,
    );
  }

  #peaks({ engine }: Totals, loopDelayMs: number): Slot['peaks'] {
    const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
    return {
      rssBytes: rss,
      heapUsedBytes: heapUsed,
      externalBytes: external,
      arrayBuffersBytes: arrayBuffers,
      loopDelayMs: round(loopDelayMs),
      expectedBytes: engine?.expectedBytes ?? 0,
      heldBytes: engine?.heldBytes ?? 0,
      queued: engine?.queued ?? 0,
      unplaced: engine?.unplaced ?? 0,
    };
  }
}

const noStages = { connecting: 0, firstByte: 0, body: 0, order: 0, rate: 0, backOff: 0 };

function stretchBetween(last: Totals, now: Totals): Stretch {
  const lengthMs = now.nowMs - last.nowMs;
  // What the loop has not told of yet is in the turn that takes the sample.
  const activeMs = Math.min(lengthMs, Math.max(0, now.activeMs - last.activeMs));
  const { engine } = now;
  const before = last.engine;
  return {
    lengthMs,
    activeMs,
    ...blockedBetween(last, now, activeMs),
    decryptMs: (engine?.decryptMs ?? 0) - (before?.decryptMs ?? 0),
    writeMs: (engine?.writeMs ?? 0) - (before?.writeMs ?? 0),
    ...(engine === undefined
      ? {}
      : { stageMs: mapValues(engine.stageMs, (ms, stage) => ms - (before?.stageMs[stage] ?? 0)) }),
    isWidthBinding: engine?.isWidthBinding ?? false,
    isFlowControlled: engine?.isFlowControlled ?? false,
    isLive: engine?.isLive ?? false,
  };
}

/** How long the thread was busy and not running: without what it waited for a processor, where that is known. */
function blockedBetween(last: Totals, now: Totals, activeMs: number): Pick<Stretch, 'blockedMs'> {
  if (last.thread === undefined || now.thread === undefined) return {};
  const queuedMs = (now.thread.queuedMs ?? 0) - (last.thread.queuedMs ?? 0);
  return { blockedMs: Math.max(0, activeMs - (now.thread.cpuMs - last.thread.cpuMs) - queuedMs) };
}

function mapValues<T extends object>(
  object: T,
  change: (value: number, name: keyof T) => number,
): { [name in keyof T]: number } {
  const entries = Object.entries(object).map(([name, value]) => [name, change(value as number, name as keyof T)]);
  return Object.fromEntries(entries) as { [name in keyof T]: number };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
