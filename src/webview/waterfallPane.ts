import { endOf, type FragmentSpan, type Timeline } from '../profile/timeline.ts';
import { element } from './elements.ts';
import { createFoldButton, type Folding } from './folding.ts';
import { LayeredCanvas, type Canvas } from './layeredCanvas.ts';
import type { HostMessage } from './messages.ts';
import { boxColour } from './palette.ts';
import type { Pane, PaneContext } from './pane.ts';
import { readTheme, type Theme } from './theme.ts';
import type { TimeAxis } from './timeAxis.ts';
import { listenForTime } from './timeGestures.ts';
import { TimePlace } from './timePlace.ts';
import { describeSpan, rowsWithin, segmentsOf, STEPS, WORK } from './waterfall.ts';
import { t } from './l10n.ts';

const ROW_PX = 7;
const BAR_PX = 5;
const WORK_PX = 2;
/** What is shorter in all fragments needs no explanation. */
const LEAST_MS = 1;

/** The fragments by time, a row each: what each of them waited for. Choosing one chooses the samples of its time. */
export function createWaterfallPane({ time, folding }: PaneContext): Pane {
  const pane = new WaterfallPane(time, folding);
  return {
    element: pane.element,
    setView: () => undefined,
    receive: (message) => pane.receive(message),
    setTheme: (theme) => pane.setTheme(theme),
  };
}

class WaterfallPane {
  readonly element: HTMLElement;
  readonly #time: TimeAxis;
  readonly #said = element('output', { class: 'sentence' });
  readonly #legend = element('span', { class: 'legend', 'aria-hidden': 'true' });
  readonly #body = element('div', { class: 'waterfall' });
  readonly #canvas: LayeredCanvas;
  readonly #place = new TimePlace();
  #theme: Theme = readTheme();
  #spans: readonly FragmentSpan[] = [];
  #omitted = 0;
  /** Fragments that are drawn, from top to bottom. */
  #rows: number[] = [];
  #chosen: number | undefined;
  #hovered: number | undefined;
  #drawn: TimeAxis['visible'] | undefined;

