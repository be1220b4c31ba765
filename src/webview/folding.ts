import { element } from './elements.ts';

/** Which panes are folded away. */
export interface Folding {
  isFolded(pane: string): boolean;
  setFolded(pane: string, isFolded: boolean): void;
}

/** The heading of a pane: a button that folds its body away and back. `pane` is what is remembered, `label` what people read. `onFold` is called after either. */
export function createFoldButton(
  pane: string,
  label: string,
  body: HTMLElement,
  folding: Folding,
  onFold: () => void,
): HTMLElement {
  const button = element('button', { type: 'button', class: 'toggle' }, label);
  const show = (isFolded: boolean): void => {
    body.hidden = isFolded;
    button.setAttribute('aria-expanded', String(!isFolded));
  };
  show(folding.isFolded(pane));
  button.addEventListener('click', () => {
    show(button.getAttribute('aria-expanded') === 'true');
    folding.setFolded(pane, body.hidden !== false);
    onFold();
  });
  return button;
}
