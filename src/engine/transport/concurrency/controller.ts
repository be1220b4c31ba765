import { RateWindow } from './rateWindow.ts';
import type { Reading, WidthChange } from './reading.ts';
import type { WidthReason } from './decisions.ts';

/** As many as a browser opens to one host: no origin refuses that. */
export const startWidth = 6;
/** Connections to one origin. */
export const maxAutoWidth = 32;

/** A window is at least so long while the width grows: a growth by half is believed at once, a smaller one later. */
const shortMs = 15;
const sureMs = 100;
const sureGrowth = 1.5;
const enoughGrowth = 1.12;
/** When twice as many brought so much more, each is limited on its own: four times as many will do as well. */
const fullGrowth = 1.75;
const longPathMs = 30;
/** A thread that is busy for so much of the time is what limits the rate. */
const busyShare = 0.9;

/** A window in which the width is held, or another is tried: so long, and every lane ends two fragments in it. */
const leastLongMs = 300;
const mostLongMs = 2_000;
const fragmentsPerLane = 2;
/** Another width is kept when it brings so much more, and so many standard errors more. It is left early for that much less. */
const probeGain = 1.04;
const sureErrors = 2;
const probeStep = 1.5;
const firstProbeMs = 500;
const longestProbeMs = 30_000;

/** Refusals within so long of a retreat are of transfers that were on their way already. */
const burstMs = 250;
/** For how long nothing beyond what the origin took is tried, doubled each time that it refuses again. */
const firstCeilingMs = 10_000;
const longestCeilingMs = 300_000;
/** The same for the memory, which frees itself faster. */
const firstMemoryMs = 250;
const longestMemoryMs = 60_000;
/** Memory is short when transfers have been stopped for so long. */
const pausedMs = 500;

type Phase = 'ramp' | 'hold' | 'probe' | 'recover';

/**
 * Finds how many transfers at once are fastest. Slow start: doubles while that brings more. Then holds, and tries now and
 * then whether some more or some fewer are faster. Halves when the origin refuses or does not answer, goes back to what
 * it took, and remembers for long not to ask for more. Judges nothing while there is too little work, or no memory.
 *
 * Pure: it knows what `observe` is told, which wants a reading about each 20 ms. The width is from 1 to 32.
 */
export class ConcurrencyController {
  width = startWidth;
  #phase: Phase = 'ramp';
  #last: Reading | undefined;
  /** The reading at which the width changed last, and the one that began the window since. */
  #changed: Reading | undefined;
  #window: RateWindow | undefined;
  /** The width before the change that is being judged, and what it brought, once that is known. */
  #before = { width: 0, bytesPerMs: 0, error: 0 };
  #isBeforeKnown = true;
  /** The last that were added brought their share: fewer can only be slower. */
  #isLimitedEach = true;
  #direction: 'up' | 'down' = 'up';
  #probeMs = 0;
  #probeWaitMs = firstProbeMs;
  /** Where recovery leads. */
  #target = startWidth;
  #recoverMs = 0;
  /** What the origin took when it refused more. */
  #ceiling: { width: number; untilMs: number; forMs: number } | undefined;
  #burst: { untilMs: number; inFlight: number; refused: number; least: number } | undefined;
  #pausedSinceMs: number | undefined;
  #memoryWaitMs = firstMemoryMs;

  /** Nothing is being tried: readings may be further apart. */
  get isHolding(): boolean {
    return this.#phase === 'hold';
  }

  /** The origin has refused more, not long ago. */
  isCapped(ms: number): boolean {
    return this.#ceiling !== undefined && ms < this.#ceiling.untilMs && this.width >= this.#ceiling.width;
  }