  constructor(time: TimeAxis, folding: Folding) {
    this.#time = time;
    const fold = createFoldButton('Fragments', t('Fragments'), this.#body, folding, () => this.#canvas.refresh(true));
    this.element = element(
      'section',
      { class: 'pane timeline', 'aria-label': t('Fragments') },
      element('header', {}, fold, this.#said, element('span', { class: 'gap' }), this.#legend),
      this.#body,
    );
    this.element.hidden = true;
    this.#canvas = new LayeredCanvas(this.#body, {
      height: () => Math.max(1, this.#rows.length) * ROW_PX,
      picture: (context, width, height) => this.#paint(context, width, height),
      overlay: (context, width, height) => this.#paintOver(context, width, height),
    });
    this.#listen();
    time.subscribe(() => this.#timeChanged());
  }

  receive(message: HostMessage): void {
    if (message.type === 'profile') this.#show(message.profile.timeline);
    this.#place.receive(message, this.#time);
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    this.#canvas.refresh(true);
  }

  #show(timeline: Timeline | undefined): void {
    this.#spans = timeline?.fragments ?? [];
    this.#omitted = timeline?.omittedFragments ?? 0;
    this.element.hidden = this.#spans.length === 0;
    const seen = [...STEPS, ...WORK].filter(({ key }) => this.#spans.some((span) => span[key] >= LEAST_MS));
    this.#legend.replaceChildren(
      ...seen.map(({ label, family }) =>
        element('span', {}, element('span', { class: 'swatch', 'data-family': family }), label),
      ),
    );
    this.#chosen = undefined;
    this.#drawn = undefined;
    this.#timeChanged();
  }

  #listen(): void {
    const { canvas } = this.#canvas;
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'application');
    canvas.setAttribute('aria-label', t('Fragments by time: up and down choose one, and the samples of its time'));
    canvas.addEventListener('pointermove', (event) => this.#hover(this.#rows[Math.floor(event.offsetY / ROW_PX)]));
    canvas.addEventListener('pointerleave', () => this.#hover(undefined));
    // Before the keys that move in time.
    canvas.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
      this.#step(event.key === 'ArrowDown' ? 1 : -1);
      event.preventDefault();
      event.stopImmediatePropagation();
    });
    listenForTime(canvas, this.#time, (event) => {
      const row = this.#rows[Math.floor(event.offsetY / ROW_PX)];
      if (row === undefined || row === this.#chosen) return false;
      this.#choose(row);
      return true;
    });
  }

  #hover(row: number | undefined): void {
    if (row === this.#hovered) return;
    this.#hovered = row;
    this.#say();
    this.#canvas.refresh(false);
  }

  #step(by: 1 | -1): void {
    const at = this.#chosen === undefined ? -1 : this.#rows.indexOf(this.#chosen);
    const next = this.#rows[at < 0 ? (by > 0 ? 0 : this.#rows.length - 1) : at + by];
    if (next === undefined) return;
    this.#choose(next);
    const top = this.#rows.indexOf(next) * ROW_PX;
    const { scrollTop, clientHeight } = this.#body;
    if (top < scrollTop) this.#body.scrollTop = top;
    else if (top + ROW_PX > scrollTop + clientHeight) this.#body.scrollTop = top + ROW_PX - clientHeight;
  }

  /** Chooses a fragment, and with it the time from when its turn came until it was in the file. */
  #choose(row: number): void {
    const span = this.#spans[row];
    if (span === undefined) return;
    this.#chosen = row;
    this.#time.select({ fromUs: this.#place.toUs(span.startMs), toUs: this.#place.toUs(endOf(span)) });
  }

  #timeChanged(): void {
    if (this.#spans.length === 0) return;
    const { visible, selected } = this.#time;
    const span = this.#chosen === undefined ? undefined : this.#spans[this.#chosen];
    if (span !== undefined && selected?.fromUs !== this.#place.toUs(span.startMs)) this.#chosen = undefined;
    const isMoved = this.#drawn?.fromUs !== visible.fromUs || this.#drawn.toUs !== visible.toUs;
    this.#drawn = visible;
    if (isMoved) this.#rows = rowsWithin(this.#spans, this.#place.toMs(visible.fromUs), this.#place.toMs(visible.toUs));
    this.#say();
    this.#canvas.refresh(isMoved);
  }

  #say(): void {
    const span = this.#spans[this.#hovered ?? this.#chosen ?? -1];
    const text = span ? describeSpan(span) : this.#countRows();
    // There is room for one of them.
    this.#legend.hidden = span !== undefined;
    if (this.#said.textContent !== text) this.#said.textContent = text;
  }

  #countRows(): string {
    const [seen, all] = [this.#rows.length, this.#spans.length];
    if (this.#omitted === 0) return t('{0} of {1}', seen, all);
    return t('{0} of {1}, {2} more are not listed', seen, all, this.#omitted);
  }

  #paint(context: Canvas, width: number, height: number): void {
    context.fillStyle = this.#theme.background;
    context.fillRect(0, 0, width, height);
    const xOf = this.#xOf(width);
    for (const [at, row] of this.#rows.entries()) {
      const span = this.#spans[row];
      if (span === undefined) continue;
      const top = at * ROW_PX + 1;
      for (const { fromMs, toMs, family, isWork } of segmentsOf(span)) {
        const [left, right] = [xOf(fromMs), xOf(toMs)];
        if (right < 0 || left > width) continue;
        context.fillStyle = boxColour(family, this.#theme.scheme).fill;
        context.fillRect(
          left,
          isWork ? top + BAR_PX - WORK_PX : top,
          Math.max(0.75, right - left),
          isWork ? WORK_PX : BAR_PX,
        );
      }
    }
  }

  #paintOver(context: Canvas, width: number, height: number): void {
    const xOf = this.#xOf(width);
    const { pointerUs } = this.#time;
    if (pointerUs !== undefined) {
      context.fillStyle = this.#theme.foreground;
      context.fillRect(Math.round(xOf(this.#place.toMs(pointerUs))), 0, 1, height);
    }
    for (const [row, colour] of [
      [this.#hovered, this.#theme.quiet],
      [this.#chosen, this.#theme.focus],
    ] as const) {
      const span = row === undefined ? undefined : this.#spans[row];
      if (row === undefined || span === undefined) continue;
      const [left, right] = [xOf(span.startMs), xOf(endOf(span))];
      context.strokeStyle = colour;
      context.lineWidth = row === this.#chosen ? 2 : 1;
      context.strokeRect(left - 1, this.#rows.indexOf(row) * ROW_PX + 0.5, Math.max(3, right - left + 2), ROW_PX - 1);
    }
  }

  #xOf(width: number): (ms: number) => number {
    const { fromUs, toUs } = this.#time.visible;
    const perUs = width / Math.max(1e-3, toUs - fromUs);
    return (ms) => (this.#place.toUs(ms) - fromUs) * perUs;
  }
}
