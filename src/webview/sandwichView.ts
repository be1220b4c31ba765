import { calleesOf, callersOf, type DerivedTree } from '../profile/sandwich.ts';
import { ROOT, ancestorsOf } from './boxSpace.ts';
import { describeNode, type BoxText } from './describe.ts';
import { element } from './elements.ts';
import { Facts, ROOT_NODE } from './facts.ts';
import { findWanted, type Wanted } from './finding.ts';
import { formatShare, formatWeight } from './format.ts';
import { Graph } from './graph.ts';
import { SANDWICH_HINT } from './hints.ts';
import type { NodeLook, Scene } from './painter.ts';
import type { Theme } from './theme.ts';
import { TreeBoxes } from './treeBoxes.ts';
import type { Shown, TrailStep, View, ViewListener } from './view.ts';
import { t } from './l10n.ts';

/** One half of the sandwich. */
interface Half {
  title: string;
  graph: Graph;
  facts: Facts | undefined;
  space: TreeBoxes | undefined;
  derived: DerivedTree | undefined;
}

/** Who calls a function, above, and what it calls, below: all its occurrences merged. */
export class SandwichView implements View {
  readonly name = 'sandwich';
  readonly hint = SANDWICH_HINT;
  readonly element: HTMLElement;
  readonly #listener: ViewListener;
  readonly #callers: Half;
  readonly #callees: Half;
  readonly #focusName = element('strong');
  readonly #focusFacts = element('span', { class: 'quiet' });
  #shown: Shown | undefined;
  /** Any node of the function in the middle. */
  #focus: number | undefined;
  #isDrawn = false;
  /** The half that was touched last. */
  #active: Half;

