import { ROOT, ancestorsOf, type BoxSpace } from './boxSpace.ts';
import { describeNode, type BoxText } from './describe.ts';
import { element } from './elements.ts';
import { findWanted, type Wanted } from './finding.ts';
import { Graph, type GraphContent, type GraphListener } from './graph.ts';
import { Minimap } from './minimap.ts';
import type { NodeLook, Scene } from './painter.ts';
import type { Theme } from './theme.ts';
import type { TimeRange } from './timeAxis.ts';
import { ROOT_NODE } from './facts.ts';
import type { Shown, TrailStep, View, ViewListener } from './view.ts';
import { WHOLE, type Range, type ViewLook } from './viewport.ts';
import type { ViewName } from './views.ts';

/** A node narrower than this (in parts of what is shown) is zoomed to when it is revealed. */
const NARROW = 0.08;

/** What makes one view of a thread's boxes differ from another. */
export interface GraphViewKind {
  name: ViewName;
  /** What a screen reader calls the graph. */
  label: string;
  /** What can be done in it, in a line. */
  hint: string;
  /** The boxes; or, in words, why there are none. */
  contentOf(shown: Shown): Pick<GraphContent, 'space' | 'root'> | string;
  /** When a box itself was, where boxes stand for time. */
  timeOf?(box: number): TimeRange | undefined;
  /** What is said of a node, where its weight alone does not say it. */
  describe?(node: number): BoxText;
  listener?: Pick<GraphListener, 'onChoose' | 'onPoint'>;
}

/** A view that is one graph with its map. */
export class GraphView implements View {
  readonly name: ViewName;
  readonly element: HTMLElement;
  readonly hint: string;
  readonly graph: Graph;
  readonly #kind: GraphViewKind;
  readonly #listener: ViewListener;
  readonly #minimap: Minimap;
  readonly #empty = element('p', { class: 'empty', role: 'note' });
  #shown: Shown | undefined;
  #space: BoxSpace | undefined;

