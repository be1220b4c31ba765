/** Which version of HTTP a download's fragments came by in the end, and why. */
export interface HttpChoice {
  picked: HttpVersion;
  /** For people. */
  why: string;
  /** Megabits per second that both brought: each transfer on its own, or all at once. Absent where they were not compared. */
  mbps?: { http1: number; http2: number; of: 'each' | 'all' };
}

export type HttpVersion = '1.1' | '2';

/** The fragments of a download at one moment. Counts are totals since its start. */
export interface FragmentTraffic {
  /** Of one monotonic clock. */
  ms: number;
  /** Bytes of body that came. */
  receivedBytes: number;
  /** On their way now. */
  inFlight: number;
  /** How many may be, where that is chosen on the way. */
  limit: number | undefined;
  /** Answers of 429 and 503. */
  refused: number;
  /** Fragments that wait for their turn. */
  waiting: number;
}

/** How a transfer ended; `late`: it was not the first try, or did not begin at the beginning, so its times say nothing. */
export type Ending =
  | { type: 'whole'; bytes: number; sentMs: number; firstByteMs: number; endMs: number }
  | { type: 'broken'; why: string }
  | { type: 'refused' }
  | { type: 'late' };

/** Answers that begin so late come over a long path, or from an origin that takes its time. */
const longMs = 30;
/** As many connections are more than an origin refuses for their number. */
const fewConnections = 8;
/** What is compared with takes so long, and each lane ends so many transfers in it. */
const leastWindowMs = 300;
const fragmentsPerLane = 2;
/** As many times as many at once are another download; what the width is probed by is less. */
const ramp = 2;
/** Lanes that try HTTP/2: one in so many, and so many. Fewer than twice as many lanes leave nothing to compare with. */
const trialShare = 4;
const leastTrialLanes = 2;
const mostTrialLanes = 4;
const leastWidth = 4;
/** Fragments for each lane that must be left, so that what is gained is more than what is tried. */
const leftPerLane = 8;
/** A lane of HTTP/2 that brings less has too little to bring more with all of them. */
const nearEnough = 0.9;
/** A transfer that takes so many times as long as usual need not be waited for. */
const farTooLong = 3;
/** HTTP/1.1 reads for less CPU: what is to replace it must be faster. */
const worthwhile = 1.1;
/** Where connections are refused, as fast is better: one connection leaves room for more transfers. */
const worthwhileWhenRefused = 0.95;
/** All over HTTP/2 are given up at once for less. */
const hopeless = 0.6;

type Phase = 'watch' | 'compare' | 'switch' | 'over';
type Reason = 'long' | 'refused';

/** What transfers brought, each on its own. */
class Lanes {
  count = 0;
  #bytes = 0;
  #ms = 0;

  add(bytes: number, ms: number): void {
    this.count++;
    this.#bytes += bytes;
    this.#ms += ms;
  }

  get bytesPerMs(): number {
    return this.#ms > 0 ? this.#bytes / this.#ms : 0;
  }

  get meanMs(): number {
    return this.count > 0 ? this.#ms / this.count : 0;
  }
}

/**
 * Decides by which version of HTTP the fragments of one origin come. Begins with HTTP/1.1. Where the path is long, or the
 * origin refuses at a few connections, some lanes go over HTTP/2 for a few fragments while the others stay; if each brings
 * as much there, all do, and it is kept if they then bring more in all. What breaks off is not tried again.
 *
 * Pure: it knows what it is told.
 */
export class HttpDecision {
  #phase: Phase = 'watch';
  #reason: Reason | undefined;
  #picked: HttpVersion = '1.1';
  #why = 'too little was fetched to judge by';
  #mbps: HttpChoice['mbps'];
  /** Of HTTP/1.1 before the trial: since the width grew or shrank last. */
  #base: { limit: number; ms: number; receivedBytes: number; count: number } | undefined;
  #baseBytesPerMs = 0;
  #refused = 0;
  #width = 0;
  #firstByteMs = 0;
  #seen = 0;
  /** On their way over HTTP/1.1, and since when over HTTP/2. */
  #old = 0;
  readonly #new = new Map<object, number>();
  #trialLanes = 0;
  #hasRoom = false;
  #given = 0;
  #isWarm = false;
  /** Transfers of HTTP/2 that were sent before the connection was warm say little. */
  #warmMs = 0;
  #lanes = { old: new Lanes(), new: new Lanes() };
  #switched: { ms: number; receivedBytes: number; count: number } | undefined;

