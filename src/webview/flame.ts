import type { Decision } from '../profile/categories.ts';
import { findMatches, layoutFlame, type FlameLayout } from '../profile/layout.ts';
import type { Frame } from '../profile/model.ts';
import { ROOT, arrangeBoxes, type Boxes } from './boxes.ts';
import { formatPlace } from './format.ts';
import type { ThreadModel } from './messages.ts';
import { familyOf, shadeOf, type Family } from './palette.ts';

/** Boxes that stand out of the graph. */
export interface Highlight {
  /** Box → 1 if it stands out. */
  isIn: Uint8Array;
  /** How many do. */
  boxes: number;
  /** Weight of the samples with at least one of them, each sample once. */
  weight: number;
}

/** What is known of one box. Weights in the profile's unit. */
export interface BoxFacts {
  frame: Frame;
  label: string;
  decision: Decision;
  self: number;
  total: number;
}

const UNDECIDED: Decision = { category: 'unknown', pattern: 'no decision' };

/** What identifies a function in the table of hot frames and in the graph alike. */
export type FunctionKey = Pick<Frame, 'name' | 'file' | 'line' | 'column'>;

/** Whether two frames are one function: several without a name can stand in one line. */
export function isSameFunction(one: FunctionKey, other: FunctionKey): boolean {
  return one.name === other.name && one.file === other.file && one.line === other.line && one.column === other.column;
}

/** The graph of one thread: its layout, its boxes, and what stands behind each box. */
export class Flame {
  readonly layout: FlameLayout;
  readonly boxes: Boxes;
  readonly #thread: ThreadModel;
  readonly #families: readonly Family[];
  readonly #labels: readonly string[];
  readonly #shades: Uint8Array;

  constructor(thread: ThreadModel, showIdle: boolean) {
    this.#thread = thread;
    this.#families = thread.decisions.list.map(({ category }) => familyOf(category));
    this.layout = layoutFlame(thread.tree, { hideIdle: !showIdle });
    this.boxes = arrangeBoxes(thread.tree.parent, this.layout);
    this.#labels = thread.tree.frames.map(labelOf);
    this.#shades = Uint8Array.from(thread.tree.frames, ({ name }) => shadeOf(name));
  }

  /** Weight of everything that is drawn. */
  get weight(): number {
    return this.layout.weight;
  }

  labelOf(box: number): string {
    return this.#labels[this.#frameIndexOf(box)] ?? '';
  }

  familyOf(box: number): Family {
    return this.#familyOfNode(this.#nodeOf(box));
  }

  shadeOf(box: number): number {
    return this.#shades[this.#frameIndexOf(box)] ?? 0;
  }

  factsOf(box: number): BoxFacts | undefined {
    const { tree, decisions } = this.#thread;
    const frame = tree.frames[this.#frameIndexOf(box)];
    if (box === ROOT || frame === undefined) return undefined;
    const node = this.#nodeOf(box);
    return {
      frame,
      label: this.labelOf(box),
      decision: decisions.list[decisions.of[node] ?? 0] ?? UNDECIDED,
      self: tree.self[node] ?? 0,
      total: this.totalOf(box),
    };
  }

  /** Width of a box or of the root as a weight. */
  totalOf(box: number): number {
    return box === ROOT ? this.weight : (this.layout.total[this.#nodeOf(box)] ?? 0);
  }

  /** Node of a box; −1 for the root. */
  nodeAt(box: number): number {
    return box === ROOT ? -1 : this.#nodeOf(box);
  }

  /** Box of a node; `ROOT` for −1 and for nodes that are not drawn. */
  boxOfNode(node: number): number {
    return this.boxes.boxOf[node] ?? ROOT;
  }

  /** Boxes whose name or file a query finds (profile/layout). */
  search(query: string | RegExp): Highlight {
    const { isMatch } = findMatches(this.#thread.tree, this.layout, query);
    return this.#highlight((node) => isMatch[node] === 1);
  }

  /** All boxes of one function. */
  boxesOfFunction(key: FunctionKey): Highlight {
    const isSame = this.#thread.tree.frames.map((frame) => isSameFunction(frame, key));
    return this.#highlight((node) => isSame[this.#thread.tree.frame[node] ?? 0] === true);
  }

  /** All boxes of one colour. */
  boxesOfFamily(family: Family): Highlight {
    return this.#highlight((node) => this.#familyOfNode(node) === family);
  }

  /** Of the boxes that stand out the one with the most self weight. */
  heaviestOf({ isIn }: Highlight): number | undefined {
    let heaviest: number | undefined;
    let most = -1;
    for (let box = 0; box < isIn.length; box += 1) {
      const self = this.#thread.tree.self[this.#nodeOf(box)] ?? 0;
      if (isIn[box] !== 1 || self <= most) continue;
      heaviest = box;
      most = self;
    }
    return heaviest;
  }

  /** Families that are drawn, each with the self weight of its boxes. */
  familyWeights(): Map<Family, number> {
    const weights = new Map<Family, number>();
    for (let box = 0; box < this.boxes.count; box += 1) {
      const self = this.#thread.tree.self[this.#nodeOf(box)] ?? 0;
      if (self === 0) continue;
      const family = this.familyOf(box);
      weights.set(family, (weights.get(family) ?? 0) + self);
    }
    return weights;
  }

  #highlight(isIn: (node: number) => boolean): Highlight {
    const { count, end, node } = this.boxes;
    const marks = new Uint8Array(count);
    let boxes = 0;
    let weight = 0;
    let coveredTo = 0;
    for (let box = 0; box < count; box += 1) {
      if (!isIn(node[box] ?? 0)) continue;
      marks[box] = 1;
      boxes += 1;
      // What lies inside of a marked box holds the same samples: they are counted already.
      if (box < coveredTo) continue;
      weight += this.totalOf(box);
      coveredTo = end[box] ?? box + 1;
    }
    return { isIn: marks, boxes, weight };
  }

  #familyOfNode(node: number): Family {
    return this.#families[this.#thread.decisions.of[node] ?? 0] ?? 'other';
  }

  #nodeOf(box: number): number {
    return this.boxes.node[box] ?? 0;
  }

  #frameIndexOf(box: number): number {
    return this.#thread.tree.frame[this.#nodeOf(box)] ?? 0;
  }
}

/** A frame's name; where it has none, its place. */
function labelOf({ name, file, line }: Frame): string {
  const isNamed = name !== '' && name !== '(anonymous)';
  if (isNamed) return name;
  const place = formatPlace(file, line);
  return place === '' ? '(anonymous)' : `(anonymous) ${place}`;
}