  constructor(kind: GraphViewKind, theme: Theme, listener: ViewListener) {
    this.name = kind.name;
    this.hint = kind.hint;
    this.#kind = kind;
    this.#listener = listener;
    this.graph = new Graph(kind.label, theme, {
      onSelect: (box) => listener.onSelect(this.#nodeOf(box), this.#describeBox(box)),
      onHover: (box, pointer) =>
        listener.onHover(box === undefined || box === ROOT ? undefined : this.#describeBox(box), pointer),
      onView: () => this.#viewChanged(),
      onOpenSource: (box) => listener.onOpenSource(this.#nodeOf(box)),
      onCopy: (box) => listener.onCopy(this.#nodeOf(box)),
      onLeave: () => listener.onLeave(),
      ...kind.listener,
    });
    this.#minimap = new Minimap((range) => this.graph.showRange(range));
    this.element = element(
      'section',
      { class: 'view', 'aria-label': kind.label },
      this.#minimap.element,
      this.graph.element,
      this.#empty,
    );
  }

  show(shown: Shown, look: ViewLook | undefined): void {
    this.#shown = shown;
    const content = this.#kind.contentOf(shown);
    const isEmpty = typeof content === 'string';
    this.#empty.textContent = isEmpty ? content : '';
    this.#empty.hidden = !isEmpty;
    this.graph.element.hidden = isEmpty;
    this.#minimap.element.hidden = isEmpty;
    this.#space = isEmpty ? undefined : content.space;
    if (isEmpty) return;
    this.graph.show({ ...content, look: lookOf(shown), colours: shown.colours }, shown.orientation);
    if (look !== undefined) {
      this.graph.zoomTo(content.space.boxOfNode(look.zoom, look.range), { isAnimated: false });
      this.graph.showRange(look.range);
    }
    this.#showMap();
  }

  recolour(shown: Shown): void {
    this.#shown = shown;
    this.graph.recolour(lookOf(shown), shown.colours);
    this.#showMap();
  }

  setTheme(theme: Theme): void {
    this.graph.theme = theme;
    this.#showMap();
  }

  highlight(wanted: Wanted | undefined): void {
    if (this.#shown === undefined) return;
    const { facts, colouring } = this.#shown;
    this.graph.highlight = wanted === undefined ? undefined : findWanted(facts, colouring, wanted).isMatch;
    this.#showMap();
  }

  /** Sets off what is chosen of the width, and where another pane is pointed at. */
  mark(chosen: Range | undefined, pointer: number | undefined): void {
    this.graph.chosen = chosen;
    this.graph.pointer = pointer;
    this.#showMap();
  }

  select(node: number | undefined, { isRevealed }: { isRevealed: boolean }): void {
    const space = this.#space;
    if (space === undefined) return;
    const box = node === undefined ? undefined : space.boxOfNode(node, this.graph.range);
    const isDrawn = box !== undefined && (box !== ROOT || node === ROOT_NODE);
    if (isRevealed && isDrawn) this.#reveal(space, box);
    this.graph.select(isDrawn ? box : undefined);
  }

  describe(node: number): BoxText {
    const box = this.graph.selected;
    const isSelected = box !== undefined && this.#nodeOf(box) === node;
    return isSelected ? this.#describeBox(box) : this.#describeNode(node, undefined);
  }

  trail(): TrailStep[] {
    const [space, shown] = [this.#space, this.#shown];
    if (space === undefined || shown === undefined) return [];
    const { zoom } = this.graph;
    return [...ancestorsOf(space, zoom), zoom].map((box) => ({
      label: shown.facts.labelOf(space.nodeOf(box)),
      go: () => this.graph.zoomTo(box),
    }));
  }

  reset(): void {
    this.graph.zoomTo(ROOT);
  }

  get isReset(): boolean {
    return this.look === undefined;
  }

  get look(): ViewLook | undefined {
    const { range, zoom } = this.graph;
    const isWhole = range.from <= WHOLE.from && range.to >= WHOLE.to && zoom === ROOT;
    return isWhole ? undefined : { zoom: this.#nodeOf(zoom), range };
  }

  scenes(): { title: string; scene: Scene }[] {
    const { scene } = this.graph;
    return scene === undefined || this.#space === undefined ? [] : [{ title: '', scene }];
  }

  focus(): void {
    this.graph.focus();
  }

  #viewChanged(): void {
    this.#minimap.range = this.graph.range;
    this.#listener.onView();
  }

  #showMap(): void {
    this.#minimap.show(this.graph.scene);
    this.#minimap.range = this.graph.range;
  }

  /** Zooms so that a box is wide enough to be seen. */
  #reveal(space: BoxSpace, box: number): void {
    const widthOf = (other: number): number => {
      const { from, to } = space.rangeOf(other);
      return to - from;
    };
    const own = space.rangeOf(box);
    const { from, to } = this.graph.range;
    if (own.to > from && own.from < to && widthOf(box) >= NARROW * (to - from)) return;
    const wide = ancestorsOf(space, box).findLast((above) => widthOf(box) < 3 * NARROW * widthOf(above));
    this.graph.zoomTo(widthOf(box) >= NARROW ? ROOT : (wide ?? ROOT));
  }

  #nodeOf(box: number): number {
    return this.#space?.nodeOf(box) ?? ROOT_NODE;
  }

  #describeBox(box: number): BoxText {
    const time = box === ROOT ? undefined : this.#kind.timeOf?.(box);
    return this.#describeNode(this.#nodeOf(box), time);
  }

  #describeNode(node: number, time: TimeRange | undefined): BoxText {
    if (this.#kind.describe !== undefined) return this.#kind.describe(node);
    if (this.#shown === undefined) return { title: '', place: '', rows: [], spoken: '' };
    const { facts, unit, whole } = this.#shown;
    const level = facts.pathTo(node).length;
    return describeNode(facts, node, { unit, whole, zoom: this.#nodeOf(this.graph.zoom), level, time });
  }
}

/** How the nodes of a thread look. */
export function lookOf({ facts, colouring }: Pick<Shown, 'facts' | 'colouring'>): NodeLook {
  return { labelOf: (node) => facts.labelOf(node), colourOf: (node) => colouring.colour[node] ?? 0 };
}
