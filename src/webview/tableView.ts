import { describeNode, type BoxText } from './describe.ts';
import { element } from './elements.ts';
import { ROOT_NODE } from './facts.ts';
import { findWanted, type Wanted } from './finding.ts';
import { formatCount, formatPlace, formatShare, formatWeight } from './format.ts';
import { functionRows, sortRows, type FunctionRow, type SortKey, type Sorting } from './functionTable.ts';
import { TABLE_HINT } from './hints.ts';
import { familyOf } from './palette.ts';
import type { Shown, View, ViewListener } from './view.ts';
import { VirtualRows } from './virtualRows.ts';
import { t } from './l10n.ts';

const COLUMNS: readonly { key: SortKey; label: string; kind: 'text' | 'number' }[] = [
  { key: 'name', label: t('Function'), kind: 'text' },
  { key: 'category', label: t('Category'), kind: 'text' },
  { key: 'self', label: t('Self'), kind: 'number' },
  { key: 'total', label: t('Total'), kind: 'number' },
];

/** Every function of what is shown, by any column; a search leaves only what it finds. */
export class TableView implements View {
  readonly name = 'table';
  readonly hint = TABLE_HINT;
  readonly element: HTMLElement;
  readonly #rows: VirtualRows;
  readonly #listener: ViewListener;
  readonly #heads: ReadonlyMap<SortKey, HTMLButtonElement>;
  readonly #count = element('p', { class: 'quiet count' });
  #shown: Shown | undefined;
  #all: FunctionRow[] = [];
  #list: FunctionRow[] = [];
  #wanted: Wanted | undefined;
  #sorting: Sorting = { key: 'self', isAscending: false };

