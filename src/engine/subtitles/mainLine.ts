import type { FragmentJob } from '../fragment/fetchFragment.ts';
import { DateClock } from './dateClock.ts';

type MainFragment = Pick<FragmentJob, 'fragment' | 'slot' | 'startS' | 'isBreak'>;

/** Fragments of the main stream on one clock: up to a discontinuity, or to what was missed. */
export interface Stretch {
  /** Running time in seconds from the beginning of the recording, what was missed included. */
  startS: number;
  endS: number;
  discontinuitySequence: number;
  /** Its first fragments, of which the first that could be had tells the clock. */
  heads: Pick<MainFragment, 'slot' | 'startS'>[];
  /** Which date which running time has, in rising order; in between they run on alike. */
  dates: { atS: number; dateMs: number }[];
}

/** So many of the first fragments of a stretch may be missing. */
const mostHeads = 8;
/** Dates that differ from the reckoned one by more are kept. */
const driftMs = 250;
/** How far a fragment may lie beside a stretch by its date, in seconds. */
const dateSlackS = 2;

/** The time line of a recording's main stream, which everything beside it goes by. Holds stretches, not fragments. */
export class MainLine {
  readonly stretches: Stretch[] = [];
  readonly #clock = new DateClock();

  /** Takes the fragments that come next. */
  add(fragments: readonly MainFragment[]): void {
    for (const each of fragments) this.#take(each);
  }

  /** Where the recording ends so far. */
  get endS(): number {
    return this.stretches.at(-1)?.endS ?? 0;
  }

  /** The running time of a date: by the stretch that has it, else by the last date before it. Below 0 before the beginning. */
  timeOf(dateMs: number): number | undefined {
    let beside: { atS: number; dateMs: number } | undefined;
    for (const { startS, endS, dates } of this.stretches.toReversed()) {
      const anchor = dates.findLast((one) => one.dateMs <= dateMs) ?? dates[0];
      if (anchor === undefined) continue;
      const atS = timeBy(anchor, dateMs);
      if (atS >= startS - dateSlackS && atS < endS + dateSlackS) return atS;
      const isCloser = beside === undefined || Math.abs(dateMs - anchor.dateMs) < Math.abs(dateMs - beside.dateMs);
      if (isCloser) beside = anchor;
    }
    return beside && timeBy(beside, dateMs);
  }

  /**
   * The stretch on whose clock something at `atS` is: one of that discontinuity sequence, unless it is further away than
   * `slackS`; else the one that is there at that time.
   */
  stretchAt(atS: number, discontinuitySequence: number, slackS: number): Stretch | undefined {
    const alike = this.stretches.filter(
      (stretch) => stretch.discontinuitySequence === discontinuitySequence && awayS(stretch, atS) <= slackS,
    );
    const [closest] = alike.sort((left, right) => awayS(left, atS) - awayS(right, atS));
    return closest ?? this.stretches.findLast(({ startS }) => startS <= atS) ?? this.stretches[0];
  }

  #take(each: MainFragment): void {
    const { fragment, slot, startS, isBreak } = each;
    const isNew = this.stretches.length === 0 || isBreak;
    const dateMs = this.#clock.take(fragment, isNew);
    if (isNew) {
      const { discontinuitySequence } = fragment;
      this.stretches.push({ startS, endS: startS, discontinuitySequence, heads: [], dates: [] });
    }
    const stretch = this.stretches.at(-1) as Stretch;
    stretch.endS = startS + fragment.durationS;
    if (stretch.heads.length < mostHeads) stretch.heads.push({ slot, startS });
    const last = stretch.dates.at(-1);
    if (dateMs === undefined) return;
    const isDrifted = last === undefined || Math.abs(timeBy(last, dateMs) - startS) * 1000 > driftMs;
    if (isDrifted) stretch.dates.push({ atS: startS, dateMs });
  }
}

function timeBy(anchor: { atS: number; dateMs: number }, dateMs: number): number {
  return anchor.atS + (dateMs - anchor.dateMs) / 1000;
}

function awayS({ startS, endS }: Stretch, atS: number): number {
  return Math.max(0, startS - atS, atS - endS);
}
