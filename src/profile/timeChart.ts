import { Ancestors } from './ancestors.ts';
import { Minima } from './minima.ts';
import type { CallTree, SampleTimes } from './model.ts';

/**
 * A call as samples saw it: the samples from `first` to before `end`, one after the other without a gap, that have the same frames down to `depth`
 * (0 for the outermost).
 */
export interface Run {
  first: number;
  end: number;
  depth: number;
}

/** Samples further apart than that, in microseconds, have a gap between them: below, it is rounding. */
const GAP_US = 0.5;

/**
 * A thread's stacks over time. Boxes are not made in advance, for a million samples have several million: any box is found from a sample and a depth,
 * in logarithmic time.
 */
export class TimeChart {
  readonly tree: CallTree;
  readonly times: SampleTimes;
  /** Rows that the deepest stack needs. */
  readonly maxDepth: number;
  readonly #ancestors: Ancestors;
  /** Sample → frames of its stack; 0 for one that is not drawn. */
  readonly #height: Uint32Array;
  /** Sample → frames that it shares with the one before, from the outermost; 0 after a gap. */
  readonly #shared: Minima;

  /** @param hideIdle whether samples that end in a frame `(idle)` are as gaps */
  constructor(tree: CallTree, times: SampleTimes, { hideIdle }: { hideIdle: boolean }) {
    this.tree = tree;
    this.times = times;
    this.#ancestors = new Ancestors(tree.parent);
    this.#height = heights(tree, times, this.#ancestors, hideIdle);
    this.#shared = new Minima(this.#sharedFrames());
    this.maxDepth = this.#height.reduce((most, height) => Math.max(most, height), 0);
  }

  #sharedFrames(): Uint32Array {
    const { node, startUs, endUs } = this.times;
    const shared = new Uint32Array(node.length);
    for (let at = 1; at < node.length; at += 1) {
      const [before, here] = [this.#height[at - 1] ?? 0, this.#height[at] ?? 0];
      if (before === 0 || here === 0 || (startUs[at] ?? 0) - (endUs[at - 1] ?? 0) > GAP_US) continue;
      const [one, other] = [node[at - 1] ?? 0, node[at] ?? 0];
      shared[at] = one === other ? here : this.#ancestors.shared(one, other);
    }
    return shared;
  }

  get samples(): number {
    return this.times.node.length;
  }

  /** The last sample that began at or before a time; −1 before the first. */
  sampleAt(timeUs: number): number {
    const { startUs } = this.times;
    let low = 0;
    let high = startUs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((startUs[middle] ?? 0) <= timeUs) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Frames of a sample's stack; 0 for one that is not drawn. */
  heightOf(sample: number): number {
    return this.#height[sample] ?? 0;
  }

  /** Node of a sample's stack at a depth (0 for the outermost frame). */
  nodeAt(sample: number, depth: number): number {
    return this.#ancestors.at(this.times.node[sample] ?? 0, depth + 1);
  }

  /** Depth of a node: 0 for the outermost frames. */
  depthOf(node: number): number {
    return this.#ancestors.depthOf(node) - 1;
  }

  /** The box that a sample lies in at a depth; undefined when its stack is not that deep. */
  runAt(sample: number, depth: number): Run | undefined {
    if (depth >= this.heightOf(sample)) return undefined;
    return { first: this.firstOf(sample, depth), end: this.endOf(sample, depth), depth };
  }

  /** First sample of the box that a sample lies in at a depth. */
  firstOf(sample: number, depth: number): number {
    return Math.max(0, this.#shared.previous(sample, depth));
  }

  /** First sample after that box. */
  endOf(sample: number, depth: number): number {
    return this.#shared.next(sample + 1, depth);
  }

  /** The fewest frames that neighbours share from `first` on until `last`: a box goes on all the way if it is less deep. */
  sharedBetween(first: number, last: number): number {
    return this.#shared.between(first + 1, last + 1);
  }
}

function heights(tree: CallTree, times: SampleTimes, ancestors: Ancestors, hideIdle: boolean): Uint32Array {
  const idle = tree.frames.map(({ name }) => hideIdle && name === '(idle)');
  return Uint32Array.from(times.node, (node) => (idle[tree.frame[node] ?? 0] === true ? 0 : ancestors.depthOf(node)));
}

/**
 * Self weights of a tree, in its own unit, from the samples of a stretch of time alone: of each node the part of its weight that its samples' time inside has of all
 * their time. A sample at an edge counts with the part of it that is inside.
 */
export function selfWithin(
  { self }: Pick<CallTree, 'self'>,
  { node, startUs, endUs }: SampleTimes,
  { fromUs, toUs }: { fromUs: number; toUs: number },
): Float64Array {
  const all = new Float64Array(self.length);
  const inside = new Float64Array(self.length);
  for (let at = 0; at < node.length; at += 1) {
    const [start, end, own] = [startUs[at] ?? 0, endUs[at] ?? 0, node[at] ?? 0];
    all[own] = (all[own] ?? 0) + (end - start);
    const part = Math.min(end, toUs) - Math.max(start, fromUs);
    if (part > 0) inside[own] = (inside[own] ?? 0) + part;
  }
  return self.map((weight, own) => {
    const whole = all[own] ?? 0;
    return whole > 0 ? (weight * (inside[own] ?? 0)) / whole : 0;
  });
}
