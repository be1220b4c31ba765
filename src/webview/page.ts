import type { HotFrame } from '../profile/hotFrames.ts';
import type { Frame } from '../profile/model.ts';
import { CallTreePanel } from './callTree.ts';
import { createChartView } from './chartView.ts';
import type { Copy } from './copying.ts';
import type { BoxText } from './describe.ts';
import { elementById } from './elements.ts';
import { ROOT_NODE, isSameFunction } from './facts.ts';
import { findWanted, type Wanted } from './finding.ts';
import { createFlameView } from './flameView.ts';
import { fingerprint, heaviestThread } from './identity.ts';
import { markGroup, showLegend } from './legend.ts';
import type { HostMessage, PageMessage, ProfileModel } from './messages.ts';
import { copiedText, pictureMessage, sourceMessage } from './outlets.ts';
import type { Pane } from './pane.ts';
import { mountPanes } from './panes.ts';
import { markHotFrame, showEvidence, showHead, showHotFrames } from './panels.ts';
import { showPath } from './path.ts';
import { ProfileStore } from './profileStore.ts';
import { SandwichView } from './sandwichView.ts';
import { Searching } from './searching.ts';
import { ShownCache } from './shown.ts';
import { hasSource } from './source.ts';
import { withoutPlaces, withoutProfile, type PageState } from './state.ts';
import { showChosen, showStatus } from './status.ts';
import { TableView } from './tableView.ts';
import { applyFamilyColours, readTheme, watchTheme, type Theme } from './theme.ts';
import { TimeAxis } from './timeAxis.ts';
import { Toolbar } from './toolbar.ts';
import { hideTooltip, showTooltip } from './tooltip.ts';
import type { Shown, View, ViewListener } from './view.ts';
import type { ViewName } from './views.ts';

/** Ways out of the page. */
export interface PageHost {
  post(message: PageMessage): void;
  saveState(state: PageState): void;
}

/** The page of one profile: keeps what is shown, selected and searched, and lets the views show it. */
export class FlamePage {
  readonly #host: PageHost;
  readonly #time = new TimeAxis();
  readonly #cache = new ShownCache();
  readonly #toolbar: Toolbar;
  readonly #searching: Searching;
  readonly #views: { chart: View; flame: View; sandwich: SandwichView; table: TableView };
  readonly #callTree: CallTreePanel;
  readonly #panes: readonly Pane[];
  #theme: Theme = readTheme();
  #state: PageState;
  #store: ProfileStore | undefined;
  #shown: Shown | undefined;
  #wanted: Wanted | undefined;
  /** Views that show `#shown` as it is now. */
  #current = new Set<View>();
  /** The choice of time that `#shown` was made of. */
  #chosen: PageState['chosen'];
  #frameRequest = 0;

