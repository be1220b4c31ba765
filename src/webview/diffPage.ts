import type { Basis, FrameChange } from '../profile/diffTree.ts';
import { changeColours } from './diffColours.ts';
import { DiffFacts } from './diffFacts.ts';
import type { DiffModel, DiffPageMessage } from './diffMessages.ts';
import { markChange, showCategories, showChanges, showDiffEvidence, showDiffHead } from './diffPanels.ts';
import type { DiffState } from './diffState.ts';
import { elementById } from './elements.ts';
import { ROOT_NODE } from './facts.ts';
import { findWanted, type Wanted } from './finding.ts';
import { GraphView } from './graphView.ts';
import { GRAPH_HINT } from './hints.ts';
import { markGroup, showLegend } from './legend.ts';
import { showPath } from './path.ts';
import { Searching } from './searching.ts';
import { hasSource } from './source.ts';
import { showStatus } from './status.ts';
import { applyFamilyColours, readTheme, watchTheme, type Theme } from './theme.ts';
import { hideTooltip, showTooltip } from './tooltip.ts';
import { TreeBoxes } from './treeBoxes.ts';
import type { Shown, ViewListener } from './view.ts';
import { WHOLE } from './viewport.ts';
import { t } from './l10n.ts';

/** Ways out of the page. */
export interface DiffHost {
  post(message: DiffPageMessage): void;
  saveState(state: DiffState): void;
}

const BASES: readonly Basis[] = ['share', 'weight'];

/** The page of a difference: keeps what is shown, selected and searched, and shows it. */
export class DiffPage {
  readonly #host: DiffHost;
  readonly #view: GraphView;
  readonly #searching: Searching;
  #theme: Theme = readTheme();
  #state: DiffState;
  #diff: DiffModel | undefined;
  #facts: DiffFacts | undefined;
  #shown: Shown | undefined;
  /** The functions in the order of the table. */
  #ranked: FrameChange[] = [];

  constructor(host: DiffHost, state: DiffState) {
    this.#host = host;
    this.#state = state;
    const kind = {
      name: 'flame' as const,
      label: t('Difference: the stacks of both profiles'),
      hint: GRAPH_HINT,
      contentOf: ({ facts, threadName }: Shown) => ({
        space: new TreeBoxes(facts.tree.parent, facts.layout),
        root: { kind: 'label' as const, text: threadName },
      }),
      describe: (node: number) => this.#facts?.describe(node) ?? { title: '', place: '', rows: [], spoken: '' },
    };
    this.#view = new GraphView(kind, this.#theme, this.#listener());
    elementById('view', HTMLElement).replaceChildren(this.#view.element);
    this.#searching = new Searching({
      onSearch: (text) => this.#update(text),
      onWanted: (wanted) => this.#want(wanted),
      onGoTo: (node) => this.#select(node),
      onLeave: () => this.#view.focus(),
    });
    this.#listen();
    this.#paintTable();
    watchTheme(() => this.#changeTheme());
  }

  /** Shows a difference as it was last left. */
  show(diff: DiffModel): void {
    this.#diff = diff;
    document.title = diff.title;
    showDiffHead(diff);
    showDiffEvidence(diff);
    this.#arrange();
  }

  /** Lays everything out anew: in another way of counting, another direction, another theme. */
  #arrange(): void {
    const diff = this.#diff;
    if (diff === undefined) return;
    const { basis, orientation } = this.#state;
    if (this.#facts?.basis !== basis) this.#facts = new DiffFacts(diff, basis);
    const { facts } = this.#facts;
    this.#shown = {
      threadName: `${diff.before.name} → ${diff.after.name}`,
      isPart: false,
      unit: diff.unit,
      whole: 'both',
      facts,
      colouring: this.#facts.colour(),
      colours: changeColours(this.#theme.scheme),
      chart: undefined,
      orientation,
    };
    const { zoom, selected } = this.#state;
    this.#view.show(this.#shown, zoom < 0 ? undefined : this.#lookOf(zoom));
    this.#showTable(diff, basis);
    showLegend(this.#shown.colouring, this.#shown.colours, facts.weight, (group) => this.#chooseGroup(group));
    this.#searching.showFor(this.#state, this.#shown);
    if (selected !== undefined) this.#view.select(selected, { isRevealed: false });
    this.#showControls();
    this.#showSelection();
  }

  #lookOf(zoom: number): { zoom: number; range: { from: number; to: number } } {
    const layout = this.#facts?.facts.layout;
    const from = layout?.x[zoom] ?? 0;
    const width = layout?.width[zoom] ?? 0;
    return width > 0 ? { zoom, range: { from, to: from + width } } : { zoom: ROOT_NODE, range: WHOLE };
  }

