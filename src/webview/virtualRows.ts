import { element } from './elements.ts';

export const ROW_PX = 24;
/** Rows drawn beyond the window on each side, so that scrolling shows no hole. */
const SPARE_ROWS = 8;

/** Rows by index, made when they come into sight. */
export interface RowSource {
  count: number;
  /** A row's element, without id and place. */
  render(index: number): HTMLElement;
}

/**
 * A list of any length of which only the rows in sight are elements. The window has the focus and names the active row, so that a screen reader
 * follows it; arrow keys, Page Up and Down, Home and End move it.
 */
export class VirtualRows {
  /** The window that scrolls. */
  readonly element: HTMLElement;
  readonly #body: HTMLElement;
  readonly #id: string;
  readonly #onActivate: (index: number) => void;
  #source: RowSource = { count: 0, render: () => element('div') };
  #active = -1;
  #frameRequest = 0;

  /**
   * @param role `grid` or `treegrid`, with what a screen reader calls it
   * @param onActivate another row became the active one
   */
  constructor(role: 'grid' | 'treegrid', label: string, id: string, onActivate: (index: number) => void) {
    this.#id = id;
    this.#onActivate = onActivate;
    this.#body = element('div', { class: 'rows', role: 'rowgroup' });
    this.element = element('div', { class: 'rowWindow', role, 'aria-label': label }, this.#body);
    this.element.tabIndex = 0;
    this.element.addEventListener('scroll', () => this.#schedule(), { passive: true });
    new ResizeObserver(() => this.#schedule()).observe(this.element);
    this.element.addEventListener('keydown', (event) => {
      const next = this.#target(event.key);
      if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      this.activate(next);
    });
    this.#body.addEventListener('click', ({ target }) => {
      const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
      if (row !== null) this.activate(Number(row.dataset['index']));
    });
  }

  /** Shows other rows, or the same ones anew. */
  show(source: RowSource): void {
    this.#source = source;
    this.#active = Math.min(this.#active, source.count - 1);
    this.#body.style.height = `${source.count * ROW_PX}px`;
    this.element.ariaRowCount = String(source.count);
    this.#draw();
  }

  get active(): number {
    return this.#active;
  }

  /** Marks a row and brings it into sight, without telling; −1 marks none. */
  mark(index: number): void {
    this.#active = index;
    if (index >= 0) this.#bringIntoSight(index);
    this.#draw();
  }

  /** Makes a row the active one, as a person does. */
  activate(index: number): void {
    if (index < 0 || index >= this.#source.count) return;
    this.mark(index);
    this.#onActivate(index);
  }

  #target(key: string): number | undefined {
    const last = this.#source.count - 1;
    const page = Math.max(1, Math.floor(this.element.clientHeight / ROW_PX) - 1);
    switch (key) {
      case 'ArrowDown':
        return Math.min(last, this.#active + 1);
      case 'ArrowUp':
        return Math.max(0, this.#active - 1);
      case 'PageDown':
        return Math.min(last, this.#active + page);
      case 'PageUp':
        return Math.max(0, this.#active - page);
      case 'Home':
        return 0;
      case 'End':
        return last;
      default:
        return undefined;
    }
  }

  #bringIntoSight(index: number): void {
    const top = index * ROW_PX;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + ROW_PX > scrollTop + clientHeight) this.element.scrollTop = top + ROW_PX - clientHeight;
  }

  #schedule(): void {
    if (this.#frameRequest !== 0) return;
    this.#frameRequest = requestAnimationFrame(() => {
      this.#frameRequest = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const { scrollTop, clientHeight } = this.element;
    const from = Math.max(0, Math.floor(scrollTop / ROW_PX) - SPARE_ROWS);
    const to = Math.min(this.#source.count, Math.ceil((scrollTop + clientHeight) / ROW_PX) + SPARE_ROWS);
    const rows: HTMLElement[] = [];
    for (let index = from; index < to; index += 1) rows.push(this.#row(index));
    this.#body.replaceChildren(...rows);
    const isInSight = this.#active >= from && this.#active < to;
    if (isInSight) this.element.setAttribute('aria-activedescendant', `${this.#id}-${this.#active}`);
    else this.element.removeAttribute('aria-activedescendant');
  }

  #row(index: number): HTMLElement {
    const row = this.#source.render(index);
    row.id = `${this.#id}-${index}`;
    row.role = 'row';
    row.dataset['index'] = String(index);
    row.ariaRowIndex = String(index + 1);
    row.ariaSelected = String(index === this.#active);
    row.style.transform = `translateY(${index * ROW_PX}px)`;
    return row;
  }
}
