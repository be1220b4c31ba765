import { DateRangeBook } from './dateRangeBook.ts';
import { applyDelta, type SkipDirective } from './live/delta.ts';
import { rangeText, withoutQuery } from './live/entry.ts';
import type { InitSegment, MediaPlaylist } from './playlist/model.ts';
import { pairReadings, type FragmentPair } from './sameFragment.ts';

/** What the readings of a live stream have in common, from whichever place they come. */
export class LiveReadings {
  /** All that they have listed. */
  readonly dateRanges = new DateRangeBook();
  /** The last one, made whole. */
  #whole: MediaPlaylist;
  /** Init segments by their address at another place, as they were known when the stream moved there. */
  readonly #inits = new Map<string, InitSegment>();

  constructor(first: MediaPlaylist) {
    this.#whole = first;
    this.dateRanges.add(first.dateRanges);
  }

  /** Takes in a reading, asked for with `skip`, and gives it back with the init segments that are known already. */
  take(playlist: MediaPlaylist, skip?: SkipDirective): MediaPlaylist {
    const known = this.#withKnownInits(playlist);
    this.#whole = applyDelta(this.#whole, known, skip) ?? this.#whole;
    this.dateRanges.add(playlist.dateRanges);
    return known;
  }

  /** What a reading from another place has in common with those so far; undefined where it is no place to go on. */
  pairWith(fresh: MediaPlaylist): FragmentPair[] | undefined {
    return pairReadings(this.#whole, fresh);
  }

  /** The stream has moved: the init segments there are those that are known, which need no second place in the file. */
  moved(pairs: readonly FragmentPair[]): void {
    for (const [fresh, known] of pairs) if (fresh.map && known.map) this.#inits.set(addressOf(fresh.map), known.map);
  }

  #withKnownInits(playlist: MediaPlaylist): MediaPlaylist {
    if (this.#inits.size === 0) return playlist;
    const fragments = playlist.fragments.map((fragment) => {
      const map = fragment.map && this.#inits.get(addressOf(fragment.map));
      return map === undefined ? fragment : { ...fragment, map };
    });
    return { ...playlist, fragments };
  }
}

function addressOf({ url, byteRange }: InitSegment): string {
  return withoutQuery(url) + rangeText(byteRange);
}
