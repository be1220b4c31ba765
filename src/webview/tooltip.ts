import type { BoxText } from './describe.ts';
import { element, elementById } from './elements.ts';

/** Distance between the pointer and the tooltip, in pixels. */
const OFFSET_PX = 14;
const MARGIN_PX = 6;

/** Shows the tooltip beside the pointer, inside of the page. */
export function showTooltip({ title, place, rows }: BoxText, pointer: { x: number; y: number }): void {
  const tooltip = elementById('tooltip', HTMLElement);
  tooltip.replaceChildren(
    element('strong', {}, title),
    ...(place === '' ? [] : [element('span', { class: 'place' }, place)]),
    element('dl', {}, ...rows.flatMap(({ label, value }) => [element('dt', {}, label), element('dd', {}, value)])),
  );
  tooltip.hidden = false;
  const { offsetWidth: width, offsetHeight: height } = tooltip;
  const left = Math.min(pointer.x + OFFSET_PX, innerWidth - width - MARGIN_PX);
  const below = pointer.y + OFFSET_PX;
  const top = below + height + MARGIN_PX <= innerHeight ? below : pointer.y - OFFSET_PX - height;
  tooltip.style.transform = `translate(${Math.round(Math.max(MARGIN_PX, left))}px, ${Math.round(Math.max(MARGIN_PX, top))}px)`;
}

/** Takes the tooltip away. */
export function hideTooltip(): void {
  elementById('tooltip', HTMLElement).hidden = true;
}
