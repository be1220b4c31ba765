const ELLIPSIS = '…';
/** Fewer letters than that say nothing. */
const LETTERS_MIN = 2;

/**
 * The longest beginning of a label that fits into `room`, with an ellipsis where it was cut; empty below two letters. `measure` is asked for single
 * characters only, so that its answers can be kept: measuring whole texts is what costs most in drawing.
 */
export function fitLabel(label: string, room: number, measure: (character: string) => number): string {
  const roomBeforeEllipsis = room - measure(ELLIPSIS);
  let width = 0;
  let fitting = 0;
  let letters = 0;
  for (const character of label) {
    width += measure(character);
    if (width > room) {
      const cut = label.slice(0, fitting);
      return letters < LETTERS_MIN ? '' : cut + ELLIPSIS;
    }
    if (width > roomBeforeEllipsis) continue;
    fitting += character.length;
    letters += 1;
  }
  return label;
}
