import type { OutputFile } from '../output/outputFile.ts';
import { firstMovieTicks, firstPresentationTicks } from './firstPresentation.ts';
import type { Stretch } from './mainLine.ts';
import { ticksPerSecond } from './timestamps.ts';

/** Bytes of the main stream in which the first time of a stretch has to stand. */
const headBytes = 1 << 20;

/** The media's own clock in each stretch of the main stream, read from what was recorded of it. */
export class StretchClocks {
  readonly #main: OutputFile;
  readonly #known = new Map<Stretch, { ticks: number; atS: number } | undefined>();
  #init: Buffer | undefined;

  /** Stretches have to be asked for in their order: an init segment holds on. */
  constructor(main: OutputFile) {
    this.#main = main;
  }

  /** The presentation time of the main stream at `atS`, in ticks of 90 kHz, were the stretch to reach there. */
  at(stretch: Stretch, atS: number): number | undefined {
    if (!this.#known.has(stretch)) this.#known.set(stretch, this.#read(stretch));
    const clock = this.#known.get(stretch);
    return clock && Math.round(clock.ticks + (atS - clock.atS) * ticksPerSecond);
  }

  #read({ heads }: Stretch): { ticks: number; atS: number } | undefined {
    const present = heads.find(({ slot }) => slot.start !== undefined && slot.bytes > slot.initBytes);
    if (!present) return undefined;
    const { slot, startS } = present;
    const head = this.#bytesAt((slot.start ?? 0) + slot.initBytes, Math.min(headBytes, slot.bytes - slot.initBytes));
    const withInit = heads.find((each) => each.slot.initBytes > 0 && each.startS <= startS);
    if (withInit) this.#init = this.#bytesAt(withInit.slot.start ?? 0, withInit.slot.initBytes);
    const ticks = firstPresentationTicks(head) ?? (this.#init && firstMovieTicks(this.#init, head));
    return ticks === undefined ? undefined : { ticks, atS: startS };
  }

  #bytesAt(position: number, length: number): Buffer {
    return Buffer.concat([...this.#main.part.read(position, length)].map((block) => Buffer.from(block)));
  }
}
