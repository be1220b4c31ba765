import type { Run, TimeChart } from '../profile/timeChart.ts';
import { ROOT, type BoxSpace, type BoxVisitor, type Step, type StepLimits } from './boxSpace.ts';
import type { TimeRange } from './timeAxis.ts';
import { WHOLE, visibleRows, type Range, type Viewport } from './viewport.ts';

/** A box is its first sample and its depth in one number, exact for 2^36 samples. */
const DEPTHS = 2 ** 17;

/** Boxes narrower than that share their pixels: each column shows the sample in its middle. */
const SMALLEST_OWN_PX = 3;

/** Samples by time as boxes: a box is a call as the samples saw it, without a gap. */
export class TimeBoxes implements BoxSpace {
  readonly #chart: TimeChart;
  readonly #fromUs: number;
  readonly #lengthUs: number;

  /** @param whole the time that the width stands for */
  constructor(chart: TimeChart, { fromUs, toUs }: TimeRange) {
    this.#chart = chart;
    this.#fromUs = fromUs;
    this.#lengthUs = Math.max(toUs - fromUs, Number.MIN_VALUE);
  }

  get rows(): number {
    return this.#chart.maxDepth + 1;
  }

  nodeOf(box: number): number {
    return box === ROOT ? -1 : this.#chart.nodeAt(Math.floor(box / DEPTHS), box % DEPTHS);
  }

  rowOf(box: number): number {
    return box === ROOT ? 0 : (box % DEPTHS) + 1;
  }

