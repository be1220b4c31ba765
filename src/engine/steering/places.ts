import { alternativesTo, counterpartOf, pathwayOf, type Alternative } from '../playlist/choose.ts';
import type { Rendition, Variant } from '../playlist/model.ts';
import type { Steered } from './steering.ts';

/** Where a variant and the renditions that were chosen with it can be had. */
export interface Place extends Alternative {
  /** Stays over readings of the playlist. */
  id: string;
  pathway: string;
}

/** How long a place of a live stream that failed is left alone; RFC 8216bis §7.4 leaves it to the client. */
const penaltyMs = 300_000;

/** Which of the places that have the same streams is in use, and which of them have failed (RFC 8216bis §6.2.4, §7). */
export class Places {
  /** A recording goes on for days: what failed may be good again. Else a place that failed once has failed. */
  isRecovering = false;
  #listed: readonly Place[] = [];
  #current: string | undefined;
  readonly #failedMs = new Map<string, number>();

  /** Takes in where the streams can be had by now, the most wanted first: `placesOf`. */
  list(places: readonly Place[]): void {
    this.#listed = places;
  }

  /** Where to read: the place in use as long as it has not failed, else the most wanted of the others. There is at least one. */
  get next(): Place {
    const usable = this.#listed.filter(({ id }) => !this.#hasFailed(id));
    const current = (places: readonly Place[]) => places.find(({ id }) => id === this.#current);
    return current(usable) ?? usable[0] ?? current(this.#listed) ?? (this.#listed[0] as Place);
  }

  /** The places that are wanted more than the one in use, the most wanted first; all others when that is not listed any more. */
  get wantedMore(): readonly Place[] {
    const at = this.#listed.findIndex(({ id }) => id === this.#current);
    return this.#listed.slice(0, at === -1 ? undefined : at).filter(({ id }) => !this.#hasFailed(id));
  }

  /** Uses a place from now on; true when that is another one than before. */
  use({ id }: Place): boolean {
    const isMove = this.#current !== undefined && this.#current !== id;
    this.#current = id;
    return isMove;
  }

  /** A place failed, by default the one in use; false when there is none left that has not. */
  fail(id = this.#current): boolean {
    const others = this.#listed.filter((place) => place.id !== id);
    if (id === undefined || others.every((place) => this.#hasFailed(place.id))) return false;
    this.#failedMs.set(id, performance.now());
    return true;
  }

  #hasFailed(id: string): boolean {
    const failedMs = this.#failedMs.get(id);
    return failedMs !== undefined && !(this.isRecovering && performance.now() - failedMs >= penaltyMs);
  }
}

/** The places of a variant and its renditions, the most wanted pathway first; those that steering has withdrawn are left out. Pure. */
export function placesOf({ playlist, pathways = [] }: Steered, chosen: Variant, wished: readonly Rendition[]): Place[] {
  const isSteered = pathways.length > 0;
  const others = alternativesTo(playlist, chosen, isSteered ? pathways : undefined).flatMap((alternative) => {
    const renditions = wished.map((rendition) => counterpartOf(rendition, alternative));
    return renditions.every((rendition) => rendition !== undefined) ? [{ ...alternative, renditions }] : [];
  });
  const places = named([{ variant: chosen, renditions: wished }, ...others]);
  if (!isSteered) return places;
  const rank = ({ pathway }: Place) => pathways.indexOf(pathway);
  const wanted = places.filter((place) => rank(place) !== -1).toSorted((a, b) => rank(a) - rank(b));
  return wanted.length > 0 ? wanted : places.slice(0, 1);
}

/** Addresses may be given out anew with each reading: a place is known by its pathway, and by its turn among redundant variants there. */
function named(alternatives: readonly Alternative[]): Place[] {
  const turns = new Map<string, number>();
  return alternatives.map((alternative) => {
    const pathway = pathwayOf(alternative.variant);
    const turn = (turns.get(pathway) ?? 0) + 1;
    turns.set(pathway, turn);
    return { ...alternative, pathway, id: `${pathway} ${turn}` };
  });
}
