import { childrenAt, groupChildren, type Children } from '../profile/tree.ts';
import { element } from './elements.ts';
import type { Facts } from './facts.ts';
import { formatShare } from './format.ts';
import { familyOf } from './palette.ts';
import type { Shown } from './view.ts';
import { VirtualRows } from './virtualRows.ts';
import { t } from './l10n.ts';

/** What a person does in the tree. */
export interface CallTreeListener {
  onSelect(node: number): void;
  /** Enter: show the node wide. */
  onReveal(node: number): void;
}

/** A row of the tree that is in its list, in sight or not. */
interface TreeRow {
  node: number;
  level: number;
  /** Place among its siblings, from 1, and how many they are. */
  place: number;
  siblings: number;
}

/** Deeper rows are not moved further to the right. */
const INDENTED_LEVELS = 16;
/** An only callee is opened with its caller, that far: most stacks begin with a row of frames that call one other each. */
const OPENED_AT_ONCE = 64;

/** The merged stacks as a tree of rows, for those who read rather than see: the same frames, weights and selection as the graph's. */
export class CallTreePanel {
  readonly element: HTMLElement;
  readonly #rows: VirtualRows;
  readonly #listener: CallTreeListener;
  #facts: Facts | undefined;
  #children: Children | undefined;
  #open = new Set<number>();
  #list: TreeRow[] = [];

  constructor(listener: CallTreeListener) {
    this.#listener = listener;
    this.#rows = new VirtualRows('treegrid', t('Call tree'), 'tree', (index) => {
      const node = this.#list[index]?.node;
      if (node !== undefined) listener.onSelect(node);
    });
    this.element = element(
      'section',
      { class: 'callTree', 'aria-label': t('Call tree') },
      header(),
      this.#rows.element,
    );
    this.#rows.element.addEventListener('keydown', (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || !this.#press(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    this.#rows.element.addEventListener('click', ({ target }) => {
      if (target instanceof Element && target.closest('.twistie') !== null) this.#toggle(this.#rows.active);
    });
    this.#rows.element.addEventListener('dblclick', () => this.#reveal());
  }

  show({ facts }: Shown): void {
    const isOtherTree = this.#facts?.tree.parent !== facts.tree.parent;
    this.#facts = facts;
    this.#children = groupChildren(facts.tree.parent);
    if (isOtherTree) {
      this.#open = new Set();
      this.#openOnly(-1);
    }
    this.#arrange();
  }

  /** Marks a node, its callers opened so that it is there. */
  select(node: number | undefined): void {
    if (node === undefined || node < 0 || this.#facts === undefined) {
      this.#rows.mark(-1);
      return;
    }
    if (this.#list[this.#rows.active]?.node === node) return;
    const above = this.#facts.pathTo(node).slice(0, -1);
    if (above.some((caller) => !this.#open.has(caller))) {
      for (const caller of above) this.#open.add(caller);
      this.#arrange();
    }
    this.#rows.mark(this.#list.findIndex((row) => row.node === node));
  }

  #press(key: string): boolean {
    const index = this.#rows.active;
    const row = this.#list[index];
    if (row === undefined) return false;
    const isOpen = this.#open.has(row.node);
    switch (key) {
      case 'ArrowRight':
        if (!isOpen && this.#hasCallees(row.node)) this.#toggle(index);
        else if (isOpen) this.#rows.activate(index + 1);
        return true;
      case 'ArrowLeft':
        if (isOpen) this.#toggle(index);
        else this.#rows.activate(this.#list.findLastIndex(({ level }, at) => at < index && level < row.level));
        return true;
      case 'Enter':
        this.#reveal();
        return true;
      default:
        return false;
    }
  }

  #reveal(): void {
    const node = this.#list[this.#rows.active]?.node;
    if (node !== undefined) this.#listener.onReveal(node);
  }

  #toggle(index: number): void {
    const node = this.#list[index]?.node;
    if (node === undefined || !this.#hasCallees(node)) return;
    if (this.#open.has(node)) this.#open.delete(node);
    else this.#openOnly(node);
    this.#arrange();
  }

  /** Opens a node, and its callees as long as there is but one. */
  #openOnly(from: number): void {
    let node = from;
    for (let opened = 0; opened < OPENED_AT_ONCE; opened += 1) {
      this.#open.add(node);
      const callees = this.#callees(node);
      const [only] = callees;
      if (callees.length !== 1 || only === undefined) return;
      node = only;
    }
  }

  /** The callees with weight, the heaviest first. */
  #callees(node: number): number[] {
    const [facts, children] = [this.#facts, this.#children];
    if (facts === undefined || children === undefined) return [];
    return [...childrenAt(children, node + 1)]
      .filter((callee) => facts.totalOf(callee) > 0)
      .sort((a, b) => facts.totalOf(b) - facts.totalOf(a) || a - b);
  }

  #hasCallees(node: number): boolean {
    return this.#callees(node).length > 0;
  }

  /** Lists the rows that are open, callees after their caller. */
  #arrange(): void {
    const active = this.#list[this.#rows.active]?.node;
    this.#list = [];
    const pending = this.#rowsBelow(-1, 1).reverse();
    for (let row = pending.pop(); row !== undefined; row = pending.pop()) {
      this.#list.push(row);
      if (this.#open.has(row.node)) pending.push(...this.#rowsBelow(row.node, row.level + 1).reverse());
    }
    this.#rows.show({ count: this.#list.length, render: (index) => this.#render(index) });
    this.#rows.mark(active === undefined ? -1 : this.#list.findIndex(({ node }) => node === active));
  }

  #rowsBelow(node: number, level: number): TreeRow[] {
    const callees = this.#callees(node);
    return callees.map((callee, index) => ({ node: callee, level, place: index + 1, siblings: callees.length }));
  }

  #render(index: number): HTMLElement {
    const [row, facts] = [this.#list[index], this.#facts];
    if (row === undefined || facts === undefined) return element('div');
    const { node, level, place, siblings } = row;
    const hasCallees = this.#hasCallees(node);
    const twistie = element('span', { class: 'twistie', 'aria-hidden': 'true' }, hasCallees ? '›' : '');
    const name = element(
      'span',
      { class: 'frame', role: 'gridcell', title: facts.frameOf(node)?.file },
      twistie,
      element('span', {
        class: 'swatch',
        'data-family': familyOf(facts.decisionOf(node).category),
        'aria-hidden': 'true',
      }),
      element('span', { class: 'function' }, facts.labelOf(node)),
    );
    name.style.paddingLeft = `${4 + 12 * Math.min(level - 1, INDENTED_LEVELS)}px`;
    const share = (weight: number): HTMLElement =>
      element('span', { class: 'number', role: 'gridcell' }, formatShare(weight, facts.weight));
    const made = element(
      'div',
      {
        'aria-level': String(level),
        'aria-posinset': String(place),
        'aria-setsize': String(siblings),
        'aria-expanded': hasCallees ? String(this.#open.has(node)) : undefined,
      },
      name,
      share(facts.selfOf(node)),
      share(facts.totalOf(node)),
    );
    return made;
  }
}

function header(): HTMLElement {
  return element(
    'div',
    { class: 'rowHead', 'aria-hidden': 'true' },
    element('span', { class: 'frame' }, t('Call tree')),
    element('span', { class: 'number' }, t('Self')),
    element('span', { class: 'number' }, t('Total')),
  );
}