  /** Takes a reading; tells the change that it leads to. */
  observe(now: Reading): WidthChange | undefined {
    const last = this.#last ?? now;
    this.#changed ??= now;
    this.#window?.add(now);
    this.#last = now;
    const refused = now.refused - last.refused;
    const timedOut = now.timedOut - last.timedOut;
    if (refused + timedOut > 0) return this.#retreat(now, last, refused, timedOut);
    if (now.paused > 0) return this.#waitForMemory(now);
    this.#pausedSinceMs = undefined;
    if (this.#phase === 'recover') return this.#recover(now);
    // Too few on their way say nothing about how many are best.
    if (!now.isWorkWaiting || now.inFlight * 2 < this.width) this.#window = undefined;
    else if (this.#isSettled(now)) return this.#judge(now);
    else this.#measureBefore(now);
    return undefined;
  }

  /** The last change has had its effect: what it started has been answered. */
  #isSettled({ ms, firstByteMs }: Reading): boolean {
    if (firstByteMs === undefined) return false;
    return ms - (this.#changed?.ms ?? ms) >= Math.min(mostLongMs, firstByteMs);
  }

  #judge(now: Reading): WidthChange | undefined {
    if (this.#phase === 'ramp' && this.#isFirstStep(now)) return this.#step(now, 2);
    const window = (this.#window ??= new RateWindow(now));
    if (window.elapsedMs < shortMs) return undefined;
    if (this.#phase === 'ramp') return this.#ramp(now, window);
    if (this.#phase === 'probe') return this.#endProbe(now, window);
    if (!this.#isLong(window)) return undefined;
    this.#window = undefined;
    return now.ms >= this.#probeMs ? this.#probe(now, window) : undefined;
  }

  #isLong({ elapsedMs, completed }: RateWindow): boolean {
    return elapsedMs >= mostLongMs || (elapsedMs >= leastLongMs && completed >= fragmentsPerLane * this.width);
  }

  /**
   * The first step is taken in any case. On a long path it is not waited with: what the first few bring is seen while
   * the answers to the others are on their way.
   */
  #isFirstStep({ firstByteMs = 0, receivedBytes }: Reading): boolean {
    const hasCome = receivedBytes > (this.#changed?.receivedBytes ?? 0);
    return this.#before.width === 0 && hasCome && firstByteMs >= longPathMs;
  }

  /** Until the answers to what was added come, all bytes are of those that were there before. */
  #measureBefore(now: Reading): void {
    const changed = this.#changed;
    if (this.#isBeforeKnown || this.#phase !== 'ramp' || !changed || now.ms === changed.ms) return;
    this.#before.bytesPerMs = (now.receivedBytes - changed.receivedBytes) / (now.ms - changed.ms);
  }

  #ramp(now: Reading, window: RateWindow): WidthChange | undefined {
    const { elapsedMs, bytesPerMs } = window;
    const before = this.#before.bytesPerMs;
    const growth = before === 0 ? Infinity : bytesPerMs / before;
    const isSure = elapsedMs >= Math.max(sureMs, now.firstByteMs ?? 0);
    if (bytesPerMs === 0 || (growth < sureGrowth && !isSure)) return undefined;
    if (window.busyShare > busyShare) return this.#stay(now, bytesPerMs);
    this.#isLimitedEach = growth >= sureGrowth;
    if (growth >= enoughGrowth) return this.#step(now, growth >= fullGrowth && before > 0 ? 4 : 2, bytesPerMs);
    this.#hold(now, firstProbeMs);
    return undefined;
  }

  #stay(now: Reading, bytesPerMs: number): WidthChange {
    this.#isLimitedEach = false;
    this.#hold(now, firstProbeMs);
    return { width: this.width, why: 'busy', bytesPerMs };
  }

  #step(now: Reading, factor: number, bytesPerMs?: number): WidthChange | undefined {
    const width = Math.min(this.width * factor, this.#most(now));
    if (width === this.width) this.#hold(now, firstProbeMs);
    this.#before = { width: this.width, bytesPerMs: bytesPerMs ?? 0, error: 0 };
    this.#isBeforeKnown = bytesPerMs !== undefined;
    return this.#change(now, width, 'faster', bytesPerMs);
  }

  #probe(now: Reading, window: RateWindow): WidthChange | undefined {
    const { bytesPerMs, error } = window;
    // More cannot be faster, and fewer are not worth a try.
    if (window.busyShare > busyShare) return undefined;
    const width = this.#probeTarget(now) ?? this.#turned(now);
    if (width === undefined) return undefined;
    this.#before = { width: this.width, bytesPerMs, error };
    this.#phase = 'probe';
    return this.#change(now, width, 'probe', bytesPerMs);
  }

  /** The next width in this direction, where there is one. */
  #probeTarget(now: Reading): number | undefined {
    if (this.#direction === 'down') {
      return this.width > 1 && !this.#isLimitedEach ? Math.floor(this.width / probeStep) : undefined;
    }
    const beyond = this.#ceiling && this.#ceiling.width >= this.width ? this.#ceiling.width + 1 : Infinity;
    const width = Math.min(Math.ceil(this.width * probeStep), beyond, this.#most(now));
    return width > this.width ? width : undefined;
  }

  #turned(now: Reading): number | undefined {
    this.#direction = this.#direction === 'up' ? 'down' : 'up';
    return this.#probeTarget(now);
  }

  #endProbe(now: Reading, window: RateWindow): WidthChange | undefined {
    const { width, bytesPerMs: before, error } = this.#before;
    const { bytesPerMs, elapsedMs } = window;
    const gain = bytesPerMs - before;
    const least = Math.max(before * (probeGain - 1), sureErrors * Math.hypot(error, window.error));
    if (!this.#isLong(window) && (elapsedMs < leastLongMs / 2 || gain > -least)) return undefined;
    // More than the origin took before: it takes more by now.
    if (this.#ceiling && this.width > this.#ceiling.width) this.#ceiling = undefined;
    if (gain >= least) {
      this.#probeWaitMs = firstProbeMs;
      this.#hold(now, firstProbeMs);
      return undefined;
    }
    if (this.#direction === 'up') this.#isLimitedEach = false;
    this.#turn();
    this.#hold(now, this.#probeWaitMs);
    return this.#change(now, width, 'slower', bytesPerMs);
  }

  #turn(): void {
    this.#direction = this.#direction === 'up' ? 'down' : 'up';
    this.#probeWaitMs = Math.min(this.#probeWaitMs * 2, longestProbeMs);
  }

  #hold({ ms }: Reading, probeAfterMs: number): void {
    this.#phase = 'hold';
    this.#window = undefined;
    this.#probeMs = ms + probeAfterMs;
  }

  /** The origin takes fewer than it was asked for. */
  #retreat(now: Reading, last: Reading, refused: number, timedOut: number): WidthChange | undefined {
    const gone = refused + timedOut;
    const burst = this.#burst;
    if (burst && now.ms < burst.untilMs) {
      burst.refused += gone;
      this.#limit(now, Math.max(burst.least, burst.inFlight - burst.refused));
      return undefined;
    }
    const inFlight = Math.max(last.inFlight, now.inFlight + gone);
    // One step too far: what was there before is known to be good.
    const isStep = this.#phase === 'probe' && this.width > this.#before.width;
    const least = isStep ? this.#before.width : this.#taken() - 1;
    const untilMs = now.ms + Math.max(burstMs, now.firstByteMs ?? 0);
    this.#burst = { untilMs, inFlight, refused: gone, least };
    const knownMs = this.#ceiling?.forMs ?? firstCeilingMs;
    const forMs = isStep ? Math.min(knownMs * 2, longestCeilingMs) : knownMs;
    this.#ceiling = { width: 1, untilMs: now.ms + forMs, forMs };
    const half = Math.max(1, Math.floor(Math.min(inFlight, this.width) / 2));
    const width = isStep ? this.#before.width : half;
    this.#limit(now, Math.max(width, least, inFlight - gone));
    return this.#change(now, width, refused > 0 ? 'refused' : 'timeout');
  }