  #showTable({ frames, categories, unit }: DiffModel, basis: Basis): void {
    const changeOf = ({ self, selfShare }: FrameChange): number => {
      const { before, after } = basis === 'share' ? selfShare : self;
      return Math.abs(after - before);
    };
    this.#ranked = frames.toSorted((a, b) => changeOf(b) - changeOf(a));
    showChanges({ frames: this.#ranked, basis, unit, onChoose: (frame) => this.#chooseFrame(frame) });
    showCategories(categories, basis, unit);
  }

  #listen(): void {
    for (const basis of BASES) {
      const button = elementById(basis, HTMLButtonElement);
      button.addEventListener('click', () => this.#changeBasis(basis));
      button.addEventListener('keydown', (event) => {
        if (!event.key.startsWith('Arrow')) return;
        event.preventDefault();
        const other = basis === 'share' ? 'weight' : 'share';
        this.#changeBasis(other);
        elementById(other, HTMLButtonElement).focus();
      });
    }
    const onClick = (id: string, run: () => void): void => elementById(id, HTMLElement).addEventListener('click', run);
    onClick('orientation', () => {
      this.#update({ orientation: this.#state.orientation === 'icicle' ? 'flame' : 'icicle' });
      this.#arrange();
    });
    onClick('source', () => this.#openSource(this.#state.selected ?? ROOT_NODE));
    onClick('reset', () => this.#view.reset());
  }

  #changeBasis(basis: Basis): void {
    this.#update({ basis });
    this.#arrange();
  }

  #listener(): ViewListener {
    return {
      onSelect: (node, text) => {
        this.#setSelected(node);
        elementById('spoken', HTMLElement).textContent = text.spoken;
      },
      onHover: (text, pointer) => {
        showStatus(text ?? this.#selectedText(), GRAPH_HINT);
        if (text === undefined) hideTooltip();
        else showTooltip(text, pointer);
      },
      onView: () => {
        hideTooltip();
        this.#viewChanged();
      },
      onOpenSource: (node) => this.#openSource(node),
      onCopy: (node) => this.#host.post({ type: 'copy', text: this.#facts?.facts.labelOf(node) ?? '' }),
      onLeave: () => this.#searching.clear(),
    };
  }

  #changeTheme(): void {
    this.#theme = readTheme();
    this.#view.setTheme(this.#theme);
    this.#paintTable();
    this.#arrange();
  }

  /** Gives the tables the colours of the graph. */
  #paintTable(): void {
    applyFamilyColours(this.#theme);
    const colours = changeColours(this.#theme.scheme);
    document.body.style.setProperty('--shrunk', colours[0]?.fill ?? '');
    document.body.style.setProperty('--grown', colours.at(-1)?.fill ?? '');
  }

  // What stands out, and what is selected.

  #want(wanted: Wanted | undefined): void {
    const shown = this.#shown;
    if (wanted?.kind !== 'function') markChange(-1);
    if (wanted?.kind !== 'group') markGroup(undefined);
    if (shown === undefined) return;
    this.#searching.showFound(wanted && findWanted(shown.facts, shown.colouring, wanted), shown);
    this.#view.highlight(wanted);
  }

  #chooseGroup(group: number | undefined): void {
    this.#searching.clear();
    markGroup(group);
    this.#want(group === undefined ? undefined : { kind: 'group', group });
  }

  #chooseFrame(frame: FrameChange): void {
    this.#searching.clear();
    this.#want({ kind: 'function', key: frame });
    markChange(this.#ranked.indexOf(frame));
    const facts = this.#facts?.facts;
    const node = facts?.heaviestOf(facts.nodesOfFunction(frame));
    if (node !== undefined) this.#select(node);
  }

  #select(node: number): void {
    this.#view.select(node, { isRevealed: true });
    this.#setSelected(node);
    elementById('spoken', HTMLElement).textContent = this.#facts?.describe(node).spoken ?? '';
  }

  #setSelected(selected: number): void {
    this.#update({ selected });
    this.#showSelection();
  }

  #viewChanged(): void {
    this.#update({ zoom: this.#view.look?.zoom ?? ROOT_NODE });
    this.#showSelection();
  }

  #showControls(): void {
    const { basis, orientation } = this.#state;
    for (const each of BASES) {
      const button = elementById(each, HTMLButtonElement);
      button.ariaChecked = String(each === basis);
      button.tabIndex = each === basis ? 0 : -1;
    }
    elementById('orientation', HTMLElement).ariaPressed = String(orientation === 'flame');
  }

  #showSelection(): void {
    const frame = this.#facts?.facts.frameOf(this.#state.selected ?? ROOT_NODE);
    elementById('source', HTMLButtonElement).disabled = frame === undefined || !hasSource(frame);
    elementById('reset', HTMLButtonElement).disabled = this.#view.isReset;
    showPath(this.#view.trail());
    showStatus(this.#selectedText(), GRAPH_HINT);
  }

  #selectedText(): ReturnType<DiffFacts['describe']> | undefined {
    const { selected } = this.#state;
    return selected === undefined ? undefined : this.#facts?.describe(selected);
  }

  #openSource(node: number): void {
    const frame = this.#facts?.facts.frameOf(node);
    if (frame?.file === undefined || !hasSource(frame)) return;
    const { file, line, column } = frame;
    this.#host.post({
      type: 'openSource',
      file,
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
    });
  }

  #update(part: Partial<DiffState>): void {
    this.#state = { ...this.#state, ...part };
    this.#host.saveState(this.#state);
  }
}
