import type { CheckedRequest } from './checkRequest.ts';
import type { FragmentJob } from './fragment/fetchFragment.ts';
import { HintedParts } from './fragment/hintedParts.ts';
import { PartFeed } from './fragment/partFeed.ts';
import type { PartedJob } from './fragment/fetchParts.ts';
import { checkAddresses } from './fragmentAddresses.ts';
import type { JobPlanner, JobQueue } from './fragmentJobs.ts';
import type { FollowEvent } from './live/followEvent.ts';
import { durationOf, type Tip } from './live/tip.ts';
import type { OutputFile } from './output/outputFile.ts';
import type { Fragment, MediaPlaylist, Part } from './playlist/model.ts';
import type { LiveStream } from './source.ts';
import type { Client } from './transport/client.ts';

export interface LiveEdgeParts {
  live: Pick<LiveStream, 'first' | 'plan'>;
  request: CheckedRequest;
  planner: JobPlanner;
  output: OutputFile;
  queue: JobQueue;
  client: Client;
  /** Told of fragments once they are known as they are, in their order. */
  onPlanned: (jobs: readonly FragmentJob[]) => void;
}

/** So many fragments in a row whose parts were of no use, until parts are not asked for any more. */
const maxStrikes = 3;
/** Least time for which an origin may hold a part that it hints at. */
const leastHoldMs = 5_000;

/**
 * The end of one live stream in the making: makes room for its fragments in the output, and for the one whose parts come
 * before it is listed.
 */
export class LiveEdge {
  readonly #given: LiveEdgeParts;
  readonly #hinted: HintedParts;
  /** The fragment of which only parts are listed. */
  #begun: { job: PartedJob; tip: Tip } | undefined;
  /** Parts of the one before, which may still be on their way. */
  #formerParts: readonly Part[] = [];
  #strikes = 0;

  constructor(given: LiveEdgeParts) {
    const { client, request } = given;
    this.#given = given;
    this.#hinted = new HintedParts(client, request.limits.fragmentBytes);
  }

  /** Whether parts are worth asking for, by how they were so far. */
  get wantsParts(): boolean {
    return this.#strikes < maxStrikes;
  }

  /** Parts were listed, or hinted at. */
  takeParts({ tip, hint }: Extract<FollowEvent, { type: 'parts' }>): void {
    if (tip !== undefined) {
      this.#begun ??= this.#begin(tip);
      this.#begun.tip = tip;
      this.#begun.job.feed.update(tip.parts);
    }
    const listed = [...this.#formerParts, ...(tip?.parts ?? [])];
    this.#hinted.follow(hint, listed, holdMs(this.#given.live.first));
  }

  /** Fragments are listed, the one that was begun first of all. */
  takeFragments(listed: readonly Fragment[]): void {
    const { live, planner, output, queue, onPlanned } = this.#given;
    checkAddresses(listed, live.first.url);
    const fragments = live.plan.settle(listed);
    const [first] = fragments;
    const others = this.#begun && first?.index === this.#begun.tip.fragment.index ? fragments.slice(1) : fragments;
    if (first && others !== fragments) this.#complete(first);
    output.append(others);
    const jobs = planner.plan(others);
    onPlanned(jobs);
    queue.add(jobs);
  }

  /** The stream goes on without the rest of the fragment that was begun. */
  cut(): void {
    this.#end(true);
    this.#given.planner.skip(0);
  }

  /** The recording is over. */
  end(): void {
    this.#end(false);
    this.#hinted.follow(undefined, this.#formerParts);
  }

  /** It has failed: who waits for a part is told. */
  fail(reason: unknown): void {
    this.#begun?.job.feed.fail(reason);
  }

  #begin(tip: Tip): { job: PartedJob; tip: Tip } {
    const { live, planner, output, queue } = this.#given;
    checkAddresses([tip.fragment], live.first.url);
    const fragments = live.plan.settle([tip.fragment]);
    output.append(fragments);
    const onJoined = (isGood: boolean) => (this.#strikes = isGood ? 0 : this.#strikes + 1);
    const [planned] = planner.plan(fragments);
    if (planned === undefined) throw new Error('a fragment has no job');
    const job: PartedJob = Object.assign(planned, { feed: new PartFeed(), hinted: this.#hinted, onJoined });
    job.feed.update(tip.parts);
    queue.add([job]);
    return { job, tip };
  }

  #complete(fragment: Fragment): void {
    if (!this.#begun) return;
    const { job, tip } = this.#begun;
    this.#begun = undefined;
    this.#formerParts = fragment.parts ?? tip.parts;
    this.#settle(job, fragment);
    job.feed.list(fragment);
  }

  #end(isCut: boolean): void {
    if (!this.#begun) return;
    const { job, tip } = this.#begun;
    this.#begun = undefined;
    this.#formerParts = tip.parts;
    this.#settle(job, { ...tip.fragment, durationS: durationOf(tip) });
    job.feed.end(isCut);
  }

  #settle(job: FragmentJob, fragment: Fragment): void {
    const { planner, onPlanned } = this.#given;
    planner.settle(job, fragment);
    onPlanned([{ ...job, fragment }]);
  }
}

function holdMs({ targetDurationS = 0 }: MediaPlaylist): number {
  return Math.max(leastHoldMs, 3000 * targetDurationS);
}