  rangeOf(box: number): Range {
    if (box === ROOT) return WHOLE;
    const { fromUs, toUs } = this.timeOf(box);
    return { from: this.#placeOf(fromUs), to: this.#placeOf(toUs) };
  }

  /** When a box began and ended. */
  timeOf(box: number): TimeRange {
    if (box === ROOT) return { fromUs: this.#fromUs, toUs: this.#fromUs + this.#lengthUs };
    return this.#timeOfRun(this.#runOf(box));
  }

  parentOf(box: number): number {
    if (box === ROOT || box % DEPTHS === 0) return ROOT;
    const depth = (box % DEPTHS) - 1;
    return this.#chart.firstOf(Math.floor(box / DEPTHS), depth) * DEPTHS + depth;
  }

  boxOfNode(node: number, near: Range): number {
    const depth = node < 0 ? -1 : this.#chart.depthOf(node);
    if (depth < 0) return ROOT;
    const isUnder = this.#nodesUnder(node);
    const { node: nodes } = this.#chart.times;
    let best = ROOT;
    let most = -1;
    for (let sample = 0; sample < nodes.length;) {
      const isHere = isUnder[nodes[sample] ?? 0] === 1 && this.#chart.heightOf(sample) > depth;
      const end = isHere ? this.#chart.endOf(sample, depth) : sample + 1;
      if (isHere) {
        const { from, to } = this.#rangeOfRun({ first: sample, end, depth });
        const isNear = from < near.to && to > near.from;
        const score = to - from + (isNear ? 1 : 0);
        if (score > most) [best, most] = [sample * DEPTHS + depth, score];
      }
      sample = end;
    }
    return best;
  }

  at(row: number, place: number): number | undefined {
    const timeUs = this.#fromUs + place * this.#lengthUs;
    const sample = this.#chart.sampleAt(timeUs);
    if (sample < 0 || (this.#chart.times.endUs[sample] ?? 0) <= timeUs) return undefined;
    return this.#boxAt(sample, row - 1);
  }

  step(box: number, step: Step, limits: StepLimits): number {
    if (step === 'caller') return this.parentOf(box);
    const run = box === ROOT ? { first: 0, end: this.#chart.samples, depth: -1 } : this.#runOf(box);
    if (step === 'callee') return this.#widestCallee(run, limits) ?? box;
    if (box === ROOT) return box;
    return (step === 'next' ? this.#next(run, limits) : this.#previous(run, limits)) ?? box;
  }

  visit(viewport: Viewport, visitor: BoxVisitor): void {
    const columns = new Columns(this.#chart, viewport, this.#visibleTime(viewport), this.#fromUs);
    const { first, last } = visibleRows(viewport);
    for (let row = Math.max(1, first); row <= last; row += 1) this.#visitRow(viewport, columns, row, visitor);
  }

  #visitRow(viewport: Viewport, columns: Columns, row: number, visitor: BoxVisitor): void {
    const depth = row - 1;
    for (let column = 0; column < columns.count;) {
      const sample = columns.sample[column] ?? -1;
      if (sample < 0 || this.#chart.heightOf(sample) <= depth) {
        column += 1;
        continue;
      }
      let end = column + 1;
      while (end < columns.count && (columns.shared[end] ?? 0) > depth) end += 1;
      const node = this.#chart.nodeAt(sample, depth);
      if (end - column < SMALLEST_OWN_PX) {
        visitor.crumb(row, columns.left + column, end - column, node);
      } else {
        const run = {
          first: this.#chart.firstOf(sample, depth),
          end: this.#chart.endOf(columns.sample[end - 1] ?? sample, depth),
          depth,
        };
        const { from, to } = this.#rangeOfRun(run);
        const scale = viewport.width / (viewport.range.to - viewport.range.from);
        const left = Math.max(0, (from - viewport.range.from) * scale);
        const right = Math.min(viewport.width, (to - viewport.range.from) * scale);
        visitor.box(run.first * DEPTHS + depth, node, row, left, right - left);
      }
      column = end;
    }
  }

  #widestCallee({ first, end, depth }: Run, limits: StepLimits): number | undefined {
    const from = Math.max(first, this.#sampleAtPlace(limits.range.from));
    const to = Math.min(end, this.#sampleAtPlace(limits.range.to) + 1);
    let widest: number | undefined;
    let most = 0;
    for (let sample = from; sample < to;) {
      const box = this.#boxAt(sample, depth + 1);
      if (box === undefined) {
        sample += 1;
        continue;
      }
      const range = this.rangeOf(box);
      if (range.to - range.from > most && isSeen(range, limits)) [widest, most] = [box, range.to - range.from];
      sample = this.#skip(sample, depth + 1, limits);
    }
    return widest;
  }

  #next({ end, depth }: Run, limits: StepLimits): number | undefined {
    for (let sample = end; sample < this.#chart.samples; sample = this.#skip(sample, depth, limits)) {
      const box = this.#boxAt(sample, depth);
      if (box === undefined) continue;
      const range = this.rangeOf(box);
      if (range.from >= limits.range.to) return undefined;
      if (isSeen(range, limits)) return box;
    }
    return undefined;
  }

  #previous({ first, depth }: Run, limits: StepLimits): number | undefined {
    for (let sample = first - 1; sample >= 0;) {
      const run = this.#chart.runAt(sample, depth);
      if (run === undefined) {
        sample -= 1;
        continue;
      }
      const range = this.#rangeOfRun(run);
      if (range.to <= limits.range.from) return undefined;
      if (isSeen(range, limits)) return run.first * DEPTHS + depth;
      sample = run.first - 1;
    }
    return undefined;
  }

  /** The first sample after the box at a sample, or after its pixel. */
  #skip(sample: number, depth: number, { smallest }: StepLimits): number {
    const end = depth < this.#chart.heightOf(sample) ? this.#chart.endOf(sample, depth) : sample + 1;
    const startUs = this.#chart.times.startUs[sample] ?? 0;
    const pixel = this.#chart.sampleAt(startUs + (smallest * this.#lengthUs) / 2);
    return Math.max(end, pixel, sample + 1);
  }

  #visibleTime({ range }: Viewport): TimeRange {
    return { fromUs: this.#fromUs + range.from * this.#lengthUs, toUs: this.#fromUs + range.to * this.#lengthUs };
  }

  #sampleAtPlace(place: number): number {
    return Math.max(0, this.#chart.sampleAt(this.#fromUs + place * this.#lengthUs));
  }

  #placeOf(timeUs: number): number {
    return (timeUs - this.#fromUs) / this.#lengthUs;
  }

  #boxAt(sample: number, depth: number): number | undefined {
    if (depth >= this.#chart.heightOf(sample)) return undefined;
    return this.#chart.firstOf(sample, depth) * DEPTHS + depth;
  }

  #runOf(box: number): Run {
    const first = Math.floor(box / DEPTHS);
    const depth = box % DEPTHS;
    return { first, end: this.#chart.endOf(first, depth), depth };
  }

  #timeOfRun({ first, end }: Run): TimeRange {
    const { startUs, endUs } = this.#chart.times;
    return { fromUs: startUs[first] ?? 0, toUs: endUs[end - 1] ?? 0 };
  }

  #rangeOfRun(run: Run): Range {
    const { fromUs, toUs } = this.#timeOfRun(run);
    return { from: this.#placeOf(fromUs), to: this.#placeOf(toUs) };
  }

  /** Node → 1 for a node and all that it called. */
  #nodesUnder(top: number): Uint8Array {
    const { parent } = this.#chart.tree;
    const isUnder = new Uint8Array(parent.length);
    isUnder[top] = 1;
    for (let node = top + 1; node < parent.length; node += 1) isUnder[node] = isUnder[parent[node] ?? -1] ?? 0;
    return isUnder;
  }
}

function isSeen({ from, to }: Range, { range, smallest }: StepLimits): boolean {
  return to - from >= smallest && from < range.to && to > range.from;
}

/**
 * Which sample each pixel column of a window shows: no more are ever looked at. Columns lie on a grid that is fixed in time, so that panning does not
 * choose other samples.
 */
class Columns {
  readonly count: number;
  /** Left edge of the first column in the window, at most a pixel outside of it. */
  readonly left: number;
  /** Column → its sample, or −1. */
  readonly sample: Int32Array;
  /** Column → frames that it shares with the column to the left, through all samples between. */
  readonly shared: Float64Array;

  constructor(chart: TimeChart, { width }: Viewport, { fromUs, toUs }: TimeRange, gridUs: number) {
    const stepUs = (toUs - fromUs) / Math.max(1, width);
    const first = Math.floor((fromUs - gridUs) / stepUs);
    this.left = (gridUs + first * stepUs - fromUs) / stepUs;
    this.count = Math.ceil(width) + 1;
    this.sample = new Int32Array(this.count).fill(-1);
    this.shared = new Float64Array(this.count);
    for (let column = 0; column < this.count; column += 1) {
      const startUs = gridUs + (first + column) * stepUs;
      const sample = shownSample(chart, startUs, stepUs);
      const before = this.sample[column - 1] ?? -1;
      this.sample[column] = sample;
      if (sample < 0 || before < 0) continue;
      this.shared[column] = sample === before ? Infinity : chart.sharedBetween(before, sample);
    }
  }
}

/** The sample in the middle of a pixel, else the last one in it, −1 where there is none. */
function shownSample(chart: TimeChart, startUs: number, stepUs: number): number {
  const { endUs } = chart.times;
  const middle = chart.sampleAt(startUs + stepUs / 2);
  if (middle >= 0 && (endUs[middle] ?? 0) > startUs && chart.heightOf(middle) > 0) return middle;
  const last = chart.sampleAt(startUs + stepUs);
  return last >= 0 && (endUs[last] ?? 0) > startUs && chart.heightOf(last) > 0 ? last : -1;
}
