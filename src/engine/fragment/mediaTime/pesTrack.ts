import { FrameChain } from './frameChain.ts';
import type { PesHeader } from './pesHeader.ts';
import { ticksPerS, TimeRun } from './timeRun.ts';

const longestDoubtedFrameS = 0.2;
/** What a frame without neighbours counts for when it seems cut: the usual 25 a second. */
const assumedFrameS = 0.04;
/** More than any decoder's buffer holds: a DTS behind its PTS. */
const longestDelayTicks = 10 * ticksPerS;

/** The media time of one PID. */
export class PesTrack {
  readonly #kind: PesHeader['kind'];
  readonly #chain: FrameChain | undefined;
  /** Of timelines before the one that runs. */
  #earlierS = 0;
  #run = new TimeRun();
  /** What the frame chain had measured when the last time came. */
  #chainMarkS = 0;
  #isMetadata = false;
  #delay = 0;
  #packetBytes = 0;
  #packetReceived = 0;
  #isStuffed = false;

  constructor(kind: PesHeader['kind']) {
    this.#kind = kind;
    this.#chain = kind === 'video' ? undefined : new FrameChain();
  }

  /** `ignored` holds neither sound nor picture (ID3), `unread` something that nothing is known about. */
  get role(): 'media' | 'ignored' | 'unread' {
    if (this.#kind !== 'private') return 'media';
    if (this.#isMetadata) return 'ignored';
    return this.#chain?.hasFrames === true ? 'media' : 'unread';
  }

  /** A PES packet starts; `bytes` holds the first part of it, up to `end`. */
  start(header: PesHeader, bytes: Buffer, start: number, end: number): void {
    const isFirst = this.#run.timed === 0 && this.#run.bytes === 0;
    if (isFirst && this.#kind === 'private') {
      this.#isMetadata = bytes.toString('latin1', header.payload, Math.min(header.payload + 3, end)) === 'ID3';
    }
    if (header.time !== undefined) this.#takeTime(header.time);
    this.#delay = header.delay;
    this.#packetBytes = header.packetBytes;
    this.#packetReceived = Math.min(header.payload, end) - start;
    this.more(bytes, header.payload, end);
  }

  /** The next part of the PES packet's payload. */
  more(bytes: Buffer, start: number, end: number): void {
    if (start >= end) return;
    this.#packetReceived += end - start;
    this.#run.count(end - start);
    this.#chain?.update(bytes, start, end);
  }

  /** Whether the transport packet just taken was filled up: the last one of a PES packet nearly always is. */
  noteStuffing(isStuffed: boolean): void {
    this.#isStuffed = isStuffed;
  }

  /** Seconds; `undefined` where they can't be known, 0 where not one frame of sound is whole. */
  durationS(): number | undefined {
    const runS = this.#runS();
    return this.#earlierS > 0 ? this.#earlierS + (runS ?? 0) : runS;
  }

  #takeTime(time: number): void {
    if (!this.#run.take(time)) {
      this.#earlierS += this.#runS() ?? 0;
      this.#run = new TimeRun();
      this.#run.take(time);
    }
    this.#chainMarkS = this.#chain?.durationS ?? 0;
  }

  #runS(): number | undefined {
    const { timed, spanS } = this.#run;
    if (this.#chain?.isIntact === true) return spanS + this.#chain.durationS - this.#chainMarkS;
    if (timed >= 2) return this.#chain ? this.#spanByBytes() : this.#spanByFrames();
    if (timed === 1 && this.#isCut()) return this.#chain ? 0 : assumedFrameS;
    // A frame that waits to be shown waits for others to be decoded, one frame's time or more.
    return this.#delay > 0 && this.#delay < longestDelayTicks ? this.#delay / ticksPerS : undefined;
  }

  /** A PES packet of video holds one frame. */
  #spanByFrames(): number {
    const { timed, spanS } = this.#run;
    const frameS = spanS / (timed - 1);
    // That it looks cut is likely, not sure: where frames are long, one must not decide.
    return spanS + (frameS <= longestDoubtedFrameS && this.#isCut() ? 0 : frameS);
  }

  /** A PES packet of audio holds any number of frames: the last one lasts as long as its share of the bytes. */
  #spanByBytes(): number {
    const { bytes, bytesSinceTime, spanS } = this.#run;
    const before = bytes - bytesSinceTime;
    return before > 0 ? (spanS * bytes) / before : spanS;
  }

  /** Whether the last PES packet seems to go on behind the end: by its length, else by how its last packet is filled. */
  #isCut(): boolean {
    return this.#packetBytes > 0 ? this.#packetReceived < this.#packetBytes : !this.#isStuffed;
  }
}
