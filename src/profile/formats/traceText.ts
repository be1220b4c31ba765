/**
 * The value of a trace's text that was cut off: all of its events that are whole. A trace may end anywhere, its format says, as its writer may be killed.
 * Undefined when no event is whole, or when the text is damaged before its end.
 */
export function wholeEvents(text: string): unknown {
  const start = text.indexOf('[');
  const end = endOfLastEvent(text, start + 1);
  if (start < 0 || end === undefined) return undefined;
  try {
    return JSON.parse(`${text.slice(start, end)}]`) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Offset behind the last object that is closed at the level of the array. */
function endOfLastEvent(text: string, start: number): number | undefined {
  let end: number | undefined;
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      at = endOfString(text, at);
      if (at < 0) return end;
    } else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') {
      depth--;
      if (depth === 0) end = at + 1;
      // The array itself ends here; what comes after it is not of the events.
      if (depth < 0) return end;
    }
  }
  return end;
}

/** Offset of the quote that ends the string that begins at `start`, −1 when it is cut off. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (char === '"') return at;
  }
  return -1;
}