  constructor(host: PageHost, state: PageState) {
    this.#host = host;
    this.#state = state;
    const listener = this.#viewListener();
    this.#views = {
      chart: createChartView(this.#time, this.#theme, listener),
      flame: createFlameView(this.#theme, listener),
      sandwich: new SandwichView(this.#theme, listener),
      table: new TableView(listener),
    };
    elementById('view', HTMLElement).replaceChildren(...Object.values(this.#views).map(({ element }) => element));
    this.#callTree = new CallTreePanel({
      onSelect: (node) => this.#select(node, { isRevealed: false }),
      onReveal: (node) => this.#select(node, { isRevealed: true }),
    });
    elementById('side', HTMLElement).replaceChildren(this.#callTree.element);
    this.#toolbar = this.#createToolbar();
    this.#searching = new Searching({
      onSearch: (part) => this.#update(part),
      onWanted: (wanted) => this.#want(wanted),
      onGoTo: (node) => this.#select(node, { isRevealed: true }),
      onLeave: () => this.#view.focus(),
    });
    this.#panes = mountPanes(elementById('panes', HTMLElement), {
      time: this.#time,
      folding: {
        isFolded: (pane) => this.#state.folded.includes(pane),
        setFolded: (pane, isFolded) => this.#fold(pane, isFolded),
      },
      post: (message) => this.#host.post(message),
    });
    for (const pane of this.#panes) pane.setTheme(this.#theme);
    this.#time.subscribe(() => this.#timeChanged());
    applyFamilyColours(this.#theme);
    watchTheme(() => this.#changeTheme());
  }

  /** Takes what the host says of the profile that is shown. */
  receive(message: HostMessage): void {
    switch (message.type) {
      case 'profile':
        this.#begin(message.profile);
        break;
      case 'thread':
        this.#store?.addStacks(message.thread, message.stacks);
        if (message.thread === this.#state.thread) this.#arrange();
        break;
      case 'times':
        if (this.#store?.addTimes(message.thread, message.at, message.times) === true) this.#addTimes(message.thread);
        break;
      case 'savePicture':
        this.#savePicture();
        break;
      case 'failure':
        break;
    }
    for (const pane of this.#panes) pane.receive(message);
  }

  get #viewName(): ViewName {
    const isTimed = (this.#store?.head.threads[this.#state.thread]?.timed ?? 0) > 0;
    return this.#state.view ?? (isTimed ? 'chart' : 'flame');
  }

  get #view(): View {
    return this.#views[this.#viewName];
  }

  /** Begins with a profile, as it was last left if it is the same one. */
  #begin(profile: ProfileModel): void {
    this.#store = new ProfileStore(profile);
    this.#shown = undefined;
    if (this.#state.profile !== fingerprint(profile)) {
      const thread = heaviestThread(profile);
      this.#state = { ...withoutProfile(this.#state), profile: fingerprint(profile), thread };
    }
    this.#views.table.sorting = this.#state.sorting;
    document.title = profile.title;
    this.#time.reset(undefined);
    showHead(profile);
    showHotFrames(profile, (frame) => this.#chooseHotFrame(frame));
    showEvidence(profile);
    this.#toolbar.showThreads(profile.threads);
    this.#showControls();
  }

  #addTimes(thread: number): void {
    const { startUs, endUs } = this.#store?.thread(thread)?.times ?? { startUs: [], endUs: [] };
    const { visible, chosen } = this.#state;
    this.#time.extend({ fromUs: Math.min(0, startUs[0] ?? 0), toUs: endUs.at(-1) ?? 0 });
    if (thread !== this.#state.thread) return;
    this.#arrange();
    if (visible !== undefined) this.#time.show(visible);
    if (chosen !== undefined) this.#time.select(chosen);
  }

  /** Shows a thread, or the same one in another way. */
  #arrange(): void {
    const store = this.#store;
    if (store === undefined) return;
    const { thread, showIdle, colour, orientation } = this.#state;
    this.#chosen = this.#time.selected;
    const theme = this.#theme;
    this.#shown = this.#cache.show(store, { thread, showIdle, colour, orientation, theme, chosen: this.#chosen });
    this.#current.clear();
    if (this.#shown === undefined) return;
    this.#showLegend(this.#shown);
    this.#searching.showFor(this.#state, this.#shown);
    if (this.#wanted !== undefined && this.#wanted.kind !== 'query') this.#want(this.#wanted);
    showChosen(this.#chosen, () => this.#time.select(undefined));
    this.#showView();
    if (this.#state.isTreeShown) this.#callTree.show(this.#shown);
  }

  /** Brings the chosen view into sight, and lets it show what it does not show yet. */
  #showView(): void {
    const [view, shown] = [this.#view, this.#shown];
    for (const other of Object.values(this.#views)) other.element.hidden = other !== view;
    for (const pane of this.#panes) pane.setView(this.#viewName);
    this.#showControls();
    if (shown === undefined) return;
    if (view === this.#views.sandwich) this.#views.sandwich.focused = this.#state.focus ?? this.#state.selected ?? -1;
    if (!this.#current.has(view)) {
      view.show(shown, view === this.#views.flame ? this.#state.look : undefined);
      view.highlight(this.#wanted);
      this.#current.add(view);
    } else if (view === this.#views.sandwich) {
      this.#views.sandwich.draw();
      view.highlight(this.#wanted);
    }
    view.select(this.#state.selected, { isRevealed: false });
    this.#showSelection();
  }

  #showControls(): void {
    this.#toolbar.showState(this.#state, this.#viewName, { hasIdle: (this.#store?.head.idle ?? 0) > 0 });
    elementById('side', HTMLElement).classList.toggle('pinned', this.#state.isTreeShown);
  }

  #showLegend({ colouring, colours, facts }: Shown): void {
    showLegend(colouring, colours, facts.weight, (group) => {
      this.#searching.clear();
      markGroup(group);
      this.#want(group === undefined ? undefined : { kind: 'group', group });
    });
  }

  #viewListener(): ViewListener {
    return {
      onSelect: (node, text) => {
        this.#setSelected(node);
        this.#callTree.select(node);
        elementById('spoken', HTMLElement).textContent = text.spoken;
      },
      onHover: (text, pointer) => {
        showStatus(text ?? this.#selectedText(), this.#view.hint);
        if (text === undefined) hideTooltip();
        else showTooltip(text, pointer);
      },
      onView: () => {
        hideTooltip();
        this.#viewChanged();
      },
      onOpenSource: (node) => this.#openSource(node),
      onCopy: (node) => this.#copy('frame', node),
      onLeave: () => {
        if (this.#time.selected === undefined) this.#searching.clear();
        else this.#time.select(undefined);
      },
    };
  }

  #createToolbar(): Toolbar {
    return new Toolbar({
      onView: (view) => this.#changeView(view),
      onThread: (thread) => this.#changeThread(thread),
      onColour: (colour) => {
        if (this.#wanted?.kind === 'group') this.#want(undefined);
        this.#change({ colour });
      },
      onToggle: (what) => this.#toggle(what),
      onSource: () => this.#openSource(this.#state.selected ?? ROOT_NODE),
      onReset: () => this.#view.reset(),
      onPicture: () => this.#savePicture(),
      onCopy: (what) => this.#copy(what),
      canCopy: (what) => what === 'tsv' || what === 'markdown' || this.#selectedFrame() !== undefined,
    });
  }

  #changeView(view: ViewName): void {
    // From the view itself, its key takes the function that is selected by now.
    const { selected } = this.#state;
    if (view === 'sandwich' && selected !== undefined && selected >= 0) this.#update({ focus: selected });
    this.#update({ view });
    this.#showView();
    this.#view.focus();
  }

  #changeThread(thread: number): void {
    this.#state = { ...withoutPlaces(this.#state), thread };
    this.#arrange();
    this.#save();
  }

  #toggle(what: 'showIdle' | 'isTreeShown' | 'orientation'): void {
    const { showIdle, isTreeShown, orientation } = this.#state;
    if (what === 'showIdle') this.#change({ showIdle: !showIdle });
    else if (what === 'orientation') this.#change({ orientation: orientation === 'icicle' ? 'flame' : 'icicle' });
    else {
      this.#change({ isTreeShown: !isTreeShown });
      this.#callTree.select(this.#state.selected);
    }
  }

  /** Changes what is shown. */
  #change(part: Partial<PageState>): void {
    this.#update(part);
    this.#arrange();
  }

  /** Remembers something that is shown already. */
  #update(part: Partial<PageState>): void {
    this.#state = { ...this.#state, ...part };
    this.#save();
  }

  #fold(pane: string, isFolded: boolean): void {
    const others = this.#state.folded.filter((each) => each !== pane);
    this.#update({ folded: isFolded ? [...others, pane] : others });
  }

  #changeTheme(): void {
    this.#theme = readTheme();
    applyFamilyColours(this.#theme);
    for (const view of Object.values(this.#views)) view.setTheme(this.#theme);
    for (const pane of this.#panes) pane.setTheme(this.#theme);
    this.#arrange();
  }

  // What stands out, and what is selected.

  #want(wanted: Wanted | undefined): void {
    this.#wanted = wanted;
    const shown = this.#shown;
    if (wanted?.kind !== 'function') markHotFrame(-1);
    if (wanted?.kind !== 'group') markGroup(undefined);
    if (shown === undefined) return;
    const found = wanted && findWanted(shown.facts, shown.colouring, wanted);
    this.#searching.showFound(found, shown);
    for (const view of this.#current) view.highlight(wanted);
  }

  #chooseHotFrame(frame: HotFrame): void {
    const store = this.#store;
    if (store === undefined) return;
    if (this.#nodeOfFunction(frame) === undefined) {
      const found = [...store.threads].find(([, { tree }]) =>
        tree.frames.some((other) => isSameFunction(other, frame)),
      );
      if (found !== undefined) this.#changeThread(found[0]);
    }
    this.#searching.clear();
    markHotFrame(store.head.hotFrames.indexOf(frame));
    this.#want({ kind: 'function', key: frame });
    const node = this.#nodeOfFunction(frame);
    if (node === undefined) return;
    this.#update({ focus: node });
    this.#select(node, { isRevealed: true });
    if (this.#viewName === 'sandwich') this.#showView();
  }

  /** The node with most self weight of a function, where it is drawn. */
  #nodeOfFunction(frame: HotFrame): number | undefined {
    const facts = this.#shown?.facts;
    return facts?.heaviestOf(facts.nodesOfFunction(frame));
  }

  #select(node: number, options: { isRevealed: boolean }): void {
    this.#view.select(node, options);
    this.#callTree.select(node);
    this.#setSelected(node);
    elementById('spoken', HTMLElement).textContent = this.#view.describe(node).spoken;
  }

  #setSelected(selected: number): void {
    this.#update({ selected });
    this.#showSelection();
  }

  #viewChanged(): void {
    const { flame, table } = this.#views;
    if (this.#view === flame && this.#current.has(flame)) {
      delete this.#state.look;
      if (flame.look !== undefined) this.#state.look = flame.look;
    }
    this.#update({ sorting: table.sorting });
    this.#showSelection();
  }

  #showSelection(): void {
    const frame = this.#selectedFrame();
    this.#toolbar.showAbilities({
      source: frame !== undefined && hasSource(frame),
      reset: !this.#view.isReset,
      picture: this.#view.scenes().length > 0,
    });
    showPath(this.#view.trail());
    showStatus(this.#selectedText(), this.#view.hint);
  }

  #selectedText(): BoxText | undefined {
    const { selected } = this.#state;
    return selected === undefined || this.#shown === undefined ? undefined : this.#view.describe(selected);
  }

  #selectedFrame(): Frame | undefined {
    return this.#frameOf(this.#state.selected ?? ROOT_NODE);
  }

  #frameOf(node: number): Frame | undefined {
    return this.#shown?.facts.frameOf(node);
  }

  // Time.

  #timeChanged(): void {
    if (this.#frameRequest !== 0) return;
    // Dragging changes it many times a frame.
    this.#frameRequest = requestAnimationFrame(() => {
      this.#frameRequest = 0;
      this.#rememberTime();
      if (this.#time.selected !== this.#chosen) this.#arrange();
    });
  }

  #rememberTime(): void {
    const { whole, visible, selected } = this.#time;
    // Before the samples are there, what was remembered of them stays.
    if (whole === undefined) return;
    const state = { ...this.#state };
    delete state.visible;
    delete state.chosen;
    if (visible.fromUs > whole.fromUs || visible.toUs < whole.toUs) state.visible = visible;
    if (selected !== undefined) state.chosen = selected;
    this.#state = state;
    this.#save();
  }

  // Ways out.

  #openSource(node: number): void {
    this.#tell(sourceMessage(this.#frameOf(node)));
  }

  #copy(what: Copy, node = this.#state.selected ?? ROOT_NODE): void {
    if (this.#shown === undefined) return;
    const rows = this.#viewName === 'table' ? this.#views.table.rows : undefined;
    const text = copiedText(what, this.#shown, { node, rows, sorting: this.#state.sorting });
    this.#tell(text === undefined ? undefined : { type: 'copy', text });
  }

  #savePicture(): void {
    const [shown, head] = [this.#shown, this.#store?.head];
    if (shown === undefined || head === undefined) return;
    pictureMessage(this.#view, shown, { title: head.title, total: head.total, theme: this.#theme }).then(
      (message) => this.#tell(message),
      (error: unknown) => this.#tell({ type: 'defect', message: String(error) }),
    );
  }

  #tell(message: PageMessage | undefined): void {
    if (message !== undefined) this.#host.post(message);
  }

  #save(): void {
    this.#host.saveState(this.#state);
  }
}
