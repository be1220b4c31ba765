import type { Fragment } from '../playlist/model.ts';

/** Dates fragments that come one after the other: an EXT-X-PROGRAM-DATE-TIME holds on until the next one or a break. */
export class DateClock {
  #nextMs: number | undefined;

  /** When the next fragment begins, in milliseconds since 1970; unknown where nothing says. `isBreak`: something was missed. */
  take({ programDateTime, durationS, discontinuity }: Fragment, isBreak: boolean): number | undefined {
    const toldMs = programDateTime === undefined ? NaN : Date.parse(programDateTime);
    const reckonedMs = isBreak || discontinuity ? undefined : this.#nextMs;
    const dateMs = Number.isNaN(toldMs) ? reckonedMs : toldMs;
    this.#nextMs = dateMs === undefined ? undefined : dateMs + durationS * 1000;
    return dateMs;
  }
}
