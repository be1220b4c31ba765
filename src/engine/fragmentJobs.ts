import type { CheckedRequest } from './checkRequest.ts';
import type { FragmentJob } from './fragment/fetchFragment.ts';
import { initId } from './fragment/sources.ts';
import type { OutputFile } from './output/outputFile.ts';
import type { Slot } from './output/slot.ts';
import type { Fragment, InitSegment } from './playlist/model.ts';
import type { Stream } from './source.ts';
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
      slot: this.#output.slots[fragment.index] as Slot,
      stream: name,
      streamId: id,
      label: `Fragment ${fragment.index + 1}${total}${where}`,
      hasNewInit: !fragment.gap && this.#isNewInit(fragment.map),
      maxBytes: this.#largest(fragment.durationS),
      ...this.#place(fragment),
    }));
  }

  /** So much of a live stream was missed; where, in seconds from the first fragment. */
  skip(durationS: number): number {
    const startS = this.#timeS;
    this.#timeS += durationS;
    this.#isBroken = true;
    return startS;
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

/** All jobs of a download, and the order in which they are fetched; those of a live stream come as it goes on. */
export class JobQueue extends WorkQueue<FragmentJob> {
  readonly jobs: FragmentJob[];

  constructor(jobs: FragmentJob[]) {
    super();
    this.jobs = jobs;
  }

  /** Takes in what is known from the start, but for what is there already. */
  begin(): void {
    super.add(this.jobs.filter(({ slot }) => !slot.isFinished));
  }

  override add(more: readonly FragmentJob[]): void {
    for (const job of more) this.jobs.push(job);
    super.add(more);
  }
}
