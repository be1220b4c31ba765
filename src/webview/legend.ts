import type { Colouring } from './colouring.ts';
import { element, elementById } from './elements.ts';
import { formatShare } from './format.ts';
import type { BoxColour } from './palette.ts';
import { t } from './l10n.ts';

/**
 * Shows what the colours of the graph stand for, each with its share of self weight, as buttons that make its boxes stand out.
 * `onChoose` is called with undefined when the chosen one is let go.
 */
export function showLegend(
  { groups }: Colouring,
  colours: readonly BoxColour[],
  whole: number,
  onChoose: (group: number | undefined) => void,
): void {
  const items = groups.flatMap(({ label, holds, weight, colour }, group) => {
    if (weight <= 0) return [];
    const share = formatShare(weight, whole);
    const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
    swatch.style.background = colours[colour]?.fill ?? '';
    const button = element(
      'button',
      {
        type: 'button',
        'aria-pressed': 'false',
        'data-group': String(group),
        title: t('{0}: {1} of self weight', holds, share),
      },
      swatch,
      label,
      element('span', { class: 'share' }, share),
    );
    button.addEventListener('click', () => onChoose(button.ariaPressed === 'true' ? undefined : group));
    return [button];
  });
  elementById('legend', HTMLElement).replaceChildren(...items);
}

/** Marks the group that stands out in the graph, or none. */
export function markGroup(group: number | undefined): void {
  for (const button of elementById('legend', HTMLElement).querySelectorAll('button')) {
    button.ariaPressed = String(button.dataset['group'] === String(group));
  }
}
