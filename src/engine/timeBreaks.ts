import type { FragmentJob } from './fragment/fetchFragment.ts';
import type { Slot } from './output/slot.ts';

/** Where the times of a stream's media start again. */
export interface TimeBreak {
  slot: Slot;
  stream: string;
  /** Where the playlist puts that. */
  startS: number;
}

/** Finds the breaks among the fragments that are over, and holds nothing of the others. */
export class TimeBreaks {
  readonly #found: TimeBreak[] = [];
  /** Over, but not what comes before them. */
  #undecided: FragmentJob[] = [];

  /** A fragment is over. */
  take(job: FragmentJob): void {
    this.#undecided.push(job);
    this.#undecided = this.#undecided.filter((each) => !this.#decide(each));
  }

  /** Those of a stream, in its order. Complete when all fragments are over. */
  of(stream: string): TimeBreak[] {
    const own = this.#found.filter((each) => each.stream === stream && each.slot.bytes > 0);
    return own.sort((a, b) => a.slot.index - b.slot.index);
  }

  #decide({ before, isBreak, slot, stream, startS }: FragmentJob): boolean {
    // Nothing comes before the first.
    if (before === undefined) return true;
    if (!before.isFinished) return false;
    if (isBreak || before.isPassedOver) this.#found.push({ slot, stream, startS });
    return true;
  }
}
