import type { CheckedRequest } from './checkRequest.ts';
import type { FragmentJob } from './fragment/fetchFragment.ts';
import { joinsGroup } from './fragment/rangeGroups.ts';
import { initId } from './fragment/sources.ts';
import type { OutputFile } from './output/outputFile.ts';
import type { Slot } from './output/slot.ts';
import type { Fragment, InitSegment } from './playlist/model.ts';
import type { Stream } from './source.ts';
import { TimeBreaks } from './timeBreaks.ts';
import { WorkQueue } from './transport/window.ts';

/** Makes the jobs of one stream, each with its place in the output. */
export class JobPlanner {
  readonly #request: CheckedRequest;
  readonly #stream: Stream;
  readonly #output: OutputFile;
  readonly #bandwidth: number;
  #lastInit: string | undefined;
  #timeS = 0;
  #isBroken = false;
  #last: Slot | undefined;

  constructor(request: CheckedRequest, stream: Stream, output: OutputFile) {
    this.#request = request;
    this.#stream = stream;
    this.#output = output;
    this.#bandwidth = stream.bandwidth ?? request.limits.undeclaredBandwidth;
  }

  /** The jobs of the fragments that come next; the output has slots for them. */
  plan(fragments: readonly Fragment[]): FragmentJob[] {
    const { name, id, live, plan, rendition } = this.#stream;
    const total = live ? '' : ` of ${plan.fragments.length}`;
    const where = rendition ? ` of ${name}` : '';
    return fragments.map((fragment) => ({
      fragment,
      ...this.#takeSlot(fragment.index),
      stream: name,
      streamId: id,
      label: `Fragment ${fragment.index + 1}${total}${where}`,
      hasNewInit: !fragment.gap && this.#isNewInit(fragment.map),
      maxBytes: this.#largest(fragment.durationS),
      isLive: live !== undefined,
      ...this.#place(fragment),
    }));
  }

  /** The last job's fragment is listed as a whole, or (with its first parts' duration) never will be. */
  settle(job: FragmentJob, { map, durationS, discontinuity, gap }: Fragment): void {
    this.#timeS = job.startS + durationS;
    this.#isBroken = gap;
    job.isBreak ||= discontinuity;
    job.hasNewInit = this.#isNewInit(map) || job.hasNewInit;
  }

  /** So much of a live stream was missed; where, in seconds from the first fragment. */
  skip(durationS: number): number {
    const startS = this.#timeS;
    this.#timeS += durationS;
    this.#isBroken = true;
    return startS;
  }

  #takeSlot(index: number): Pick<FragmentJob, 'slot' | 'before'> {
    const slot = this.#output.slotAt(index) as Slot;
    const before = this.#last;
    this.#last = slot;
    return { slot, ...(before ? { before } : {}) };
  }

  #place({ durationS, discontinuity, gap }: Fragment): Pick<FragmentJob, 'startS' | 'isBreak'> {
    const place = { startS: this.#timeS, isBreak: this.#isBroken || discontinuity };
    this.#timeS += durationS;
    this.#isBroken = gap;
    return place;
  }

  #isNewInit(map: InitSegment | undefined): boolean {
    const init = map && initId(map);
    const isNew = init !== undefined && init !== this.#lastInit;
    this.#lastInit = init ?? this.#lastInit;
    return isNew;
  }

  /** What a fragment may have at most, in bytes. */
  #largest(durationS: number): number {
    const { limits } = this.#request;
    return Math.max(limits.fragmentBytes, Math.ceil((limits.bandwidthMargin * this.#bandwidth * durationS) / 8));
  }
}

/** The jobs of a download that are not over, in the order in which they are fetched; those of a live stream come as it goes on. */
export class JobQueue extends WorkQueue<FragmentJob> {
  /** What is to be known of those that are over. */
  readonly breaks = new TimeBreaks();
  readonly #open: Set<FragmentJob>;

  constructor(jobs: readonly FragmentJob[]) {
    super();
    this.#open = new Set(jobs);
  }

  /** Those that are not over yet. */
  get open(): Iterable<FragmentJob> {
    return this.#open;
  }

  /** Takes in what is known from the start, but for what is there already. */
  begin(): void {
    for (const job of this.#open) if (job.slot.isFinished) this.end(job);
    super.add([...this.#open]);
  }

  override add(more: readonly FragmentJob[]): void {
    for (const job of more) this.#open.add(job);
    super.add(more);
  }

  /** A job that was taken, and those after it that come in one request with it. */
  takeGroup(first: FragmentJob, width: number): [FragmentJob, ...FragmentJob[]] {
    const group: FragmentJob[] = [first];
    const isWanted = (job: FragmentJob) => {
      const fragments = group.map(({ fragment }) => fragment);
      const isWanted = isPlain(job) && joinsGroup(fragments, job.fragment, this.waiting, width);
      if (isWanted) group.push(job);
      return isWanted;
    };
    const more = isPlain(first) ? this.takeMore(isWanted) : [];
    return [first, ...more];
  }

  /** The job is over; nothing holds it any more. */
  end(job: FragmentJob): void {
    this.#open.delete(job);
    this.breaks.take(job);
  }
}

/** Whether it is fetched by one request for all of it. */
function isPlain({ fragment, feed, slot }: FragmentJob): boolean {
  return !fragment.gap && feed === undefined && !slot.isFinished;
}
