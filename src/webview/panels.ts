import type { HotFrame } from '../profile/hotFrames.ts';
import { element, elementById } from './elements.ts';
import { formatPlace, formatShare, formatWeight } from './format.ts';
import type { ProfileModel } from './messages.ts';
import { familyOf } from './palette.ts';
import { t } from './l10n.ts';

/** What the unit's whole is called: `busy time`, `all samples`. */
export function wholeName(profile: Pick<ProfileModel, 'unit' | 'idle'>, showIdle: boolean): string {
  const isBusy = profile.idle > 0 && !showIdle;
  switch (profile.unit) {
    case 'microseconds':
      return isBusy ? t('busy time') : t('all time');
    case 'samples':
      return isBusy ? t('busy samples') : t('all samples');
    case 'bytes':
      return t('all bytes');
    case 'count':
      return t('all');
  }
}

/** Fills the line above the graph: how much was recorded, and the gate in brief. */
export function showHead(profile: ProfileModel): void {
  const { total, idle, unit, threads } = profile;
  const busy = total - idle;
  const samples = threads.reduce((sum, thread) => sum + thread.samples, 0);
  const facts = [idle > 0 ? t('{0} busy', formatWeight(busy, unit)) : formatWeight(busy, unit)];
  if (idle > 0) facts.push(t('{0} idle ({1})', formatWeight(idle, unit), formatShare(idle, total)));
  if (unit !== 'samples') facts.push(formatWeight(samples, 'samples'));
  elementById('facts', HTMLElement).textContent = facts.join(' · ');
  elementById('verdict', HTMLElement).replaceChildren(
    ...profile.gate.map(({ name, hit, answer, sentence }) =>
      element(
        'span',
        { class: hit ? 'reading hit' : 'reading', title: sentence },
        element('span', { class: 'name' }, name),
        element('strong', {}, hit ? t('yes') : t('no')),
        element('span', { class: 'answer' }, answer),
      ),
    ),
  );
}

/** Fills the table of hot frames. `onChoose` is called with the function of the row that was clicked or entered. */
export function showHotFrames(profile: ProfileModel, onChoose: (frame: HotFrame) => void): void {
  const { hotFrames, total, idle, unit } = profile;
  const busy = total - idle;
  const most = Math.max(...hotFrames.map(({ self }) => self), 0);
  elementById('hot', HTMLTableSectionElement).replaceChildren(
    ...hotFrames.map((frame, index) => hotFrameRow(frame, { rank: index + 1, busy, most, unit, onChoose })),
  );
  const idleRow = elementById('hotIdle', HTMLTableSectionElement);
  idleRow.hidden = idle === 0;
  idleRow.replaceChildren(
    element(
      'tr',
      {},
      element('td'),
      element('td', { class: 'frame' }, t('Idle')),
      element('td', { class: 'category' }, t('not a frame')),
      element('td', { class: 'number', title: t('{0}, of all', formatWeight(idle, unit)) }, formatShare(idle, total)),
      element('td'),
    ),
  );
}

interface RowContext {
  rank: number;
  busy: number;
  most: number;
  unit: ProfileModel['unit'];
  onChoose: (frame: HotFrame) => void;
}

function hotFrameRow(frame: HotFrame, { rank, busy, most, unit, onChoose }: RowContext): HTMLTableRowElement {
  const place = formatPlace(frame.file, frame.line);
  const choose = element(
    'button',
    { type: 'button', class: 'choose', title: frame.file === undefined ? frame.name : `${frame.name}\n${frame.file}` },
    element('span', { class: 'function' }, frame.name === '' ? '(anonymous)' : frame.name),
    ...(place === '' ? [] : [element('span', { class: 'place' }, place)]),
  );
  const bar = element('span', { class: 'bar', 'data-family': familyOf(frame.category) });
  bar.style.width = `${most > 0 ? (100 * frame.self) / most : 0}%`;
  const row = element(
    'tr',
    {},
    element('td', { class: 'rank' }, String(rank)),
    element('th', { scope: 'row', class: 'frame' }, choose),
    element(
      'td',
      { class: 'category', title: t('Decided by {0}', frame.pattern) },
      element('span', { class: 'swatch', 'data-family': familyOf(frame.category), 'aria-hidden': 'true' }),
      frame.category,
    ),
    element('td', { class: 'number', title: formatWeight(frame.self, unit) }, formatShare(frame.self, busy), bar),
    element('td', { class: 'number', title: formatWeight(frame.total, unit) }, formatShare(frame.total, busy)),
  );
  row.addEventListener('click', () => onChoose(frame));
  return row;
}

/** Marks the row of the function that is highlighted in the graph, or none (−1). */
export function markHotFrame(index: number): void {
  for (const [at, row] of [...elementById('hot', HTMLTableSectionElement).rows].entries()) {
    row.classList.toggle('chosen', at === index);
    row.querySelector('button')?.setAttribute('aria-pressed', String(at === index));
  }
}

/** Fills the gate's two readings, the counters and the notes on what is not known; what is empty is not shown. */
export function showEvidence({ gate, counters, lost }: ProfileModel): void {
  elementById('gate', HTMLElement).replaceChildren(
    ...gate.map(({ name, hit, sentence }) =>
      element(
        'div',
        { class: hit ? 'answer hit' : 'answer' },
        element('h3', {}, name, element('strong', {}, hit ? t('yes') : t('no'))),
        element('p', {}, sentence),
      ),
    ),
  );
  elementById('countersPanel', HTMLElement).hidden = counters.length === 0;
  elementById('counters', HTMLElement).replaceChildren(
    ...counters.map(({ label, value, note }) =>
      element('div', { title: note }, element('dt', {}, label), element('dd', {}, value)),
    ),
  );
  elementById('lostPanel', HTMLElement).hidden = lost.length === 0;
  elementById('lost', HTMLElement).replaceChildren(...lost.map((note) => element('li', {}, note)));
}