  /** What the origin took before, where this is no more: it may count one for a moment longer than we do. */
  #taken(): number {
    return this.#ceiling && this.width <= this.#ceiling.width ? this.#ceiling.width : 0;
  }

  #limit(now: Reading, taken: number): void {
    const ceiling = this.#ceiling;
    if (!ceiling) return;
    ceiling.width = Math.max(1, Math.min(taken, maxAutoWidth));
    this.#phase = 'recover';
    this.#target = ceiling.width;
    this.#recoverMs = now.ms + burstMs;
  }

  /** Transfers are stopped; when that lasts, fewer at once are enough. */
  #waitForMemory(now: Reading): WidthChange | undefined {
    this.#window = undefined;
    this.#pausedSinceMs ??= now.ms;
    if (now.ms - this.#pausedSinceMs < pausedMs) return undefined;
    const width = Math.max(1, Math.floor(this.width / 2), Math.min(this.width, now.inFlight - now.paused));
    if (now.inFlight < this.width || width === this.width) return undefined;
    if (this.#phase !== 'recover') this.#target = this.width;
    this.#phase = 'recover';
    this.#pausedSinceMs = now.ms;
    this.#memoryWaitMs = Math.min(this.#memoryWaitMs * 2, longestMemoryMs);
    this.#recoverMs = now.ms + this.#memoryWaitMs;
    return this.#change(now, width, 'memory');
  }

  /** Goes back, by doubling, to what was good before. */
  #recover(now: Reading): WidthChange | undefined {
    if (now.ms < this.#recoverMs || !this.#isSettled(now)) return undefined;
    const width = Math.min(this.#target, this.width * 2, this.#most(now));
    if (width <= this.width) {
      this.#probeWaitMs = firstProbeMs;
      this.#hold(now, firstProbeMs);
      return undefined;
    }
    return this.#change(now, width, 'recovered');
  }

  #most({ ms }: Reading): number {
    const ceiling = this.#ceiling;
    return ceiling && ms < ceiling.untilMs ? ceiling.width : maxAutoWidth;
  }

  #change(now: Reading, width: number, why: WidthReason, bytesPerMs?: number): WidthChange | undefined {
    this.#window = undefined;
    if (width === this.width) return undefined;
    this.width = width;
    this.#changed = now;
    return { width, why, ...(bytesPerMs === undefined ? {} : { bytesPerMs }) };
  }
}
