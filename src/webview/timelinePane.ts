import './timeline.css';
import { timesBetween } from '../profile/bottleneck.ts';
import type { Timeline } from '../profile/timeline.ts';
import { sentenceOf } from './causes.ts';
import { element } from './elements.ts';
import { NAME_OPACITY } from './fading.ts';
import { createFoldButton, type Folding } from './folding.ts';
import { lanesOf, readingOf, slotAt, type Lane, type LaneModel } from './lanes.ts';
import { LayeredCanvas, type Canvas } from './layeredCanvas.ts';
import type { HostMessage } from './messages.ts';
import { boxColour } from './palette.ts';
import type { Pane, PaneContext } from './pane.ts';
import { readTheme, type Theme } from './theme.ts';
import type { TimeAxis } from './timeAxis.ts';
import { listenForTime } from './timeGestures.ts';
import { TimePlace } from './timePlace.ts';
import { t } from './l10n.ts';

const LANE_PX = 20;
const GAP_PX = 2;
const TEXT_PX = 6;
const SELECTION_ALPHA = 0.25;

/** The lanes of the timeline, each a quantity over time, and a sentence on what the time went to. */
export function createTimelinePane({ time, folding }: PaneContext): Pane {
  const pane = new TimelinePane(time, folding);
  return {
    element: pane.element,
    setView: () => undefined,
    receive: (message) => pane.receive(message),
    setTheme: (theme) => pane.setTheme(theme),
  };
}

class TimelinePane {
  readonly element: HTMLElement;
  readonly #time: TimeAxis;
  readonly #sentence = element('output', { class: 'sentence' });
  readonly #body = element('div', { class: 'lanes' });
  readonly #canvas: LayeredCanvas;
  readonly #place = new TimePlace();
  #theme: Theme = readTheme();
  #timeline: Timeline | undefined;
  #model: LaneModel | undefined;
  #drawn: TimeAxis['visible'] | undefined;

  constructor(time: TimeAxis, folding: Folding) {
    this.#time = time;
    const fold = createFoldButton('Timeline', t('Timeline'), this.#body, folding, () => this.#canvas.refresh(true));
    this.element = element(
      'section',
      { class: 'pane timeline', 'aria-label': t('Timeline') },
      element('header', {}, fold, this.#sentence),
      this.#body,
    );
    this.element.hidden = true;
    this.#canvas = new LayeredCanvas(this.#body, {
      height: () => (this.#model?.lanes.length ?? 0) * (LANE_PX + GAP_PX),
      picture: (context, width, height) => this.#paint(context, width, height),
      overlay: (context, width, height) => this.#paintOver(context, width, height),
    });
    const { canvas } = this.#canvas;
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'application');
    canvas.setAttribute(
      'aria-description',
      t(
        'Left and right move, plus and minus zoom, Home shows everything. Enter chooses the time that is shown, Escape lets it go.',
      ),
    );
    listenForTime(canvas, time);
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
    this.#timeline = timeline;
    this.#model = timeline && lanesOf(timeline);
    this.element.hidden = timeline === undefined;
    this.#drawn = undefined;
    this.#timeChanged();
  }

  #timeChanged(): void {
    if (this.#timeline === undefined) return;
    const { visible, selected } = this.#time;
    const isMoved = this.#drawn?.fromUs !== visible.fromUs || this.#drawn.toUs !== visible.toUs;
    this.#drawn = visible;
    const { fromUs, toUs } = selected ?? visible;
    const times = timesBetween(this.#timeline.slots, this.#place.toMs(fromUs), this.#place.toMs(toUs));
    const text = sentenceOf(times);
    if (this.#sentence.textContent !== text) {
      this.#sentence.textContent = text;
      this.#canvas.canvas.setAttribute('aria-label', t('Timeline: {0}', text));
    }
    this.#canvas.refresh(isMoved);
  }

  #paint(context: Canvas, width: number, height: number): void {
    const model = this.#model;
    context.fillStyle = this.#theme.background;
    context.fillRect(0, 0, width, height);
    if (model === undefined) return;
    for (const [at, lane] of model.lanes.entries()) {
      const bottom = (at + 1) * (LANE_PX + GAP_PX) - GAP_PX;
      this.#paintLane(context, model, lane, bottom, width);
      context.fillStyle = this.#theme.line;
      context.fillRect(0, bottom, width, 1);
    }
  }

  #paintLane(context: Canvas, model: LaneModel, { layers, top }: Lane, bottom: number, width: number): void {
    const xOf = this.#xOf(width);
    const heights = new Float64Array(model.endMs.length);
    for (const { family, values } of layers) {
      context.fillStyle = boxColour(family, this.#theme.scheme).fill;
      for (const [slot, value] of values.entries()) {
        const [left, right] = [xOf(model.startMs[slot] ?? 0), xOf(model.endMs[slot] ?? 0)];
        const below = heights[slot] ?? 0;
        heights[slot] = below + value;
        if (value <= 0 || right < 0 || left > width) continue;
        const scale = LANE_PX / top;
        // A pixel more than its width: edges that fall between pixels would show the background.
        context.fillRect(left, bottom - (below + value) * scale, Math.max(1, right - left + 0.5), value * scale);
      }
    }
  }

  #paintOver(context: Canvas, width: number, height: number): void {
    const { selected, pointerUs } = this.#time;
    const xOf = this.#xOf(width);
    if (selected !== undefined) {
      const [left, right] = [selected.fromUs, selected.toUs].map((us) => xOf(this.#place.toMs(us))) as [number, number];
      context.globalAlpha = SELECTION_ALPHA;
      context.fillStyle = this.#theme.focus;
      context.fillRect(left, 0, Math.max(1, right - left), height);
      context.globalAlpha = 1;
      context.fillRect(left, 0, 1, height);
      context.fillRect(right, 0, 1, height);
    }
    const pointerMs = pointerUs === undefined ? undefined : this.#place.toMs(pointerUs);
    if (pointerMs !== undefined) {
      context.fillStyle = this.#theme.foreground;
      context.fillRect(Math.round(xOf(pointerMs)), 0, 1, height);
    }
    this.#paintLabels(context, pointerMs);
  }

  #paintLabels(context: Canvas, pointerMs: number | undefined): void {
    const model = this.#model;
    if (model === undefined) return;
    const slot = pointerMs === undefined ? -1 : slotAt(model, pointerMs);
    context.font = this.#theme.font.replace('12px', '11px');
    context.textBaseline = 'middle';
    for (const [at, lane] of model.lanes.entries()) {
      const top = at * (LANE_PX + GAP_PX);
      const reading = `  ${readingOf(lane, slot)}`;
      const nameWidth = context.measureText(lane.label).width;
      context.globalAlpha = NAME_OPACITY;
      context.fillStyle = this.#theme.background;
      context.fillRect(0, top, nameWidth + context.measureText(reading).width + 2 * TEXT_PX, LANE_PX);
      context.globalAlpha = 1;
      context.fillStyle = this.#theme.foreground;
      context.fillText(lane.label, TEXT_PX, top + LANE_PX / 2 + 0.5);
      context.fillStyle = this.#theme.quiet;
      context.fillText(reading, TEXT_PX + nameWidth, top + LANE_PX / 2 + 0.5);
    }
  }

  #xOf(width: number): (ms: number) => number {
    const { fromUs, toUs } = this.#time.visible;
    const perUs = width / Math.max(1e-3, toUs - fromUs);
    return (ms) => (this.#place.toUs(ms) - fromUs) * perUs;
  }
}
