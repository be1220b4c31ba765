import { rangeText, withoutQuery } from '../live/entry.ts';
import type { ByteRange, Fragment, Part } from '../playlist/model.ts';

/** What becomes of a fragment whose parts came: it is listed as a whole, or it never will be. */
export type FeedEnd =
  /** `problem`: why its parts do not make it up, in words. */
  | { state: 'listed'; fragment: Fragment; problem?: string }
  /** `isCut`: the stream went on without it. */
  | { state: 'ended'; isCut: boolean };

/** Tells one fragment's parts, from who follows the playlist to who fetches them (RFC 8216bis §3.2). */
export class PartFeed {
  #parts: readonly Part[] = [];
  /** Parts that are listed do not stay what they were. */
  #isChanged = false;
  #end: FeedEnd | undefined;
  #failure: { reason: unknown } | undefined;
  #waiting: (() => void)[] = [];

  /** All that are known. */
  get parts(): readonly Part[] {
    return this.#parts;
  }

  /** The parts that are listed now, from the first on. An older list is passed over. */
  update(parts: readonly Part[]): void {
    if (this.#end !== undefined) return;
    if (!agree(this.#parts, parts)) this.#isChanged = true;
    else if (parts.length > this.#parts.length) this.#parts = parts;
    this.#wake();
  }

  /** The fragment is listed as a whole. */
  list(fragment: Fragment): void {
    if (this.#end !== undefined) return;
    const made = this.#isChanged ? 'its parts were listed anew' : partsOf(this.#parts, fragment);
    if (typeof made !== 'string') this.#parts = made;
    this.#end = { state: 'listed', fragment, ...(typeof made === 'string' ? { problem: made } : {}) };
    this.#wake();
  }

  /** It will not be listed: the recording is over, or (`isCut`) the stream goes on without it. */
  end(isCut: boolean): void {
    this.#end ??= { state: 'ended', isCut };
    this.#wake();
  }

  /** Who waits is told the reason. */
  fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#wake();
  }

  /** The part at that place once it is listed; `undefined` when there is none; in words why the parts are of no use. */
  async part(at: number): Promise<Part | string | undefined> {
    for (;;) {
      if (this.#failure) throw this.#failure.reason;
      if (this.#end?.state === 'listed' && this.#end.problem !== undefined) return this.#end.problem;
      if (this.#isChanged) return 'its parts were listed anew';
      const part = this.#parts[at];
      if (part !== undefined || this.#end !== undefined) return part;
      await this.#change();
    }
  }

  /** What becomes of it, once that is known. */
  async over(): Promise<FeedEnd> {
    for (;;) {
      if (this.#failure) throw this.#failure.reason;
      if (this.#end !== undefined) return this.#end;
      await this.#change();
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/**
 * The parts that make up a fragment that is listed by now, or in words why they do not: those that are known must begin
 * those that its list has, last as long as it does together, and follow each other where they are ranges of it. Pure.
 */
export function partsOf(known: readonly Part[], fragment: Fragment): readonly Part[] | string {
  if (fragment.gap) return 'the playlist says that it is missing';
  const { parts = known, durationS, isDurationRounded = false } = fragment;
  if (parts.length < known.length || !agree(known, parts)) return 'its parts were listed anew';
  const sumS = parts.reduce((sum, part) => sum + part.durationS, 0);
  const longestS = Math.max(0, ...parts.map((part) => part.durationS));
  // A part too few or too many; what rounding does to each is far less.
  const allowedS = longestS / 2 + (isDurationRounded ? 0.5 : 0);
  if (Math.abs(sumS - durationS) > allowedS) {
    return `its parts last ${Number(sumS.toFixed(3))} s, its EXTINF says ${Number(durationS.toFixed(3))} s`;
  }
  return rangeProblem(parts, fragment) ?? parts;
}

/** Why parts that are ranges of the fragment's own resource are not all of it. */
function rangeProblem(parts: readonly Part[], { url, byteRange }: Fragment): string | undefined {
  const ranges = parts.flatMap((part) =>
    part.byteRange && withoutQuery(part.url) === withoutQuery(url) ? [part.byteRange] : [],
  );
  const [first] = ranges;
  if (first === undefined || ranges.length < parts.length) return undefined;
  const last = ranges.at(-1) as ByteRange;
  const isWhole =
    first.offset === (byteRange?.offset ?? 0) &&
    ranges.every((range, at) => at === 0 || range.offset === endOf(ranges[at - 1] as ByteRange)) &&
    (byteRange === undefined || endOf(last) === endOf(byteRange));
  return isWhole ? undefined : 'its parts leave out bytes of it';
}

function endOf({ offset, length }: ByteRange): number {
  return offset + length;
}

/** Whether two lists of one fragment's parts have the same ones as far as both go. */
function agree(some: readonly Part[], others: readonly Part[]): boolean {
  const common = Math.min(some.length, others.length);
  return some.slice(0, common).every((part, at) => isSamePart(part, others[at] as Part));
}

/** Whether two readings tell of the same part; the queries of addresses are renewed. */
function isSamePart(a: Part, b: Part): boolean {
  return withoutQuery(a.url) === withoutQuery(b.url) && rangeText(a.byteRange) === rangeText(b.byteRange);
}
