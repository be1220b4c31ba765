import { element } from './elements.ts';

/** A choice of a menu. */
export interface MenuItem {
  label: string;
  /** Keys that do the same, for the eye. */
  keys?: string;
  isEnabled: boolean;
  choose(): void;
}

/** Makes a button open a menu under it; the choices are asked for each time. The keyboard works as in the menus of the system. */
export function attachMenu(button: HTMLButtonElement, items: () => readonly MenuItem[]): void {
  const menu = element('div', { class: 'menu', role: 'menu' });
  menu.hidden = true;
  button.ariaHasPopup = 'menu';
  button.ariaExpanded = 'false';
  button.after(menu);

  const close = (isFocused: boolean): void => {
    if (menu.hidden) return;
    menu.hidden = true;
    button.ariaExpanded = 'false';
    if (isFocused) button.focus();
  };
  const open = (): void => {
    menu.replaceChildren(...items().map((item) => menuButton(item, () => close(true))));
    menu.hidden = false;
    menu.classList.remove('fromLeft');
    // Where the button stands at the left, a menu that ends with it would begin outside of the page.
    menu.classList.toggle('fromLeft', menu.getBoundingClientRect().left < 0);
    button.ariaExpanded = 'true';
    menu.querySelector<HTMLElement>('[role="menuitem"]:not([disabled])')?.focus();
  };
  button.addEventListener('click', () => (menu.hidden ? open() : close(true)));
  button.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    open();
  });
  menu.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') close(true);
    else if (step !== undefined) moveFocus(menu, step);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // A focus that leaves for nowhere is that of a page that lost it: the menu stays for its return.
  menu.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !menu.contains(relatedTarget) && relatedTarget !== button) close(false);
  });
  document.addEventListener('pointerdown', ({ target }) => {
    if (target instanceof Node && !menu.contains(target) && !button.contains(target)) close(false);
  });
}

function menuButton(item: MenuItem, close: () => void): HTMLButtonElement {
  const { label, keys, isEnabled } = item;
  const button = element(
    'button',
    { type: 'button', role: 'menuitem' },
    label,
    ...(keys === undefined ? [] : [element('span', { class: 'keys' }, keys)]),
  );
  button.disabled = !isEnabled;
  button.addEventListener('click', () => {
    close();
    item.choose();
  });
  return button;
}

function moveFocus(menu: HTMLElement, step: number): void {
  const items = [...menu.querySelectorAll<HTMLElement>('[role="menuitem"]:not([disabled])')];
  const at = items.findIndex((item) => item === document.activeElement);
  items[(at + step + items.length) % items.length]?.focus();
}
