import { maxAutoWidth } from './concurrency/controller.ts';

/** Items that are done are let go so many at a time. */
const batchLength = 256;

/** Work in order that may still grow: the fragments of a live stream come as it goes on. */
export class WorkQueue<T> {
  #items: T[] = [];
  #next = 0;
  #isClosed = false;
  #failure: Error | undefined;
  #waiting: (() => void)[] = [];

  constructor(items: readonly T[] = []) {
    this.add(items);
  }

  add(items: readonly T[]): void {
    for (const item of items) this.#items.push(item);
    this.#wake();
  }

  /** Nothing more will come. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /** What brings the work has failed: whoever takes the next item is told. */
  fail(reason: Error): void {
    this.#failure = reason;
    this.#wake();
  }

  /** How many wait to be taken. */
  get waiting(): number {
    return this.#items.length - this.#next;
  }

  /** The next item, once there is one; `undefined` when no more comes. */
  async take(): Promise<T | undefined> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      if (this.#next < this.#items.length) {
        const item = this.#items[this.#next] as T;
        this.#items[this.#next++] = undefined as T;
        this.#shorten();
        return item;
      }
      if (this.#isClosed) return undefined;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Takes those too that come next and are there, as long as `isWanted` says so. */
  takeMore(isWanted: (item: T) => boolean): T[] {
    const taken: T[] = [];
    while (this.#next < this.#items.length && isWanted(this.#items[this.#next] as T)) {
      taken.push(this.#items[this.#next] as T);
      this.#items[this.#next++] = undefined as T;
    }
    this.#shorten();
    return taken;
  }

  /** What is done need not stay: a recording goes on for days. */
  #shorten(): void {
    if (this.#next < batchLength || this.#next * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#next);
    this.#next = 0;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** How many may be at work at once, from 1; it may change. */
export class Width {
  #value: number;
  #onChange: () => void = () => undefined;

  constructor(value: number) {
    this.#value = value;
  }

  get value(): number {
    return this.#value;
  }

  /** More at once might be faster and are not allowed. */
  get isBinding(): boolean {
    return this.#value < maxAutoWidth;
  }

  /** What is at work beyond a smaller one comes to its own end. */
  set(value: number): void {
    this.#value = value;
    this.#onChange();
  }

  /** The one window that follows it. */
  follow(onChange: () => void): void {
    this.#onChange = onChange;
  }
}

/**
 * Runs `work` for each item of the queue in order, at most `width` at once. The first failure stops the start of new
 * work, waits for what runs (which `stop` should end quickly) and is thrown.
 */
export async function runWindow<T>(
  queue: WorkQueue<T>,
  width: Width,
  work: (item: T) => Promise<void>,
  stop: (reason: unknown) => void,
): Promise<void> {
  const failures: unknown[] = [];
  let lanes = 0;
  let isDrained = false;
  const hasFailed = () => failures.length > 0;
  const lane = async () => {
    try {
      while (lanes <= width.value && !hasFailed()) {
        const item = await queue.take();
        isDrained ||= item === undefined;
        if (item === undefined || hasFailed()) return;
        await work(item);
      }
    } catch (error) {
      if (failures.push(error) > 1) return;
      stop(error);
      // Lanes that wait for more need not.
      queue.fail(error instanceof Error ? error : new Error(String(error)));
    } finally {
      lanes--;
    }
  };
  await new Promise<void>((resolve, reject) => {
    const open = () => {
      while (lanes < width.value && !isDrained && !hasFailed()) {
        lanes++;
        lane().then(() => {
          if (lanes === 0) resolve();
        }, reject);
      }
    };
    width.follow(open);
    open();
  });
  width.follow(() => undefined);
  if (hasFailed()) throw failures[0];
}
