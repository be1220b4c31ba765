import { COLOUR_MODES, type ColourMode } from './colouring.ts';
import { COPIES, type Copy } from './copying.ts';
import { element, elementById } from './elements.ts';
import { formatWeight } from './format.ts';
import { attachMenu } from './menu.ts';
import type { ThreadHead } from './messages.ts';
import type { PageState } from './state.ts';
import { VIEWS, type ViewName } from './views.ts';

/** What a person does with the toolbar. */
export interface ToolbarListener {
  onView(view: ViewName): void;
  onThread(thread: number): void;
  onColour(mode: ColourMode): void;
  onToggle(what: 'showIdle' | 'isTreeShown' | 'orientation'): void;
  onSource(): void;
  onReset(): void;
  onPicture(): void;
  onCopy(what: Copy): void;
  /** Whether there is something to copy. */
  canCopy(what: Copy): boolean;
}

/** The views, the thread, and everything that can be done with what is shown. */
export class Toolbar {
  readonly #views: ReadonlyMap<ViewName, HTMLButtonElement>;
  readonly #thread = elementById('thread', HTMLSelectElement);
  readonly #colour = elementById('colour', HTMLSelectElement);

  constructor(listener: ToolbarListener) {
    const views = VIEWS.map(({ name, label, key, title }) => {
      const button = element(
        'button',
        { type: 'button', role: 'radio', title: `${title} (${key})`, 'data-view': name },
        label,
      );
      button.addEventListener('click', () => listener.onView(name));
      return [name, button] as const;
    });
    this.#views = new Map(views);
    const group = elementById('views', HTMLElement);
    group.replaceChildren(...this.#views.values());
    group.addEventListener('keydown', (event) => this.#pressInViews(event, listener));
    this.#colour.replaceChildren(
      ...COLOUR_MODES.map(({ mode, label, title }) => {
        const option = element('option', { title }, label);
        option.value = mode;
        return option;
      }),
    );
    this.#thread.addEventListener('change', () => listener.onThread(Number(this.#thread.value)));
    this.#colour.addEventListener('change', () => {
      const chosen = COLOUR_MODES.find(({ mode }) => mode === this.#colour.value);
      if (chosen !== undefined) listener.onColour(chosen.mode);
    });
    onClick('idle', () => listener.onToggle('showIdle'));
    onClick('orientation', () => listener.onToggle('orientation'));
    onClick('callTree', () => listener.onToggle('isTreeShown'));
    onClick('source', () => listener.onSource());
    onClick('reset', () => listener.onReset());
    onClick('picture', () => listener.onPicture());
    attachMenu(elementById('copy', HTMLButtonElement), () =>
      COPIES.map(({ what, label }) => ({
        label,
        isEnabled: listener.canCopy(what),
        choose: () => listener.onCopy(what),
        ...(what === 'frame' ? { keys: 'Ctrl+C' } : {}),
      })),
    );
    document.addEventListener('keydown', (event) => pressAnywhere(event, listener));
  }

  /** Lists the threads of a profile; one alone needs no choice. */
  showThreads(threads: readonly ThreadHead[]): void {
    elementById('threadPicker', HTMLElement).hidden = threads.length < 2;
    this.#thread.replaceChildren(
      ...threads.map(({ name, samples }, index) => {
        const option = element('option', {}, `${name} (${formatWeight(samples, 'samples')})`);
        option.value = String(index);
        return option;
      }),
    );
  }

  /** Shows what is chosen. */
  showState(state: PageState, view: ViewName, { hasIdle }: { hasIdle: boolean }): void {
    for (const [name, button] of this.#views) {
      button.ariaChecked = String(name === view);
      button.tabIndex = name === view ? 0 : -1;
    }
    this.#thread.value = String(state.thread);
    this.#colour.value = state.colour;
    press('orientation', state.orientation === 'flame');
    press('idle', state.showIdle);
    press('callTree', state.isTreeShown);
    elementById('idle', HTMLElement).hidden = !hasIdle;
    elementById('orientation', HTMLElement).hidden = view === 'sandwich' || view === 'table';
    elementById('colourPicker', HTMLElement).hidden = view === 'table';
  }

  /** What can be done with what is selected and shown. */
  showAbilities({ source, reset, picture }: { source: boolean; reset: boolean; picture: boolean }): void {
    elementById('source', HTMLButtonElement).disabled = !source;
    elementById('reset', HTMLButtonElement).disabled = !reset;
    elementById('picture', HTMLButtonElement).disabled = !picture;
  }

  #pressInViews(event: KeyboardEvent, listener: ToolbarListener): void {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = VIEWS.findIndex(({ name }) => this.#views.get(name) === document.activeElement);
    const next = VIEWS[(at + step + VIEWS.length) % VIEWS.length];
    if (next === undefined) return;
    listener.onView(next.name);
    this.#views.get(next.name)?.focus();
  }
}

/** Keys of the whole page, but where somebody types. */
function pressAnywhere(event: KeyboardEvent, listener: ToolbarListener): void {
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const view = VIEWS.find(({ key }) => key === event.key);
  if (view !== undefined) listener.onView(view.name);
  else if (event.key === 't') listener.onToggle('isTreeShown');
  else return;
  event.preventDefault();
}

function press(id: string, isPressed: boolean): void {
  elementById(id, HTMLElement).ariaPressed = String(isPressed);
}

function onClick(id: string, listener: () => void): void {
  elementById(id, HTMLElement).addEventListener('click', listener);
}
