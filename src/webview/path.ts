import { element, elementById } from './elements.ts';
import { shorten } from './format.ts';
import type { TrailStep } from './view.ts';
import { t } from './l10n.ts';

/** Longest name in the path, in characters. */
const LONGEST_NAME = 32;
/** Steps shown nearest to where one is; those between them and the root are behind an ellipsis. */
const NEAREST = 4;

/** Shows the way from the root to the zoomed frame; each step but the last is a button that zooms to it. */
export function showPath(trail: readonly TrailStep[]): void {
  const above = trail.slice(0, -1);
  const [root] = above;
  const shown = root !== undefined && above.length > NEAREST + 2 ? [root, ...above.slice(-NEAREST)] : above;
  const items = shown.flatMap((step, index) => {
    const { label } = step;
    const button = element('button', { type: 'button', title: t('Zoom to {0}', label) }, shorten(label, LONGEST_NAME));
    button.addEventListener('click', () => step.go());
    const isCut = index === 0 && shown.length < above.length;
    return isCut
      ? [button, separator(), element('span', { title: t('{0} more', above.length - shown.length) }, '…'), separator()]
      : [button, separator()];
  });
  const last = trail.at(-1);
  const here =
    last === undefined ? [] : [element('span', { 'aria-current': 'location' }, shorten(last.label, LONGEST_NAME))];
  elementById('path', HTMLElement).replaceChildren(...items, ...here);
}

function separator(): HTMLElement {
  return element('span', { class: 'separator', 'aria-hidden': 'true' }, '›');
}
