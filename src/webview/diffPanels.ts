import type { Basis, CategoryChange, FrameChange, Pair } from '../profile/diffTree.ts';
import type { Unit } from '../profile/model.ts';
import { tellChange, tellValue } from './diffFacts.ts';
import type { DiffModel, SideModel } from './diffMessages.ts';
import { element, elementById } from './elements.ts';
import { formatPlace, formatShare, formatWeight } from './format.ts';
import { familyOf } from './palette.ts';
import { t } from './l10n.ts';

/** Rows of the table; the search finds the others. */
const LISTED = 50;

/** Fills the line above the graph: how much each profile holds, and the gate of both in brief. */
export function showDiffHead({ before, after, unit }: DiffModel): void {
  const busy = { before: before.busy, after: after.busy };
  const grown = before.busy > 0 ? formatShare(Math.abs(after.busy - before.busy), before.busy) : '';
  const change = grown === '' ? '' : ` (${after.busy < before.busy ? '−' : '+'}${grown})`;
  elementById('facts', HTMLElement).textContent =
    t('Busy {0} → {1}', formatWeight(busy.before, unit), formatWeight(busy.after, unit)) + change;
  elementById('verdict', HTMLElement).replaceChildren(
    ...before.gate.map((reading, index) => {
      const later = after.gate[index];
      return element(
        'span',
        { class: later?.hit === true ? 'reading hit' : 'reading', title: later?.sentence ?? '' },
        element('span', { class: 'name' }, reading.name),
        element('strong', {}, `${yesOrNo(reading.hit)} → ${yesOrNo(later?.hit === true)}`),
      );
    }),
  );
}

/** What the table of functions is made of. */
export interface ChangeTable {
  /** Ranked. */
  frames: readonly FrameChange[];
  basis: Basis;
  unit: Unit;
  onChoose: (frame: FrameChange) => void;
}

/** Fills the table of the functions that changed most. */
export function showChanges({ frames, basis, unit, onChoose }: ChangeTable): void {
  const shown = frames.slice(0, LISTED);
  const most = Math.max(...shown.map((frame) => Math.abs(difference(selfOf(frame, basis)))), 0);
  elementById('hot', HTMLTableSectionElement).replaceChildren(
    ...shown.map((frame, index) => changeRow(frame, { rank: index + 1, most, basis, unit, onChoose })),
  );
}

interface RowContext extends Omit<ChangeTable, 'frames'> {
  rank: number;
  most: number;
}

function changeRow(frame: FrameChange, { rank, most, basis, unit, onChoose }: RowContext): HTMLTableRowElement {
  const place = formatPlace(frame.file, frame.line);
  const self = selfOf(frame, basis);
  const total = basis === 'share' ? frame.totalShare : frame.total;
  const name = frame.name === '' ? '(anonymous)' : frame.name;
  const choose = element(
    'button',
    { type: 'button', class: 'choose', title: frame.file === undefined ? name : `${name}\n${frame.file}` },
    element('span', { class: 'function' }, name),
    ...(frame.onlyIn === undefined
      ? []
      : [element('span', { class: 'only' }, frame.onlyIn === 'after' ? t('new') : t('gone'))]),
    ...(place === '' ? [] : [element('span', { class: 'place' }, place)]),
  );
  const bar = element('span', { class: 'bar', 'data-change': difference(self) < 0 ? 'shrunk' : 'grown' });
  bar.style.width = `${most > 0 ? (100 * Math.abs(difference(self))) / most : 0}%`;
  const row = element(
    'tr',
    {},
    element('td', { class: 'rank' }, String(rank)),
    element('th', { scope: 'row', class: 'frame' }, choose),
    categoryCell(frame.category),
    ...pairCells(self, basis, unit, bar),
    element('td', { class: 'number', title: t('With all that it called') }, tellChange(total, basis, unit)),
  );
  row.addEventListener('click', () => onChoose(frame));
  return row;
}

/** Fills the table of categories. */
export function showCategories(categories: readonly CategoryChange[], basis: Basis, unit: Unit): void {
  const pairOf = (change: CategoryChange): Pair => (basis === 'share' ? change.share : change.self);
  elementById('categories', HTMLTableSectionElement).replaceChildren(
    ...categories.map((change) => {
      const [cell, ...rest] = [categoryCell(change.category), ...pairCells(pairOf(change), basis, unit)];
      return element('tr', {}, cell, ...rest);
    }),
  );
}

/** Fills the gate of both, how their jobs ran, and what is not known; what is empty is not shown. */
export function showDiffEvidence({ before, after, jobs }: DiffModel): void {
  elementById('gate', HTMLElement).replaceChildren(...gateOf(before), ...gateOf(after));
  elementById('jobsPanel', HTMLElement).hidden = jobs.length === 0;
  elementById('jobs', HTMLTableSectionElement).replaceChildren(
    ...jobs.map((row) =>
      element(
        'tr',
        { title: row.note },
        element('th', { scope: 'row' }, row.label),
        element('td', { class: 'number' }, row.before),
        element('td', { class: 'number' }, row.after),
      ),
    ),
  );
  const lost = [before, after].flatMap((side) => side.lost.map((note) => `${side.name}: ${note}`));
  elementById('lostPanel', HTMLElement).hidden = lost.length === 0;
  elementById('lost', HTMLElement).replaceChildren(...lost.map((note) => element('li', {}, note)));
}

function gateOf({ name, gate }: SideModel): HTMLElement[] {
  return gate.map((reading) =>
    element(
      'div',
      { class: reading.hit ? 'answer hit' : 'answer' },
      element('h3', {}, `${name}, ${reading.name}`, element('strong', {}, yesOrNo(reading.hit))),
      element('p', {}, reading.sentence),
    ),
  );
}

/** Marks the row of the function that is highlighted in the graph, or none (−1). */
export function markChange(index: number): void {
  for (const [at, row] of [...elementById('hot', HTMLTableSectionElement).rows].entries()) {
    row.classList.toggle('chosen', at === index);
    row.querySelector('button')?.setAttribute('aria-pressed', String(at === index));
  }
}

function categoryCell(category: FrameChange['category']): HTMLElement {
  const swatch = element('span', { class: 'swatch', 'data-family': familyOf(category), 'aria-hidden': 'true' });
  return element('td', { class: 'category' }, swatch, category);
}

function pairCells(pair: Pair, basis: Basis, unit: Unit, ...more: HTMLElement[]): HTMLElement[] {
  return [
    element('td', { class: 'number' }, tellValue(pair.before, basis, unit)),
    element('td', { class: 'number' }, tellValue(pair.after, basis, unit)),
    element('td', { class: 'number change' }, tellChange(pair, basis, unit), ...more),
  ];
}

function selfOf(frame: FrameChange, basis: Basis): Pair {
  return basis === 'share' ? frame.selfShare : frame.self;
}

function difference({ before, after }: Pair): number {
  return after - before;
}

function yesOrNo(hit: boolean): string {
  return hit ? t('yes') : t('no');
}
