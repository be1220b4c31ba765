import type { HotFrame } from '../profile/hotFrames.ts';
import { ROOT } from './boxes.ts';
import { describeBox, type BoxText } from './describe.ts';
import { element, elementById } from './elements.ts';
import { Flame, isSameFunction, type Highlight } from './flame.ts';
import { formatCount, formatShare, formatWeight } from './format.ts';
import { FlameGraph } from './graph.ts';
import { fingerprint, heaviestThread } from './identity.ts';
import { markFamily, showLegend } from './legend.ts';
import type { HostMessage, PageMessage, ProfileModel } from './messages.ts';
import { ancestorsOf, isWithin } from './navigation.ts';
import type { Family } from './palette.ts';
import type { Pane } from './pane.ts';
import { mountPanes } from './panes.ts';
import { markHotFrame, showEvidence, showHead, showHotFrames, wholeName } from './panels.ts';
import { showPath } from './path.ts';
import { compileSearch, nextMatch } from './search.ts';
import { SearchBar } from './searchBar.ts';
import { hasSource } from './source.ts';
import type { PageState } from './state.ts';
import { applyFamilyColours, readTheme, watchTheme } from './theme.ts';
import { TimeAxis } from './timeAxis.ts';
import { hideTooltip, showTooltip } from './tooltip.ts';

/** Ways out of the page. */
export interface PageHost {
  post(message: PageMessage): void;
  saveState(state: PageState): void;
}

/** A hot frame narrower than this (in parts of what is shown) is zoomed to when it is chosen. */
const NARROW = 0.08;

/** The page of one profile: keeps what is selected, searched and zoomed, and shows it. */
export class FlamePage {
  readonly #host: PageHost;
  readonly #graph: FlameGraph;
  readonly #searchBar: SearchBar;
  readonly #panes: readonly Pane[];
  readonly #time = new TimeAxis();
  #state: PageState;
  #profile: ProfileModel | undefined;
  #flame: Flame | undefined;
  #found: Highlight | undefined;
  /** Boxes that were zoomed to before the present one. */
  #history: number[] = [];

