import { PlaylistError, TransferError } from '../errors.ts';
import type { Fragment, MediaPlaylist } from '../playlist/model.ts';
import { applyDelta, canTakeDelta, skipDirectiveFor } from './delta.ts';
import type { FollowOptions } from './follow.ts';
import type { EndReason, FollowEvent } from './followEvent.ts';
import { joinAt } from './join.ts';
import { lastOf, type Known } from './known.ts';
import { decideParts, hintedPart } from './lowLatency.ts';
import { begin, merge, type Merged } from './merge.ts';
import {
  adapt,
  canBlock,
  deadAfterS,
  judgeBlocking,
  mayAskForDelta,
  nextReading,
  paceOf,
  type Awaited,
  type NextReading,
  type Pace,
  type ReadingResult,
} from './pace.ts';
import { tipOf } from './tip.ts';

/** What a session needs; `signal` aborts for whatever reason. */
export type SessionOptions = Required<Pick<FollowOptions, 'now' | 'wait'>> &
  Omit<FollowOptions, 'now' | 'wait' | 'stop'>;

type Failure = TransferError | PlaylistError;

/** One recording: reads, waits, and turns each reading into what is to be told. */
export class Session {
  readonly #options: SessionOptions;
  /** The last good reading, made whole, and when it was begun. */
  #whole: MediaPlaylist;
  #wholeAtMs: number;
  /** Nothing until the playlist lists a fragment. */
  #known: Known | undefined;
  #pace: Pace;
  #last: ReadingResult;
  #startedMs: number;
  #newsAtMs: number;
  #outage: { sinceMs: number; failures: number; error: Failure } | undefined;
  #recordedS = 0;
  /** What was told last of parts and hints. */
  #toldParts: Extract<FollowEvent, { type: 'parts' }> = { type: 'parts' };

  constructor(options: SessionOptions) {
    const { first, now } = options;
    this.#options = options;
    this.#whole = first;
    this.#pace = paceOf(first);
    this.#startedMs = this.#newsAtMs = this.#wholeAtMs = now();
    this.#last = { state: 'news', playlist: first, query: {} };
  }

  /** What the first reading gives. */
  begin(): FollowEvent[] {
    return this.#tell(this.#take(this.#whole, this.#startedMs));
  }

  /** Waits until the playlist may be read again, reads it, and gives what is new; nothing when nothing is. */
  async next(): Promise<FollowEvent[]> {
    const { now, wait, signal } = this.#options;
    const deadAtMs = this.#newsAtMs + 1000 * (this.#options.deadAfterS ?? deadAfterS(this.#pace));
    if (now() >= deadAtMs) return [this.#ended('dead')];
    const next = nextReading(this.#pace, this.#last, this.#startedMs, now(), this.#awaited());
    const waitMs = Math.min(next.atMs, deadAtMs) - now();
    if (waitMs > 0) await wait(waitMs, signal);
    return this.#read(next);
  }

  async #read(next: NextReading): Promise<FollowEvent[]> {
    const { now, signal } = this.#options;
    this.#startedMs = now();
    let result: ReadingResult;
    let events: FollowEvent[];
    try {
      const playlist = await this.#load(next);
      const merged = this.#take(playlist, now());
      const told = this.#tell(merged);
      const hasParts = merged.state === 'unchanged' && told.some(({ type }) => type === 'parts');
      if (hasParts) this.#newsAtMs = now();
      result = { state: hasParts ? 'news' : merged.state, playlist, query: next.query };
      events = [...this.#recovered(), ...told];
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TransferError || error instanceof PlaylistError)) throw error;
      events = this.#failed(error);
      result = { state: 'failed', error, failures: this.#outage?.failures ?? 1, query: next.query };
    }
    this.#pace = judgeBlocking(this.#pace, result, now() - this.#startedMs);
    this.#last = result;
    return events;
  }

  /** Reads the playlist, as a delta update where that is offered and fits. */
  async #load({ query, timeoutMs }: NextReading): Promise<MediaPlaylist> {
    const ageMs = this.#startedMs - this.#wholeAtMs;
    const isDelta = this.#last.state !== 'failed' && mayAskForDelta(this.#pace, ageMs) && canTakeDelta(this.#whole);
    if (isDelta) {
      const whole = await this.#loadDelta(query, timeoutMs);
      this.#pace = { ...this.#pace, deltaStrikes: whole === undefined ? this.#pace.deltaStrikes + 1 : 0 };
      if (whole !== undefined) return whole;
    }
    const playlist = await this.#reload(query, timeoutMs);
    const whole = applyDelta(this.#whole, playlist);
    if (whole !== undefined) return whole;
    throw new PlaylistError('HLS_PLAYLIST_SYNTAX', 'The playlist leaves out fragments that are not known.', {
      hint: 'Its origin sends delta updates (#EXT-X-SKIP) to who asks for the whole; another variant may work.',
      url: playlist.url,
    });
  }

  async #loadDelta(query: NextReading['query'], timeoutMs: number): Promise<MediaPlaylist | undefined> {
    const skip = skipDirectiveFor(this.#whole);
    try {
      return applyDelta(this.#whole, await this.#reload({ ...query, _HLS_skip: skip }, timeoutMs), skip);
    } catch (error) {
      // A list without its beginning may not make sense by itself: a byte range that goes on from the one before.
      if (error instanceof PlaylistError) return undefined;
      throw error;
    }
  }

  #reload(query: NextReading['query'], timeoutMs: number): Promise<MediaPlaylist> {
    const { reload, signal } = this.#options;
    return untilAborted((ended) => reload(query, timeoutMs, ended), signal);
  }

  #take(playlist: MediaPlaylist, atMs: number): Merged | Omit<Merged, 'known'> {
    const merged = this.#merge(playlist, atMs);
    if ('known' in merged) this.#known = merged.known;
    if (merged.state === 'stale') return merged;
    this.#whole = playlist;
    this.#wholeAtMs = this.#startedMs;
    this.#pace = adapt(this.#pace, playlist);
    if (merged.state === 'news') this.#newsAtMs = atMs;
    return merged;
  }