  constructor(listener: ViewListener) {
    this.#listener = listener;
    this.#rows = new VirtualRows('grid', t('Functions'), 'function', (index) => this.#choose(index));
    const heads = COLUMNS.map(({ key, label }) => {
      const button = element('button', { type: 'button', title: t('Sort by {0}', label) }, label);
      button.addEventListener('click', () => this.#sortBy(key));
      return [key, button] as const;
    });
    this.#heads = new Map(heads);
    const head = element(
      'div',
      { class: 'rowHead' },
      ...COLUMNS.map(({ kind, key }) =>
        element(
          'span',
          { class: kind === 'number' ? 'number' : key === 'name' ? 'frame' : key },
          this.#heads.get(key) ?? '',
        ),
      ),
    );
    this.element = element(
      'section',
      { class: 'view table', 'aria-label': t('Functions') },
      head,
      this.#rows.element,
      this.#count,
    );
    this.#rows.element.addEventListener('keydown', (event) => {
      const node = this.#nodeOf(this.#rows.active);
      if (node === undefined) return;
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.#listener.onOpenSource(node);
      else if (event.key === 'c' && (event.ctrlKey || event.metaKey)) this.#listener.onCopy(node);
      else if (event.key === 'Escape') this.#listener.onLeave();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  show(shown: Shown): void {
    this.#shown = shown;
    this.#all = functionRows(shown.facts);
    this.#arrange();
  }

  recolour(shown: Shown): void {
    this.#shown = shown;
    this.#arrange();
  }

  setTheme(): void {
    // Rows take their colours from the page's variables.
  }

  highlight(wanted: Wanted | undefined): void {
    this.#wanted = wanted;
    this.#arrange();
  }

  select(node: number | undefined): void {
    const frame = node === undefined ? undefined : this.#shown?.facts.tree.frame[node];
    const index = frame === undefined ? -1 : this.#list.findIndex((row) => row.frame === frame);
    if (index !== this.#rows.active) this.#rows.mark(index);
  }

  describe(node: number): BoxText {
    if (this.#shown === undefined) return { title: '', place: '', rows: [], spoken: '' };
    const { facts, unit, whole } = this.#shown;
    return describeNode(facts, node, { unit, whole, zoom: ROOT_NODE, level: facts.pathTo(node).length });
  }

  /** The rows as they stand, all of them. */
  get rows(): readonly FunctionRow[] {
    return this.#list;
  }

  get sorting(): Sorting {
    return this.#sorting;
  }

  set sorting(sorting: Sorting) {
    this.#sorting = sorting;
  }

  trail(): [] {
    return [];
  }

  reset(): void {
    this.#sortBy('self');
  }

  get isReset(): boolean {
    return true;
  }

  get look(): undefined {
    return undefined;
  }

  scenes(): [] {
    return [];
  }

  focus(): void {
    this.#rows.element.focus({ preventScroll: true });
  }

  #sortBy(key: SortKey): void {
    const isSame = this.#sorting.key === key;
    this.#sorting = { key, isAscending: isSame ? !this.#sorting.isAscending : key === 'name' || key === 'category' };
    this.#arrange();
    this.#listener.onView();
  }

  #arrange(): void {
    const shown = this.#shown;
    if (shown === undefined) return;
    const active = this.#list[this.#rows.active]?.frame;
    const found = this.#foundFrames(shown);
    const rows = found === undefined ? this.#all : this.#all.filter(({ frame }) => found.has(frame));
    this.#list = sortRows(rows, this.#sorting);
    const most = maximum(this.#all);
    this.#rows.show({ count: this.#list.length, render: (index) => this.#render(index, shown, most) });
    this.#rows.mark(active === undefined ? -1 : this.#list.findIndex(({ frame }) => frame === active));
    const [listed, all] = [formatCount(rows.length), formatCount(this.#all.length)];
    this.#count.textContent = listed === all ? t('{0} functions', all) : t('{0} of {1} functions', listed, all);
    for (const [key, button] of this.#heads) {
      const isSorted = key === this.#sorting.key;
      button.dataset['sorted'] = isSorted ? (this.#sorting.isAscending ? 'ascending' : 'descending') : '';
      button.ariaDescription = !isSorted
        ? ''
        : this.#sorting.isAscending
          ? t('sorted, ascending')
          : t('sorted, descending');
    }
  }

  #foundFrames({ facts, colouring }: Shown): Set<number> | undefined {
    if (this.#wanted === undefined) return undefined;
    const { isMatch } = findWanted(facts, colouring, this.#wanted);
    const frames = new Set<number>();
    for (const [node, isFound] of isMatch.entries()) if (isFound === 1) frames.add(facts.tree.frame[node] ?? 0);
    return frames;
  }

  #choose(index: number): void {
    const node = this.#nodeOf(index);
    if (node !== undefined) this.#listener.onSelect(node, this.describe(node));
  }

  /** The node of a row's function with the most weight. */
  #nodeOf(index: number): number | undefined {
    const [row, facts] = [this.#list[index], this.#shown?.facts];
    if (row === undefined || facts === undefined) return undefined;
    const found = facts.nodesWhere((node) => facts.tree.frame[node] === row.frame);
    return facts.heaviestOf(found);
  }

  #render(index: number, { facts, unit }: Shown, most: number): HTMLElement {
    const row = this.#list[index];
    if (row === undefined) return element('div');
    const place = formatPlace(row.file, row.line);
    const family = familyOf(row.category);
    const bar = element('span', { class: 'bar', 'data-family': family });
    bar.style.width = `${most > 0 ? (100 * row.self) / most : 0}%`;
    const number = (weight: number, ...more: HTMLElement[]): HTMLElement =>
      element(
        'span',
        { class: 'number', role: 'gridcell', title: formatWeight(weight, unit) },
        formatShare(weight, facts.weight),
        ...more,
      );
    return element(
      'div',
      {},
      element(
        'span',
        { class: 'frame', role: 'gridcell', title: row.file === undefined ? row.name : `${row.name}\n${row.file}` },
        element('span', { class: 'function' }, row.name),
        element('span', { class: 'place' }, place),
      ),
      element(
        'span',
        { class: 'category', role: 'gridcell' },
        element('span', { class: 'swatch', 'data-family': family, 'aria-hidden': 'true' }),
        row.category,
      ),
      number(row.self, bar),
      number(row.total),
    );
  }
}

function maximum(rows: readonly FunctionRow[]): number {
  return rows.reduce((most, { self }) => Math.max(most, self), 0);
}