  /** The version for the transfer that `token` stands for, which begins now. */
  begin(token: object, now: FragmentTraffic): HttpVersion {
    this.#width = now.limit ?? Math.max(this.#width, now.inFlight + 1);
    const version = this.#versionOf();
    if (version === '1.1') {
      this.#old++;
    } else {
      this.#new.set(token, now.ms);
      this.#given++;
    }
    return version;
  }

  /** That transfer has ended. */
  end(token: object, ending: Ending, now: FragmentTraffic): void {
    const isNew = this.#new.delete(token);
    if (!isNew) this.#old--;
    if (isNew && ending.type === 'broken') this.#stay(`HTTP/2 broke off (${ending.why})`);
    else if (this.#phase === 'watch') this.#watch(ending, now);
    else if (this.#phase === 'over') return;
    else if (isNew && ending.type === 'refused') this.#stay('the origin refuses over HTTP/2, too');
    else if (this.#phase === 'compare') this.#compare(isNew, ending, now);
    else this.#measureAll(isNew, ending, now);
  }

  /** The origin did not agree on HTTP/2 (RFC 7301). */
  declined(): void {
    this.#stay('the origin does not offer HTTP/2');
  }

  /** The origin limits connections: one of HTTP/1.1 has to end before one of HTTP/2 begins. */
  get isWantingRoom(): boolean {
    return this.#phase === 'compare' && this.#reason === 'refused' && !this.#hasRoom;
  }

  /** A connection of HTTP/1.1 has ended. */
  madeRoom(): void {
    this.#hasRoom = true;
  }

  get choice(): HttpChoice {
    return { picked: this.#picked, why: this.#why, ...(this.#mbps ? { mbps: this.#mbps } : {}) };
  }

  #versionOf(): HttpVersion {
    if (this.#phase === 'switch') return '2';
    if (this.#phase !== 'compare') return this.#picked;
    if (this.isWantingRoom) return '1.1';
    return this.#new.size < this.#trialLanes && this.#given < this.#mostGiven ? '2' : '1.1';
  }

  /** Those that warm the connection up, and as many as are compared, with some more meanwhile. */
  get #mostGiven(): number {
    return this.#trialLanes * (fragmentsPerLane + 2);
  }

  #watch(ending: Ending, now: FragmentTraffic): void {
    const { limit = 1 } = now;
    if (this.#base === undefined || limit >= this.#base.limit * ramp || limit * ramp <= this.#base.limit) {
      this.#base = { limit, ms: now.ms, receivedBytes: now.receivedBytes, count: 0 };
    }
    if (ending.type !== 'whole') return;
    this.#base.count++;
    this.#seen++;
    this.#firstByteMs += (ending.firstByteMs - this.#firstByteMs) / this.#seen;
    if (now.refused > this.#refused && now.inFlight < fewConnections) this.#reason = 'refused';
    else if (this.#reason !== 'refused') this.#reason = this.#firstByteMs >= longMs ? 'long' : undefined;
    this.#refused = now.refused;
    const elapsedMs = now.ms - this.#base.ms;
    if (elapsedMs < leastWindowMs || this.#base.count < fragmentsPerLane * this.#width) {
      if (this.#reason) this.#why = `${this.#because}, but the download ended before that could be judged`;
      else this.#why = this.#nothingToGain;
      return;
    }
    if (this.#reason === undefined) this.#why = this.#nothingToGain;
    else if (this.#width < leastWidth) this.#why = `${this.#because}, but too few come at once to compare`;
    else if (now.waiting < leftPerLane * this.#width) this.#why = `${this.#because}, but too few were left to compare`;
    else {
      this.#baseBytesPerMs = (now.receivedBytes - this.#base.receivedBytes) / elapsedMs;
      this.#why = `${this.#because}, but the download ended before HTTP/2 could be judged`;
      this.#trialLanes = Math.min(mostTrialLanes, Math.max(leastTrialLanes, Math.floor(this.#width / trialShare)));
      this.#phase = 'compare';
    }
  }

  get #because(): string {
    if (this.#reason === 'refused') return 'the origin refuses at a few connections';
    return `answers begin after ${Math.round(this.#firstByteMs)} ms`;
  }

  get #nothingToGain(): string {
    return `${this.#because} and no few connections are refused: there is nothing to gain`;
  }

  #compare(isNew: boolean, ending: Ending, now: FragmentTraffic): void {
    if (ending.type === 'whole') {
      const { bytes, sentMs, endMs } = ending;
      if (!isNew) this.#lanes.old.add(bytes, endMs - sentMs);
      else if (!this.#isWarm) [this.#isWarm, this.#warmMs] = [true, now.ms];
      else if (sentMs >= this.#warmMs) this.#lanes.new.add(bytes, endMs - sentMs);
    }
    const { old, new: tried } = this.#lanes;
    const longestMs = Math.max(0, ...[...this.#new.values()].map((sentMs) => now.ms - sentMs));
    if (old.count >= fragmentsPerLane && longestMs > farTooLong * Math.max(old.meanMs, longMs)) {
      this.#stay(`${this.#because}, but transfers over HTTP/2 take more than ${farTooLong} times as long`);
      return;
    }
    const enough = fragmentsPerLane * this.#trialLanes;
    if (old.count < enough || tried.count < enough) {
      if (tried.count < enough && this.#given >= this.#mostGiven && this.#new.size === 0) {
        this.#stay(`${this.#because}, but too little came over HTTP/2 to compare`);
      }
      return;
    }
    this.#mbps = { http1: mbpsOf(old.bytesPerMs), http2: mbpsOf(tried.bytesPerMs), of: 'each' };
    if (tried.bytesPerMs >= nearEnough * old.bytesPerMs) this.#phase = 'switch';
    else this.#stay(`${this.#because}, but each transfer over HTTP/2 is slower`);
  }

  #measureAll(isNew: boolean, ending: Ending, now: FragmentTraffic): void {
    if (this.#old > 0 || !isNew) return;
    const began = (this.#switched ??= { ms: now.ms, receivedBytes: now.receivedBytes, count: 0 });
    if (ending.type === 'whole') began.count++;
    const elapsedMs = now.ms - began.ms;
    if (elapsedMs < leastWindowMs) return;
    const bytesPerMs = (now.receivedBytes - began.receivedBytes) / elapsedMs;
    const ratio = this.#baseBytesPerMs > 0 ? bytesPerMs / this.#baseBytesPerMs : Infinity;
    if (ratio >= hopeless && began.count <= fragmentsPerLane * this.#width) return;
    this.#mbps = { http1: mbpsOf(this.#baseBytesPerMs), http2: mbpsOf(bytesPerMs), of: 'all' };
    const isRefused = this.#reason === 'refused';
    if (ratio < (isRefused ? worthwhileWhenRefused : worthwhile)) {
      this.#stay(`${this.#because}, but HTTP/2 is not faster`);
      return;
    }
    this.#phase = 'over';
    this.#picked = '2';
    this.#why = isRefused
      ? `${this.#because}, and one of HTTP/2 brings as much`
      : `${this.#because}, and HTTP/2 is faster`;
  }

  #stay(why: string): void {
    this.#phase = 'over';
    this.#picked = '1.1';
    this.#why = why;
  }
}

/** Of bytes per millisecond, rounded to tenths. */
function mbpsOf(bytesPerMs: number): number {
  return Math.round((bytesPerMs * 8) / 100) / 10;
}