  constructor(host: PageHost, state: PageState) {
    this.#host = host;
    this.#state = state;
    const theme = readTheme();
    this.#graph = new FlameGraph(
      {
        scroller: elementById('graph', HTMLElement),
        canvas: elementById('canvas', HTMLCanvasElement),
        spacer: elementById('spacer', HTMLElement),
      },
      theme,
      {
        onSelect: (box) => this.#selected(box),
        onHover: (box, pointer) => this.#hovered(box, pointer),
        onZoom: (box) => this.#zoom(box),
        onBack: () => this.#back(),
        onOpenSource: (box) => this.#openSource(box),
      },
    );
    this.#searchBar = new SearchBar({
      onChange: (text) => this.#changeSearch(text),
      onStep: (direction) => this.#stepMatch(direction),
      onLeave: () => {
        this.#changeSearch({ search: '' });
        this.#graph.focus();
      },
    });
    this.#panes = mountPanes(elementById('panes', HTMLElement), {
      time: this.#time,
      post: (message) => this.#host.post(message),
    });
    for (const pane of this.#panes) {
      pane.setTheme(theme);
      pane.setView('flame');
    }
    applyFamilyColours(theme);
    watchTheme(() => this.#changeTheme());
    this.#listen();
  }

  /** Takes what the host says of the profile that is shown; a `profile` is shown first. */
  receive(message: HostMessage): void {
    if (message.type === 'profile') this.#show(message.profile);
    for (const pane of this.#panes) pane.receive(message);
  }

  #changeTheme(): void {
    const theme = readTheme();
    applyFamilyColours(theme);
    this.#graph.theme = theme;
    for (const pane of this.#panes) pane.setTheme(theme);
  }

  /** Shows a profile, as it was last left if it is the same one. */
  #show(profile: ProfileModel): void {
    this.#profile = profile;
    const heaviest = heaviestThread(profile);
    const isKnown = this.#state.profile === fingerprint(profile);
    if (!isKnown) {
      this.#state = { ...this.#state, profile: fingerprint(profile), thread: heaviest, zoom: -1 };
      delete this.#state.selected;
    }
    document.title = profile.title;
    elementById('canvas', HTMLElement).setAttribute('aria-label', `Flamegraph of ${profile.title}`);
    this.#time.reset(undefined);
    showHead(profile);
    showHotFrames(profile, (frame) => this.#chooseHotFrame(frame));
    showEvidence(profile);
    this.#showThreads(profile);
    this.#arrange();
  }

  #showThreads({ threads }: ProfileModel): void {
    elementById('threadPicker', HTMLElement).hidden = threads.length < 2;
    elementById('thread', HTMLSelectElement).replaceChildren(
      ...threads.map(({ name, samples }, index) => {
        const option = element('option', {}, `${name} (${formatWeight(samples, 'samples')})`);
        option.value = String(index);
        return option;
      }),
    );
  }

  /** Lays the graph out anew: for another thread, with or without idle time, with the root above or below. */
  #arrange(): void {
    const profile = this.#profile;
    const thread = profile?.threads[this.#state.thread] ?? profile?.threads[0];
    if (profile === undefined || thread === undefined) return;
    const flame = new Flame(thread, this.#state.showIdle);
    this.#flame = flame;
    this.#history = [];
    const rootLabel = `${thread.name} · ${formatWeight(flame.weight, profile.unit)}`;
    this.#graph.show({ boxes: flame.boxes, look: flame, rootLabel }, this.#state.orientation);
    showLegend(flame, (family) => this.#chooseFamily(family));
    this.#showControls(profile);
    const { zoom, selected } = this.#state;
    this.#graph.zoomTo(flame.boxOfNode(zoom), { animated: false });
    if (selected !== undefined) this.#graph.select(flame.boxOfNode(selected));
    this.#search();
    this.#showSelection();
    this.#save();
  }

  #showControls({ idle, threads }: ProfileModel): void {
    const { thread, orientation, showIdle } = this.#state;
    elementById('thread', HTMLSelectElement).value = String(Math.min(thread, threads.length - 1));
    press('orientation', orientation === 'flame');
    press('idle', showIdle);
    elementById('idle', HTMLElement).hidden = idle === 0;
  }

  #listen(): void {
    onClick('idle', () => this.#change({ showIdle: !this.#state.showIdle }));
    onClick('orientation', () =>
      this.#change({ orientation: this.#state.orientation === 'icicle' ? 'flame' : 'icicle' }),
    );
    onClick('source', () => this.#openSource(this.#graph.selected ?? ROOT));
    onClick('reset', () => this.#zoom(ROOT));
    const thread = elementById('thread', HTMLSelectElement);
    thread.addEventListener('change', () => this.#changeThread(Number(thread.value)));
  }

  #change(part: Partial<PageState>): void {
    this.#state = { ...this.#state, ...part };
    this.#arrange();
  }

  #changeThread(thread: number): void {
    delete this.#state.selected;
    this.#change({ thread, zoom: -1 });
  }

  // Search and the other things that stand out.

  #changeSearch(part: Partial<Pick<PageState, 'search' | 'isRegex'>>): void {
    this.#state = { ...this.#state, ...part };
    markHotFrame(-1);
    markFamily(undefined);
    this.#search();
    this.#save();
  }

  #search(): void {
    const compiled = compileSearch(this.#state.search, this.#state.isRegex);
    this.#searchBar.show(this.#state, compiled.kind === 'broken');
    if (compiled.kind === 'query') this.#showFound(this.#flame?.search(compiled.query));
    else this.#showFound(undefined, compiled.kind === 'broken' ? compiled.reason : '');
  }

  #showFound(found: Highlight | undefined, note = ''): void {
    this.#found = found;
    this.#graph.highlight = found?.isIn;
    this.#searchBar.showFound(found === undefined ? note : this.#foundText(found), (found?.boxes ?? 0) > 0);
  }

  #foundText({ boxes, weight }: Highlight): string {
    if (boxes === 0) return 'No match';
    const share = formatShare(weight, this.#flame?.weight ?? 0);
    return `${formatCount(boxes)} ${boxes === 1 ? 'match' : 'matches'} · ${share} of ${this.#whole()}`;
  }

  #stepMatch(direction: 'next' | 'previous'): void {
    const box = this.#found && nextMatch(this.#found.isIn, this.#graph.selected ?? ROOT, direction);
    if (box !== undefined) this.#reveal(box);
  }

  #chooseHotFrame(frame: HotFrame): void {
    const profile = this.#profile;
    if (profile === undefined) return;
    if (this.#flame?.boxesOfFunction(frame).boxes === 0) {
      const thread = profile.threads.findIndex(({ tree }) => tree.frames.some((other) => isSameFunction(other, frame)));
      if (thread >= 0) this.#changeThread(thread);
    }
    this.#changeSearch({ search: '' });
    markHotFrame(profile.hotFrames.indexOf(frame));
    const found = this.#flame?.boxesOfFunction(frame);
    this.#showFound(found);
    const heaviest = found && this.#flame?.heaviestOf(found);
    if (heaviest !== undefined) this.#reveal(heaviest);
  }

  #chooseFamily(family: Family | undefined): void {
    this.#changeSearch({ search: '' });
    markFamily(family);
    this.#showFound(family && this.#flame?.boxesOfFamily(family));
  }

  /** Selects a box and shows it wide enough to be seen. */
  #reveal(box: number): void {
    const { boxes } = this.#flame ?? {};
    if (boxes === undefined) return;
    const widthOf = (other: number): number => (other === ROOT ? 1 : (boxes.width[other] ?? 0));
    const zoom = this.#graph.zoom;
    if (!isWithin(boxes, box, zoom) || widthOf(box) < NARROW * widthOf(zoom)) {
      const wide = ancestorsOf(boxes, box).findLast((above) => widthOf(box) < 3 * NARROW * widthOf(above));
      this.#zoom(widthOf(box) >= NARROW ? ROOT : (wide ?? ROOT));
    }
    this.#graph.select(box);
    this.#selected(box);
  }

  // Selection and zoom.

  #selected(box: number | undefined): void {
    const node = box === undefined ? undefined : this.#flame?.nodeAt(box);
    delete this.#state.selected;
    if (node !== undefined) this.#state.selected = node;
    this.#showSelection();
    this.#save();
    if (box !== undefined) elementById('spoken', HTMLElement).textContent = this.#describe(box)?.spoken ?? '';
  }

  #zoom(box: number): void {
    const before = this.#graph.zoom;
    if (before !== box) this.#history = box === ROOT ? [] : [...this.#history, before];
    this.#zoomNow(box);
  }

  #back(): void {
    const box = this.#history.pop() ?? ROOT;
    if (box === ROOT && this.#graph.zoom === ROOT) this.#changeSearch({ search: '' });
    this.#zoomNow(box);
  }

  #zoomNow(box: number): void {
    this.#graph.zoomTo(box, { animated: true });
    this.#state = { ...this.#state, zoom: this.#flame?.nodeAt(box) ?? -1 };
    hideTooltip();
    this.#showSelection();
    this.#save();
  }

  #hovered(box: number | undefined, pointer: { x: number; y: number }): void {
    const text = box === undefined ? undefined : this.#describe(box);
    this.#showStatus(text ?? this.#describe(this.#graph.selected));
    if (text === undefined || box === ROOT) hideTooltip();
    else showTooltip(text, pointer);
  }

  #showSelection(): void {
    const flame = this.#flame;
    if (flame === undefined) return;
    const box = this.#graph.selected;
    const frame = box === undefined ? undefined : flame.factsOf(box)?.frame;
    elementById('source', HTMLButtonElement).disabled = frame === undefined || !hasSource(frame);
    elementById('reset', HTMLButtonElement).disabled = this.#graph.zoom === ROOT;
    showPath(flame, this.#graph.zoom, (above) => this.#zoom(above));
    this.#showStatus(this.#describe(box));
  }

  #showStatus(text: BoxText | undefined): void {
    elementById('status', HTMLElement).replaceChildren(
      ...(text === undefined
        ? [element('span', { class: 'hint' }, 'Click a frame to zoom. Arrow keys walk from frame to frame.')]
        : [
            element('strong', {}, text.title),
            element('span', { class: 'place' }, text.place),
            element('span', { class: 'gap' }),
            ...text.rows.map(({ label, value }) =>
              element('span', { class: 'fact' }, element('span', { class: 'label' }, `${label} `), value),
            ),
          ]),
    );
  }

  #describe(box: number | undefined): BoxText | undefined {
    if (box === undefined || this.#flame === undefined || this.#profile === undefined) return undefined;
    return describeBox(this.#flame, box, this.#graph.zoom, { unit: this.#profile.unit, whole: this.#whole() });
  }

  #whole(): string {
    return this.#profile === undefined ? '' : wholeName(this.#profile, this.#state.showIdle);
  }

  #openSource(box: number): void {
    const frame = this.#flame?.factsOf(box)?.frame;
    if (frame?.file === undefined || !hasSource(frame)) return;
    const { file, line, column } = frame;
    this.#host.post({
      type: 'openSource',
      file,
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
    });
  }

  #save(): void {
    this.#host.saveState(this.#state);
  }
}

function press(id: string, isPressed: boolean): void {
  elementById(id, HTMLElement).setAttribute('aria-pressed', String(isPressed));
}

function onClick(id: string, listener: () => void): void {
  elementById(id, HTMLElement).addEventListener('click', listener);
}
