import { FAMILIES, boxColour, schemeOf, type Scheme } from './palette.ts';

/** Colours and fonts of the page, read from the variables that VS Code gives it. */
export interface Theme {
  scheme: Scheme;
  background: string;
  foreground: string;
  /** For what is less important. */
  quiet: string;
  /** Lines between parts. */
  line: string;
  /** Around the selected box. */
  focus: string;
  /** Around boxes that a search found. */
  match: string;
  /** Around every box, in high contrast only. */
  border: string | undefined;
  /** CSS shorthand for the text in the boxes. */
  font: string;
}

/** Reads the theme that the page has now. */
export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const read = (name: string, fallback: string): string => style.getPropertyValue(name).trim() || fallback;
  const isForced = matchMedia('(forced-colors: active)').matches;
  const scheme = schemeOf([...document.body.classList]);
  // Where the system forces its colours, those of the theme would stand beside them.
  const foreground = isForced ? 'CanvasText' : read('--vscode-editor-foreground', style.color);
  const background = isForced ? 'Canvas' : read('--vscode-editor-background', 'Canvas');
  const focus = isForced ? 'Highlight' : read('--vscode-focusBorder', foreground);
  const isContrast = isForced || scheme.startsWith('contrast');
  return {
    scheme: isForced && !scheme.startsWith('contrast') ? contrastOf(scheme) : scheme,
    foreground,
    background,
    quiet: isForced ? 'CanvasText' : read('--vscode-descriptionForeground', foreground),
    line: isForced ? 'CanvasText' : read('--vscode-panel-border', read('--vscode-contrastBorder', foreground)),
    focus,
    match: isForced ? 'Highlight' : read('--vscode-editor-findMatchBorder', '') || foreground,
    border: isContrast ? (isForced ? 'CanvasText' : read('--vscode-contrastBorder', foreground)) : undefined,
    font: `12px ${read('--vscode-font-family', 'system-ui, sans-serif')}`,
  };
}

function contrastOf(scheme: Scheme): Scheme {
  return scheme === 'light' ? 'contrastLight' : 'contrastDark';
}

/** Gives the page's own elements (legend, table) the colours of the boxes, as `--family-…` variables of the body. */
export function applyFamilyColours({ scheme }: Theme): void {
  for (const { family } of FAMILIES) {
    document.body.style.setProperty(`--family-${family}`, boxColour(family, scheme, 0).fill);
  }
}

/** Calls `onChange` whenever VS Code or the system changes the page's theme. */
export function watchTheme(onChange: () => void): void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  // Colours customised in the settings change the variables on the root, but no class.
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  matchMedia('(forced-colors: active)').addEventListener('change', onChange);
}
