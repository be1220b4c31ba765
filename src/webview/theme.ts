import { type BoxColour, type Family, type Scheme, SHADES, FAMILIES, boxColour, schemeOf } from './palette.ts';

/** Colours and fonts of the graph, read from the variables that VS Code gives a page. */
export interface Theme {
  scheme: Scheme;
  background: string;
  foreground: string;
  /** Around the selected box. */
  focus: string;
  /** Around boxes that a search found. */
  match: string;
  /** Around every box, in high contrast only. */
  border: string | undefined;
  /** CSS shorthand for the text in the boxes. */
  font: string;
  /** Colour of a box, prepared once for every family and shade. */
  colourOf(family: Family, shade: number): BoxColour;
}

/** Reads the theme that the page has now. */
export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const read = (name: string, fallback: string): string => style.getPropertyValue(name).trim() || fallback;
  const scheme = schemeOf([...document.body.classList]);
  const foreground = read('--vscode-editor-foreground', style.color);
  const colours = new Map(
    FAMILIES.map(({ family }) => [
      family,
      Array.from({ length: SHADES }, (_, shade) => boxColour(family, scheme, shade)),
    ]),
  );
  return {
    scheme,
    foreground,
    background: read('--vscode-editor-background', 'Canvas'),
    focus: read('--vscode-focusBorder', foreground),
    match: read('--vscode-editor-findMatchBorder', '') || foreground,
    border: scheme.startsWith('contrast') ? read('--vscode-contrastBorder', foreground) : undefined,
    font: `12px ${read('--vscode-font-family', 'system-ui, sans-serif')}`,
    colourOf: (family, shade) => colours.get(family)?.[shade] ?? boxColour(family, scheme, shade),
  };
}

/** Gives the page's own elements (legend, table) the colours of the boxes, as `--family-…` variables of the body. */
export function applyFamilyColours(theme: Theme): void {
  for (const { family } of FAMILIES) {
    document.body.style.setProperty(`--family-${family}`, theme.colourOf(family, 0).fill);
  }
}

/** Calls `onChange` whenever VS Code changes the page's theme. */
export function watchTheme(onChange: () => void): void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  // Colours customised in the settings change the variables on the root, but no class.
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}
