const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof exitCodes;

/**
 * What has to be undone when a piece of work ends: processes ended, folders removed. Undone in reverse, once, by `finish`;
 * by a signal too, which then ends this process with 128 + its number. Listens to signals until it is finished.
 */
export class Ending {
  readonly #undo: (() => unknown)[] = [];
  #finished: Promise<void> | undefined;
  readonly #onSignal = (signal: Signal): void => {
    this.finish().then(
      () => process.exit(exitCodes[signal]),
      (error: unknown) => {
        console.error(error);
        process.exit(exitCodes[signal]);
      },
    );
  };

  constructor() {
    for (const signal of Object.keys(exitCodes)) process.once(signal, this.#onSignal);
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
    for (const undo of this.#undo.reverse()) {
      try {
        await undo();
      } catch (error) {
        errors.push(error);
      }
    }
    for (const signal of Object.keys(exitCodes)) process.off(signal, this.#onSignal);
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
