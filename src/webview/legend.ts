import { element, elementById } from './elements.ts';
import type { Flame } from './flame.ts';
import { formatShare } from './format.ts';
import { FAMILIES, type Family } from './palette.ts';

/**
 * Shows the colours that the graph has, each with its share of self weight, as buttons that make its boxes stand out.
 * `onChoose` is called with undefined when the chosen one is let go.
 */
export function showLegend(flame: Flame, onChoose: (family: Family | undefined) => void): void {
  const weights = flame.familyWeights();
  const items = FAMILIES.filter(({ family }) => (weights.get(family) ?? 0) > 0).map(({ family, label, holds }) => {
    const share = formatShare(weights.get(family) ?? 0, flame.weight);
    const button = element(
      'button',
      {
        type: 'button',
        'aria-pressed': 'false',
        'data-family-choice': family,
        title: `${holds}: ${share} of self weight`,
      },
      element('span', { class: 'swatch', 'data-family': family, 'aria-hidden': 'true' }),
      label,
      element('span', { class: 'share' }, share),
    );
    button.addEventListener('click', () => onChoose(button.ariaPressed === 'true' ? undefined : family));
    return button;
  });
  elementById('legend', HTMLElement).replaceChildren(...items);
}

/** Marks the family that stands out in the graph, or none. */
export function markFamily(family: Family | undefined): void {
  for (const button of elementById('legend', HTMLElement).querySelectorAll('button')) {
    button.ariaPressed = String(button.dataset['familyChoice'] === family);
  }
}
