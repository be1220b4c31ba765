import type { FragmentJob } from './fragment/fetchFragment.ts';
import { FragmentTotals } from './fragmentTotals.ts';
import { absentFrom, isGap, type AbsentFragment } from './gapPlaces.ts';
import type { FragmentReceipt } from './receipt.ts';
import { roundMs } from './rounding.ts';

interface Entry {
  job: FragmentJob;
  receipt: FragmentReceipt;
}

/** The fragments of a download that have ended: what they come to, and each of them once its place in the file is known. */
export class FragmentBook {
  readonly totals = new FragmentTotals();
  /** Those that are not in the files. */
  readonly absent: AbsentFragment[] = [];
  readonly #isListed: boolean;
  readonly #tell: (receipt: FragmentReceipt) => void;
  readonly #entries: Entry[] = [];
  /** Whose place in the file is not known yet. */
  #unplaced: Entry[] = [];

  /** @param isListed keeps all for `list`, which is empty else. @param tell told each once, as soon as its place is known. */
  constructor(isListed: boolean, tell: (receipt: FragmentReceipt) => void) {
    this.#isListed = isListed;
    this.#tell = tell;
  }

  /** Fragments that ended well and whose place in the file is not known yet. */
  get unplaced(): number {
    return this.#unplaced.length;
  }

  /** A fragment ended well. */
  add(job: FragmentJob, receipt: FragmentReceipt): void {
    const entry = { job, receipt };
    this.totals.add(receipt);
    if (isGap(receipt)) this.absent.push(absentFrom(receipt));
    if (this.#isListed) this.#entries.push(entry);
    this.#unplaced.push(entry);
    this.#unplaced = this.#unplaced.filter((waiting) => {
      if (waiting.job.slot.start === undefined) return true;
      this.#tell(placed(waiting));
      return false;
    });
  }

  /** All, the main stream first. */
  list(): FragmentReceipt[] {
    return this.#entries
      .map(placed)
      .sort((a, b) => (a.stream === b.stream ? a.index - b.index : a.stream === 'main' ? -1 : 1));
  }
}

/** The place is known only when the lengths of all fragments before are. */
function placed({ job: { slot }, receipt }: Entry): FragmentReceipt {
  const { writeMs, orderMs, buffers, bufferBytes } = slot;
  const offset = (slot.start ?? 0) + slot.initBytes;
  const late = { writeMs: roundMs(writeMs), offset };
  // What was not fetched has none of these.
  if (receipt.orderMs === undefined) return { ...receipt, ...late };
  return { ...receipt, ...late, orderMs: roundMs(orderMs), buffers, bufferBytes };
}