  constructor(theme: Theme, listener: ViewListener) {
    this.#listener = listener;
    this.#callers = this.#createHalf(t('Callers'), theme);
    this.#callees = this.#createHalf(t('Callees'), theme);
    this.#active = this.#callees;
    this.element = element(
      'section',
      { class: 'view sandwich', 'aria-label': t('Sandwich: callers and callees of one function') },
      this.#callers.graph.element,
      element('p', { class: 'focus' }, this.#focusName, this.#focusFacts),
      this.#callees.graph.element,
    );
  }

  /** Puts the function of a node into the middle. */
  set focused(node: number) {
    if (node === this.#focus) return;
    this.#focus = node;
    this.#isDrawn = false;
  }

  show(shown: Shown): void {
    this.#shown = shown;
    this.#isDrawn = false;
    this.draw();
  }

  /** Draws what changed since the last time. */
  draw(): void {
    const shown = this.#shown;
    if (shown === undefined || this.#isDrawn) return;
    this.#isDrawn = true;
    const focus = this.#focusOf(shown);
    this.element.classList.toggle('hollow', focus === undefined);
    if (focus === undefined) return;
    const isFocus = shown.facts.framesOf(shown.facts.frameOf(focus) ?? { name: '' });
    this.#showHalf(this.#callers, callersOf(shown.facts.tree, isFocus), shown);
    this.#showHalf(this.#callees, calleesOf(shown.facts.tree, isFocus), shown);
    const weight = this.#callees.facts?.weight ?? 0;
    this.#focusName.textContent = shown.facts.labelOf(focus);
    this.#focusFacts.textContent = t(
      '{0}, {1} of {2}',
      formatWeight(weight, shown.unit),
      formatShare(weight, shown.facts.weight),
      shown.whole,
    );
  }

  recolour(shown: Shown): void {
    this.#shown = shown;
    for (const half of this.#halves) half.graph.recolour(lookOfHalf(half, shown), shown.colours);
  }

  setTheme(theme: Theme): void {
    for (const { graph } of this.#halves) graph.theme = theme;
  }

  highlight(wanted: Wanted | undefined): void {
    const shown = this.#shown;
    if (shown === undefined) return;
    for (const { graph, facts, derived } of this.#halves) {
      if (facts === undefined || derived === undefined) continue;
      const group = Uint8Array.from(derived.origin, (node) => shown.colouring.group[node] ?? 0);
      graph.highlight = wanted && findWanted(facts, { ...shown.colouring, group }, wanted).isMatch;
    }
  }

  select(node: number | undefined): void {
    const [half] = this.#halves.filter(({ graph }) => graph.selected !== undefined);
    if (half === undefined || node === undefined) return;
    if (this.#originOf(half, half.graph.selected ?? ROOT) !== node) half.graph.select(undefined);
  }

  describe(node: number): BoxText {
    const { graph } = this.#active;
    const isSelected = graph.selected !== undefined && this.#originOf(this.#active, graph.selected) === node;
    if (isSelected) return this.#describe(this.#active, graph.selected);
    return this.#describeOf(this.#shown?.facts, node, ROOT_NODE);
  }

  trail(): TrailStep[] {
    const { graph, facts, space, title } = this.#active;
    if (facts === undefined || space === undefined || graph.zoom === ROOT) return [];
    return [...ancestorsOf(space, graph.zoom), graph.zoom].map((box) => ({
      label: box === ROOT ? title : facts.labelOf(space.nodeOf(box)),
      go: () => graph.zoomTo(box),
    }));
  }

  reset(): void {
    for (const { graph } of this.#halves) graph.zoomTo(ROOT);
  }

  get look(): undefined {
    return undefined;
  }

  get isReset(): boolean {
    return this.#halves.every(({ graph }) => graph.range.from <= 0 && graph.range.to >= 1);
  }

  scenes(): { title: string; scene: Scene }[] {
    const middle = `${this.#focusName.textContent} · ${this.#focusFacts.textContent}`;
    return this.#halves.flatMap(({ graph: { scene } }, index) =>
      scene === undefined ? [] : [{ title: index === 0 ? '' : middle, scene }],
    );
  }

  focus(): void {
    this.#active.graph.focus();
  }

  get #halves(): readonly Half[] {
    return [this.#callers, this.#callees];
  }

  /** The function that was chosen, else the one with the most self weight. */
  #focusOf({ facts }: Shown): number | undefined {
    const chosen = this.#focus;
    if (chosen !== undefined && chosen >= 0 && facts.totalOf(chosen) > 0) return chosen;
    return facts.heaviestOf(facts.nodesWhere(() => true));
  }

  #createHalf(title: string, theme: Theme): Half {
    const half: Half = {
      title,
      facts: undefined,
      space: undefined,
      derived: undefined,
      graph: new Graph(t('{0} of the function', title), theme, {
        onSelect: (box) => {
          this.#active = half;
          for (const other of this.#halves) if (other !== half) other.graph.select(undefined);
          this.#listener.onSelect(this.#originOf(half, box), this.#describe(half, box));
        },
        onHover: (box, pointer) =>
          this.#listener.onHover(box === undefined || box === ROOT ? undefined : this.#describe(half, box), pointer),
        onView: () => {
          this.#active = half;
          this.#listener.onView();
        },
        onOpenSource: (box) => this.#listener.onOpenSource(this.#originOf(half, box)),
        onCopy: (box) => this.#listener.onCopy(this.#originOf(half, box)),
        onLeave: () => this.#listener.onLeave(),
      }),
    };
    return half;
  }

  #showHalf(half: Half, derived: DerivedTree, shown: Shown): void {
    const { list, of } = shown.facts.decisions;
    const decisions = { list, of: Uint32Array.from(derived.origin, (node) => of[node] ?? 0) };
    half.derived = derived;
    half.facts = new Facts({ tree: derived.tree, decisions }, { hideIdle: false });
    half.space = new TreeBoxes(derived.tree.parent, half.facts.layout);
    const content = {
      space: half.space,
      look: lookOfHalf(half, shown),
      colours: shown.colours,
      root: { kind: 'label' as const, text: half.title },
    };
    half.graph.show(content, half === this.#callers ? 'flame' : 'icicle');
  }

  #originOf({ space, derived }: Half, box: number): number {
    const node = space?.nodeOf(box) ?? ROOT_NODE;
    return node < 0 ? ROOT_NODE : (derived?.origin[node] ?? ROOT_NODE);
  }

  #describe({ facts, space, graph }: Half, box: number): BoxText {
    return this.#describeOf(facts, space?.nodeOf(box) ?? ROOT_NODE, space?.nodeOf(graph.zoom) ?? ROOT_NODE);
  }

  #describeOf(facts: Facts | undefined, node: number, zoom: number): BoxText {
    const shown = this.#shown;
    if (facts === undefined || shown === undefined) return { title: '', place: '', rows: [], spoken: '' };
    const level = facts.pathTo(node).length;
    return describeNode(facts, node, { unit: shown.unit, whole: shown.whole, zoom, level, of: shown.facts.weight });
  }
}

function lookOfHalf({ facts, derived }: Half, { colouring }: Shown): NodeLook {
  return {
    labelOf: (node) => facts?.labelOf(node) ?? '',
    colourOf: (node) => colouring.colour[derived?.origin[node] ?? 0] ?? 0,
  };
}