  #merge(playlist: MediaPlaylist, atMs: number): Merged | Omit<Merged, 'known'> {
    if (this.#known !== undefined) return merge(this.#known, playlist, atMs);
    if (playlist.fragments.length > 0)
      return begin(playlist, joinAt(playlist, this.#options.from, this.#usesParts), atMs);
    return { state: 'unchanged', fragments: [], isOver: playlist.hasEnd === true };
  }

  #tell({ state, isTipCut, reset, hole, fragments, isOver }: Omit<Merged, 'known'>): FollowEvent[] {
    const events: FollowEvent[] = [];
    if (isTipCut) events.push({ type: 'cut' });
    if (reset !== undefined) events.push({ type: 'reset', ...reset });
    if (hole !== undefined) events.push({ type: 'hole', ...hole });
    const wanted = this.#count(fragments);
    if (wanted.length > 0) events.push({ type: 'fragments', fragments: wanted });
    if (this.#recordedS >= this.#wantedS) events.push(this.#ended('duration'));
    else if (isOver) events.push(this.#ended('endlist'));
    else if (state !== 'stale') events.push(...this.#tellParts(fragments.length > 0));
    return events;
  }

  /** What is to be told of parts. `hasFragments`: the fragment of those that were told is there. */
  #tellParts(hasFragments: boolean): FollowEvent[] {
    if (this.#known === undefined || !this.#usesParts) return [];
    const tip = tipOf(this.#known, this.#whole);
    const hint = hintedPart(this.#whole);
    const told = this.#toldParts;
    if (tip !== undefined) this.#known = { ...this.#known, tip };
    const isSameHint = told.hint?.url === hint?.url && told.hint?.byteRange?.offset === hint?.byteRange?.offset;
    if (!hasFragments && isSameHint && told.tip?.parts.length === tip?.parts.length) return [];
    this.#toldParts = { type: 'parts', ...(tip ? { tip } : {}), ...(hint ? { hint } : {}) };
    return [this.#toldParts];
  }

  get #usesParts(): boolean {
    const isWanted = this.#options.wantsParts?.() === true;
    return isWanted && decideParts(this.#whole, canBlock(this.#pace)).areUsed;
  }

  /** What the next reading waits for: the part behind those that are known, where they are used. */
  #awaited(): Awaited | undefined {
    if (this.#known === undefined) return undefined;
    const sequence = lastOf(this.#known.entries).fragment.sequence + 1;
    return this.#usesParts ? { sequence, part: this.#known.tip?.parts.length ?? 0 } : { sequence };
  }

  /** The fragments up to the one with which the recording is long enough. */
  #count(fragments: readonly Fragment[]): readonly Fragment[] {
    const at = fragments.findIndex(({ gap, durationS }) => {
      if (!gap) this.#recordedS += durationS;
      return this.#recordedS >= this.#wantedS;
    });
    return at === -1 ? fragments : fragments.slice(0, at + 1);
  }

  /** A hair less than asked for: durations are sums of decimal fractions. */
  get #wantedS(): number {
    return (this.#options.durationS ?? Infinity) - 1e-6;
  }

  #failed(error: Failure): FollowEvent[] {
    const isFirst = this.#outage === undefined;
    const { sinceMs, failures } = this.#outage ?? { sinceMs: this.#startedMs, failures: 0 };
    this.#outage = { sinceMs, failures: failures + 1, error };
    return isFirst ? [{ type: 'outage', sinceMs, error }] : [];
  }

  #recovered(): FollowEvent[] {
    if (this.#outage === undefined) return [];
    const outageMs = this.#options.now() - this.#outage.sinceMs;
    this.#outage = undefined;
    return [{ type: 'recovered', outageMs }];
  }

  #ended(why: EndReason): FollowEvent {
    const error = why === 'dead' ? this.#outage?.error : undefined;
    return { type: 'ended', why, ...(error === undefined ? {} : { error }) };
  }
}

/** The work's result; rejects with the signal's reason as soon as it aborts, whatever the work does then. */
async function untilAborted<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(signal), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
