import { elementById } from './elements.ts';

/** What the search field holds. */
export interface SearchText {
  search: string;
  isRegex: boolean;
}

/** What a person does in the search bar. */
export interface SearchListener {
  onChange(text: Partial<SearchText>): void;
  onStep(direction: 'next' | 'previous'): void;
  /** Escape in the field. */
  onLeave(): void;
}

/** The search field with its buttons, and the line that tells what was found. */
export class SearchBar {
  readonly #input = elementById('search', HTMLInputElement);
  readonly #regex = elementById('regex', HTMLButtonElement);
  readonly #found = elementById('found', HTMLOutputElement);
  readonly #steps = [elementById('previousMatch', HTMLButtonElement), elementById('nextMatch', HTMLButtonElement)];

  constructor(listener: SearchListener) {
    this.#input.addEventListener('input', () => listener.onChange({ search: this.#input.value }));
    this.#input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') listener.onStep(event.shiftKey ? 'previous' : 'next');
      else if (event.key === 'Escape') listener.onLeave();
      else return;
      event.preventDefault();
    });
    this.#regex.addEventListener('click', () => listener.onChange({ isRegex: this.#regex.ariaPressed !== 'true' }));
    for (const button of this.#steps) {
      button.addEventListener('click', () => listener.onStep(button.id === 'nextMatch' ? 'next' : 'previous'));
    }
    document.addEventListener('keydown', (event) => this.#pressAnywhere(event));
  }

  /** Shows what is searched for; a broken expression is marked. */
  show({ search, isRegex }: SearchText, isBroken: boolean): void {
    // Setting the same text again would move the caret.
    if (this.#input.value !== search) this.#input.value = search;
    this.#input.ariaInvalid = String(isBroken);
    this.#regex.ariaPressed = String(isRegex);
  }

  /** Shows what was found, in words, and whether there are matches to step through. */
  showFound(text: string, canStep: boolean): void {
    this.#found.textContent = text;
    this.#found.title = text;
    for (const button of this.#steps) button.disabled = !canStep;
  }

  #pressAnywhere(event: KeyboardEvent): void {
    const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    const isFind = (event.ctrlKey || event.metaKey) && event.key === 'f';
    if (!isFind && (event.key !== '/' || isTyping)) return;
    event.preventDefault();
    this.#input.focus();
    this.#input.select();
  }
}
