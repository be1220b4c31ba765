import { EngineError, isAbortError, PlaylistError, TransferError } from './errors.ts';
import type { FragmentJob } from './fragment/fetchFragment.ts';
import type { Fragment } from './playlist/model.ts';
import { isSameFragment, type FragmentPair } from './sameFragment.ts';
import type { Source, Stream } from './source.ts';
import type { SourceLoader } from './sourceLoader.ts';

/** Reads the playlists of the request, at one of the places that have the same streams. */
type Loader = Pick<SourceLoader, 'load' | 'moveOn' | 'steer'>;

/** How often one transfer may have the playlists read again: an origin that refuses it for good must not keep us busy. */
const readingsPerTransfer = 5;
/** And how often in a row without any answer in between. */
const vainReadings = 2;

/**
 * Addresses that expire (401 and 403). The playlists are read again, once per expiry however many transfers meet it,
 * and every fragment that is still to come gets its fresh address.
 */
export class Renewal {
  readonly #loader: Loader;
  readonly #jobs: Iterable<FragmentJob>;
  readonly #onRenewed: () => void;
  #generation = 0;
  #moves = 0;
  /** Readings since an address was last good. */
  #vain = 0;
  #reading: Promise<void> | undefined;

  /** @param loader reads the playlists of the request again. @param jobs those that are not over, whenever it is looked at. */
  constructor(loader: Loader, jobs: Iterable<FragmentJob>, onRenewed: () => void) {
    this.#loader = loader;
    this.#jobs = jobs;
    this.#onRenewed = onRenewed;
  }

  /** How often the stream has been gone on with at another place. */
  get moves(): number {
    return this.#moves;
  }

  /** The origin answers: the addresses of today are good. */
  proven(): void {
    this.#vain = 0;
  }

  /**
   * What one transfer does when it is refused: resolves once `address()` is worth another try, with it; with nothing
   * when there is no better one. Rejects with a TransferError that says why the playlists could not be read.
   */
  forTransfer(address: () => string | undefined): (refusal: TransferError) => Promise<string | undefined> {
    let seen = this.#generation;
    let readings = 0;
    return async (refusal) => {
      if (seen === this.#generation) {
        if (this.#vain >= vainReadings || readings++ >= readingsPerTransfer) return undefined;
        this.#reading ??= this.#read(refusal).finally(() => (this.#reading = undefined));
        await this.#reading;
      }
      seen = this.#generation;
      return address();
    };
  }

  /**
   * What a fragment does that could not be had: true when it is worth a try at another place that has the same stream.
   * `seen`: the moves before it was asked for.
   */
  async elsewhere(failure: TransferError, seen: number): Promise<boolean> {
    // Its failure is told to who has begun it.
    while (this.#reading) await this.#reading.catch(() => undefined);
    // Addresses that were only renewed are no other place: going on for them would never end where others do come.
    if (seen !== this.#moves) return true;
    if (!this.#loader.moveOn()) return false;
    this.#reading = this.#read(failure, 'shape').finally(() => (this.#reading = undefined));
    await this.#reading;
    return true;
  }

  /**
   * Goes where steering wants it by now, with all that has not begun: `onMoved` gets what is the same there and here.
   * Stays where a fragment that is still to come is another one there, or is missing. Rejects with the signal's reason.
   */
  async steer(onMoved: (pairs: readonly FragmentPair[]) => void, signal: AbortSignal): Promise<void> {
    // Its failure is told to who has waited for it.
    while (this.#reading) await this.#reading.catch(() => undefined);
    this.#reading = this.#move(onMoved, signal).finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  async #move(onMoved: (pairs: readonly FragmentPair[]) => void, signal: AbortSignal): Promise<void> {
    const fits = (streams: readonly Stream[]) => [...this.#jobs].every((job) => isFitting(streams, job));
    const moved = await this.#loader.steer(fits, signal);
    if (!moved) return;
    this.#generation++;
    this.#moves++;
    const pairs: FragmentPair[] = [...moved.pairs];
    for (const job of this.#jobs) {
      const fresh = job.slot.isFinished ? undefined : findAgain(moved, job);
      if (!fresh || !isSameFragment(fresh, job.fragment, 'name')) continue;
      pairs.push([fresh, job.fragment]);
      job.fragment = { ...fresh, index: job.fragment.index };
      job.isExpired = false;
    }
    onMoved(pairs);
  }

  async #read(refusal: TransferError, likeness: 'name' | 'shape' = 'name'): Promise<void> {
    let source: Source;
    try {
      source = await this.#loader.load();
    } catch (error) {
      if (isAbortError(error) || !(error instanceof EngineError)) throw error;
      throw cannotRenew(refusal, error);
    }
    this.#generation++;
    this.#vain++;
    if (likeness === 'shape') this.#moves++;
    for (const job of this.#jobs) {
      const fresh = findAgain(source, job);
      const isOther = fresh !== undefined && !isSameFragment(fresh, job.fragment, likeness);
      // What follows a live stream has seen that, or will.
      if (isOther && !job.isLive) throw changed(refusal, job.fragment);
      job.isExpired = fresh === undefined || isOther;
      if (fresh && !isOther) job.fragment = { ...fresh, index: job.fragment.index };
    }
    if (likeness === 'name') this.#onRenewed();
  }
}

/** What has the same media sequence in the playlist of today. */
function findAgain(
  { streams }: { streams: readonly Stream[] },
  { fragment, streamId, isLive }: FragmentJob,
): Fragment | undefined {
  const { listed = [] } = streams.find(({ id }) => id === streamId) ?? {};
  const fresh = listed[fragment.sequence - (listed[0]?.sequence ?? 0)];
  // A recording counts its discontinuities on where the list begins to count anew.
  return fresh && isLive ? { ...fresh, discontinuitySequence: fragment.discontinuitySequence } : fresh;
}

/** Whether a place has what a job stands for; the loader has compared live streams, whose lists come and go. */
function isFitting(streams: readonly Stream[], job: FragmentJob): boolean {
  if (job.slot.isFinished || job.isLive) return true;
  const fresh = findAgain({ streams }, job);
  return fresh !== undefined && isSameFragment(fresh, job.fragment, 'name');
}

function changed(refusal: TransferError, { index, sequence, url }: Fragment): PlaylistError {
  const message = `${refusal.message}, and the playlist lists another fragment as number ${sequence} now`;
  const hint = 'Start it again: what is there is compared with what comes from the new addresses.';
  return new PlaylistError('HLS_PLAYLIST_CHANGED', message, { hint, url, fragment: index, cause: refusal });
}

function cannotRenew(refusal: TransferError, cause: EngineError): TransferError {
  const { resource, status, url, fragment } = refusal;
  const message = `${refusal.message}, and the playlist cannot be read again (${cause.message})`;
  const hint = 'The address has expired: get a fresh URL and go on with it.';
  return new TransferError(resource, 'STATUS', message, { status, hint, url, fragment, cause });
}
