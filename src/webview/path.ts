import { ROOT } from './boxes.ts';
import { element, elementById } from './elements.ts';
import type { Flame } from './flame.ts';
import { shorten } from './format.ts';
import { ancestorsOf } from './navigation.ts';

/** Longest name in the path, in characters. */
const LONGEST_NAME = 32;
/** Callers shown nearest to the zoomed frame; those between them and the root are behind an ellipsis. */
const NEAREST = 4;

/** Shows the way from the root to the zoomed frame; each step but the last is a button that zooms to it. */
export function showPath(flame: Flame, zoom: number, onChoose: (box: number) => void): void {
  const above = zoom === ROOT ? [] : ancestorsOf(flame.boxes, zoom);
  const shown = above.length > NEAREST + 2 ? [ROOT, ...above.slice(-NEAREST)] : above;
  const items = shown.flatMap((box, index) => {
    const name = box === ROOT ? 'All' : flame.labelOf(box);
    const button = element('button', { type: 'button', title: `Zoom to ${name}` }, shorten(name, LONGEST_NAME));
    button.addEventListener('click', () => onChoose(box));
    const isCut = index === 0 && shown.length < above.length;
    return isCut
      ? [button, separator(), element('span', { title: `${above.length - shown.length} more` }, '…'), separator()]
      : [button, separator()];
  });
  const last = zoom === ROOT ? 'All' : shorten(flame.labelOf(zoom), LONGEST_NAME);
  elementById('path', HTMLElement).replaceChildren(...items, element('span', { 'aria-current': 'location' }, last));
}

function separator(): HTMLElement {
  return element('span', { class: 'separator', 'aria-hidden': 'true' }, '›');
}
