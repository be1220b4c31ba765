/** The longest beginning of a label that fits into `room`, with an ellipsis where it was cut; empty below two letters. */
export function fitLabel(label: string, room: number, measure: (text: string) => number): string {
  // A label many times wider than its room is not worth measuring whole: no glyph is narrower than two pixels.
  const candidate = label.slice(0, Math.ceil(room / 2));
  const width = measure(candidate);
  if (width <= room && candidate.length === label.length) return label;
  let length = Math.min(candidate.length, Math.ceil((candidate.length * room) / width));
  while (length >= 2) {
    const cut = `${label.slice(0, length)}…`;
    if (measure(cut) <= room) return cut;
    length -= 1;
  }
  return '';
}
