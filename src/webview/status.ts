import type { BoxText } from './describe.ts';
import { element, elementById } from './elements.ts';
import { formatTime } from './ruler.ts';
import type { TimeRange } from './timeAxis.ts';
import { t } from './l10n.ts';

/** Says in the line under the view what is pointed at or selected, or what can be done. */
export function showStatus(text: BoxText | undefined, hint: string): void {
  elementById('status', HTMLElement).replaceChildren(
    ...(text === undefined
      ? [element('span', { class: 'hint', title: hint }, hint)]
      : [
          element('strong', {}, text.title),
          element('span', { class: 'place' }, text.place),
          element('span', { class: 'gap' }),
          ...text.rows.map(({ label, value }) =>
            element('span', { class: 'fact' }, element('span', { class: 'label' }, `${label} `), value),
          ),
        ]),
  );
}

/** Says what is chosen of the time, as a button that lets it go; nothing where all of it is shown. */
export function showChosen(chosen: TimeRange | undefined, onRelease: () => void): void {
  if (chosen === undefined) {
    elementById('chosen', HTMLElement).replaceChildren();
    return;
  }
  const stepUs = Math.max(0.1, (chosen.toUs - chosen.fromUs) / 100);
  const text = `${formatTime(chosen.fromUs, stepUs)} – ${formatTime(chosen.toUs, stepUs)}`;
  const button = element('button', { type: 'button', title: t('Count all of the time again (Escape)') }, `${text} ✕`);
  button.setAttribute('aria-label', t('Chosen time {0}: count all of the time again', text));
  button.addEventListener('click', onRelease);
  elementById('chosen', HTMLElement).replaceChildren(button);
}
