import { detach, type Cue } from './cue.ts';

/** A cue on the time line, with what it takes to know it again. */
interface Entry extends Cue {
  /** The last segment that had it. */
  segment: number;
}

/** Segments round the same time to milliseconds each in its own way: two of these may lie between their results. */
const toleranceTicks = 180;
const bucketTicks = 2 * toleranceTicks;

/** More cues with one start than any stream has; keeps hostile ones from being compared each with each. */
const mostCompared = 64;

/**
 * The cues of a rendition, each once, though every segment repeats those that it shows (RFC 8216bis §3.1.4) and some
 * packagers cut them at its borders instead.
 */
export class CueBook {
  #entries: Entry[] = [];
  readonly #byStart = new Map<number, Entry[]>();
  /** By content, the cues of the segment before and of this one that end last: what may go on in the next. */
  #previous = new Map<string, Entry>();
  #current = new Map<string, Entry>();
  #segment = -1;

  /** In the order in which they came; their times as they are, before 0 too. */
  get cues(): readonly Cue[] {
    return this.#entries;
  }

  /**
   * Takes out the cues that start before `beforeTicks`, by their start, and forgets them: none of a later segment is known for
   * one of them again. Those that the next segment may go on with stay, and what starts behind one of them, so that all that
   * is ever taken is by its start.
   */
  takeBefore(beforeTicks: number): Cue[] {
    let limit = beforeTicks;
    for (const { startTicks } of this.#current.values()) limit = Math.min(limit, startTicks);
    const isTaken = ({ startTicks }: Entry) => startTicks < limit;
    const taken = this.#entries.filter(isTaken);
    this.#entries = this.#entries.filter((entry) => !isTaken(entry));
    const buckets = new Set(taken.map(bucketOf));
    for (const bucket of buckets) {
      const left = (this.#byStart.get(bucket) ?? []).filter((entry) => !isTaken(entry));
      if (left.length === 0) this.#byStart.delete(bucket);
      else this.#byStart.set(bucket, left);
    }
    return taken.sort((left, right) => left.startTicks - right.startTicks);
  }

  /** Takes the cues of the next segment. Behind a discontinuity no cue goes on. */
  addSegment(cues: readonly Cue[], isDiscontinuity: boolean): void {
    this.#segment++;
    this.#previous = isDiscontinuity ? new Map<string, Entry>() : this.#current;
    this.#current = new Map<string, Entry>();
    const fresh: Cue[] = [];
    // What is repeated comes first: what only follows on an earlier cue must not be taken for its rest.
    for (const cue of cues) {
      const same = this.#findSame(cue);
      if (same === undefined) fresh.push(cue);
      else this.#see(same);
    }
    for (const cue of fresh) this.#see(this.#continued(cue) ?? this.#enter(cue));
  }

  #see(entry: Entry): void {
    entry.segment = this.#segment;
    const content = contentOf(entry);
    const last = this.#current.get(content);
    if (last === undefined || last.endTicks < entry.endTicks) this.#current.set(content, entry);
  }

  /** The cue with these times, settings and text; identifiers don't count, since some packagers number each segment anew. */
  #findSame(cue: Cue): Entry | undefined {
    const bucket = bucketOf(cue);
    const isLow = cue.startTicks - bucket * bucketTicks < toleranceTicks;
    for (const near of [bucket, isLow ? bucket - 1 : bucket + 1]) {
      const entry = this.#byStart.get(near)?.find((one) => isSame(one, cue));
      if (entry) return entry;
    }
    return undefined;
  }

  /**
   * The cue of the segment before that this one goes on with, lengthened: it begins where that one ends, or within it under
   * the same identifier, as where a live stream did not know the end yet.
   */
  #continued(cue: Cue): Entry | undefined {
    const entry = this.#previous.get(contentOf(cue));
    if (entry === undefined || entry.segment === this.#segment) return undefined;
    const isTouching = Math.abs(cue.startTicks - entry.endTicks) <= toleranceTicks;
    const isWithin = cue.startTicks >= entry.startTicks - toleranceTicks && cue.startTicks <= entry.endTicks;
    if (!isTouching && !(isWithin && entry.id === cue.id)) return undefined;
    entry.endTicks = Math.max(entry.endTicks, cue.endTicks);
    return entry;
  }

  #enter(cue: Cue): Entry {
    const { startTicks, endTicks } = cue;
    const [id, settings, text] = [detach(cue.id), detach(cue.settings), detach(cue.text)];
    const entry = { startTicks, endTicks, id, settings, text, segment: this.#segment };
    this.#entries.push(entry);
    const bucket = bucketOf(entry);
    const near = this.#byStart.get(bucket);
    if (near === undefined) this.#byStart.set(bucket, [entry]);
    else if (near.length < mostCompared) near.push(entry);
    return entry;
  }
}

function bucketOf({ startTicks }: Cue): number {
  return Math.floor(startTicks / bucketTicks);
}

function contentOf({ settings, text }: Cue): string {
  return `${settings}\n${text}`;
}

function isSame(entry: Cue, cue: Cue): boolean {
  return (
    Math.abs(entry.startTicks - cue.startTicks) <= toleranceTicks &&
    Math.abs(entry.endTicks - cue.endTicks) <= toleranceTicks &&
    entry.settings === cue.settings &&
    entry.text === cue.text
  );
}
