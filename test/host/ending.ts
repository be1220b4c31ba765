const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof exitCodes;

const active = new Set<Ending>();
let isStopping = false;

/** Further signals are passed over: a terminal and a parent often both send one, and the second must not cut this short. */
function onSignal(signal: Signal): void {
  if (isStopping) return;
  isStopping = true;
  const endings = [...active].map((ending) => ending.finish());
  Promise.allSettled(endings)
    .then((ends) => {
      for (const end of ends) if (end.status === 'rejected') console.error(end.reason);
    })
    .finally(() => process.exit(exitCodes[signal]))
    .catch(console.error);
}

/**
 * What has to be undone when a piece of work ends: processes ended, folders removed. Undone in reverse, once, by `finish`;
 * when SIGINT, SIGTERM or SIGHUP arrives too, and then the process exits with 128 + the signal's number.
 */
export class Ending {
  readonly #undo: (() => unknown)[] = [];
  #finished: Promise<void> | undefined;

  constructor() {
    if (active.size === 0) for (const signal of Object.keys(exitCodes)) process.on(signal, onSignal);
    active.add(this);
  }

  /** Registers what undoes the step just done. */
  add(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  /** Undoes everything, each step even when another fails; rejects with what failed. Later calls wait for the first. */
  finish(): Promise<void> {
    this.#finished ??= this.#run();
    return this.#finished;
  }

  async #run(): Promise<void> {
    const errors: unknown[] = [];
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) {
      try {
        await undo();
      } catch (error) {
        errors.push(error);
      }
    }
    active.delete(this);
    if (active.size === 0 && !isStopping) for (const signal of Object.keys(exitCodes)) process.off(signal, onSignal);
    if (errors.length > 0) throw new AggregateError(errors, 'not everything could be undone');
  }
}

/** Runs `work` with an ending of its own, finished when `work` settles. */
export async function withEnding<T>(work: (ending: Ending) => Promise<T>): Promise<T> {
  const ending = new Ending();
  try {
    return await work(ending);
  } finally {
    await ending.finish();
  }
}
