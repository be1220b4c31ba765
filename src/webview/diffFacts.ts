import { meanTree, part, type Basis, type Pair } from '../profile/diffTree.ts';
import { addUpwards } from '../profile/tree.ts';
import type { Unit } from '../profile/model.ts';
import type { Colouring } from './colouring.ts';
import type { BoxText } from './describe.ts';
import { CHANGE_GROUPS, changeColour } from './diffColours.ts';
import type { DiffModel } from './diffMessages.ts';
import { Facts, ROOT_NODE } from './facts.ts';
import { formatPlace, formatShare, formatWeight } from './format.ts';
import { t } from './l10n.ts';

/** The stacks of two profiles in one way of counting: what each weighs in both, and how it is drawn and told. */
export class DiffFacts {
  /** The merged stacks, each as heavy as the mean of the two. */
  readonly facts: Facts;
  readonly basis: Basis;
  readonly unit: Unit;
  readonly #self: { before: Float64Array; after: Float64Array };
  readonly #total: { before: Float64Array; after: Float64Array };
  readonly #whole: Pair;

  constructor({ unit, before, after, tree, decisions }: DiffModel, basis: Basis) {
    const divisor = basis === 'share' ? { before: before.busy, after: after.busy } : { before: 1, after: 1 };
    this.basis = basis;
    this.unit = unit;
    this.#whole = { before: part(before.busy, divisor.before), after: part(after.busy, divisor.after) };
    this.#self = {
      before: tree.before.map((weight) => part(weight, divisor.before)),
      after: tree.after.map((weight) => part(weight, divisor.after)),
    };
    this.#total = {
      before: addUpwards(tree.parent, this.#self.before),
      after: addUpwards(tree.parent, this.#self.after),
    };
    this.facts = new Facts({ tree: meanTree(tree, divisor), decisions }, { hideIdle: false });
  }

  /** Weight of all stacks through a node, of everything for the root. */
  totalOf(node: number): Pair {
    if (node < 0) return this.#whole;
    return { before: this.#total.before[node] ?? 0, after: this.#total.after[node] ?? 0 };
  }

  /** Weight of the stacks that end at a node. */
  selfOf(node: number): Pair {
    return { before: this.#self.before[node] ?? 0, after: this.#self.after[node] ?? 0 };
  }

  /** A colour for each node, by how all that is above it has changed. */
  colour(): Colouring {
    const count = this.facts.tree.parent.length;
    const [colour, group] = [new Uint8Array(count), new Uint8Array(count)];
    const groups = CHANGE_GROUPS.map(({ label, holds, from, to }) => ({
      label,
      holds,
      colour: Math.round((from + to) / 2),
      weight: 0,
    }));
    for (let node = 0; node < count; node += 1) {
      const own = changeColour(this.totalOf(node));
      colour[node] = own;
      const index = CHANGE_GROUPS.findIndex(({ from, to }) => own >= from && own <= to);
      group[node] = index;
      const found = groups[index];
      if (found !== undefined) found.weight += this.facts.selfOf(node);
    }
    return { mode: 'heat', colour, group, groups };
  }

  /** Says what a node weighs in both, and what has changed. */
  describe(node: number): BoxText {
    const [frame, total] = [this.facts.frameOf(node), this.totalOf(node)];
    const totals = tellPair(total, this.basis, this.unit);
    if (frame === undefined || node === ROOT_NODE) {
      return {
        title: t('All'),
        place: '',
        rows: [{ label: t('total'), value: totals }],
        spoken: t('Whole graph, {0}', totals),
      };
    }
    const selfs = tellPair(this.selfOf(node), this.basis, this.unit);
    const label = this.facts.labelOf(node);
    const { category } = this.facts.decisionOf(node);
    const place = formatPlace(frame.file, frame.line);
    return {
      title: label,
      place: label.endsWith(place) ? '' : place,
      rows: [
        { label: t('category'), value: category },
        { label: t('self'), value: selfs },
        { label: t('total'), value: totals },
      ],
      spoken: [
        label,
        category,
        t('total {0}', spoken(total, this.basis, this.unit)),
        t('level {0}', this.facts.pathTo(node).length),
      ].join(', '),
    };
  }
}

/** A value in its way of counting. */
export function tellValue(value: number, basis: Basis, unit: Unit): string {
  return basis === 'share' ? formatShare(value, 1) : formatWeight(value, unit);
}

/** `+1.2 %`, `−3.4 %`, `0 %`; what is too little to be told has no sign. */
export function tellChange({ before, after }: Pair, basis: Basis, unit: Unit): string {
  const size = tellValue(Math.abs(after - before), basis, unit);
  if (size === tellValue(0, basis, unit)) return size;
  return `${after < before ? '−' : '+'}${size}`;
}

/** `1.2 % → 3.4 % (+2.2 %)`. */
export function tellPair(pair: Pair, basis: Basis, unit: Unit): string {
  return `${tellValue(pair.before, basis, unit)} → ${tellValue(pair.after, basis, unit)} (${tellChange(pair, basis, unit)})`;
}

function spoken(pair: Pair, basis: Basis, unit: Unit): string {
  const [before, after] = [tellValue(pair.before, basis, unit), tellValue(pair.after, basis, unit)];
  if (pair.before === 0) return t('{0}, new', after);
  if (pair.after === 0) return t('gone, was {0}', before);
  const change = tellValue(Math.abs(pair.after - pair.before), basis, unit);
  if (change === tellValue(0, basis, unit)) return t('{0}, as before', after);
  return pair.after > pair.before
    ? t('{0}, {1} more than before', after, change)
    : t('{0}, {1} less than before', after, change);
}
