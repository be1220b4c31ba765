import type { Decision, Decisions } from '../profile/categories.ts';
import { findMatches, layoutFlame, matchNodes, type FlameLayout, type Matches } from '../profile/layout.ts';
import type { CallTree, Frame } from '../profile/model.ts';
import { formatPlace } from './format.ts';
import { t } from './l10n.ts';

/** Merged stacks and what each node's was spent on. */
export interface Stacks {
  tree: CallTree;
  decisions: Decisions;
}

/** The root of all stacks: it is no node itself, and everything is below it. */
export const ROOT_NODE = -1;

const UNDECIDED: Decision = { category: 'unknown', pattern: 'no decision' };

/** What identifies a function in the table of hot frames and in the graph alike. */
export type FunctionKey = Pick<Frame, 'name' | 'file' | 'line' | 'column'>;

/** Whether two frames are one function: several without a name can stand in one line. */
export function isSameFunction(one: FunctionKey, other: FunctionKey): boolean {
  return one.name === other.name && one.file === other.file && one.line === other.line && one.column === other.column;
}

/** What is known of the nodes of a call tree: names, categories, weights in the profile's unit. */
export class Facts {
  readonly tree: CallTree;
  readonly layout: FlameLayout;
  readonly #decisions: Decisions;
  readonly #labels: readonly string[];

  /** @param hideIdle whether time without work counts for nothing */
  constructor({ tree, decisions }: Stacks, { hideIdle }: { hideIdle: boolean }) {
    this.tree = tree;
    this.layout = layoutFlame(tree, { hideIdle });
    this.#decisions = decisions;
    this.#labels = tree.frames.map(labelOf);
  }

  /** Weight of everything that is drawn. */
  get weight(): number {
    return this.layout.weight;
  }

  get decisions(): Decisions {
    return this.#decisions;
  }

  /** The frame of a node; undefined for the root. */
  frameOf(node: number): Frame | undefined {
    return node < 0 ? undefined : this.tree.frames[this.tree.frame[node] ?? 0];
  }

  labelOf(node: number): string {
    return node < 0 ? t('All') : (this.#labels[this.tree.frame[node] ?? 0] ?? '');
  }

  decisionOf(node: number): Decision {
    return this.#decisions.list[this.#decisions.of[node] ?? 0] ?? UNDECIDED;
  }

  /** Weight whose stack ends here; nothing for what is not drawn. */
  selfOf(node: number): number {
    return (this.layout.total[node] ?? 0) > 0 ? (this.tree.self[node] ?? 0) : 0;
  }

  /** Weight of all stacks through a node; of everything for the root. */
  totalOf(node: number): number {
    return node < 0 ? this.weight : (this.layout.total[node] ?? 0);
  }

  /** Frames from the root to a node, which is the last; the root is not among them. */
  pathTo(node: number): number[] {
    const path: number[] = [];
    for (let at = node; at >= 0; at = this.tree.parent[at] ?? -1) path.push(at);
    return path.reverse();
  }

  /** Nodes whose name or file a query finds. */
  search(query: string | RegExp): Matches {
    return findMatches(this.tree, this.layout, query);
  }

  /** All nodes of one function. */
  nodesOfFunction(key: FunctionKey): Matches {
    const isSame = this.framesOf(key);
    return this.nodesWhere((node) => isSame[this.tree.frame[node] ?? 0] === true);
  }

  /** Frame → whether it is that function. */
  framesOf(key: FunctionKey): boolean[] {
    return this.tree.frames.map((frame) => isSameFunction(frame, key));
  }

  nodesWhere(isIn: (node: number) => boolean): Matches {
    return matchNodes(this.tree, this.layout, isIn);
  }

  /** Of the nodes that were found the one with the most self weight. */
  heaviestOf({ isMatch }: Matches): number | undefined {
    let heaviest: number | undefined;
    let most = -1;
    for (let node = 0; node < isMatch.length; node += 1) {
      if (isMatch[node] !== 1 || this.selfOf(node) <= most) continue;
      heaviest = node;
      most = this.selfOf(node);
    }
    return heaviest;
  }
}

/** A frame's name; where it has none, its place. */
function labelOf({ name, file, line }: Frame): string {
  const isNamed = name !== '' && name !== '(anonymous)';
  if (isNamed) return name;
  const place = formatPlace(file, line);
  return place === '' ? '(anonymous)' : `(anonymous) ${place}`;
}
