import { t as english, type Texts } from '../webview/l10n.ts';

/** Puts an English text into the person's language, as `vscode.l10n.t` does. */
export type Translate = typeof english;

/** Where a page's script and style are, what the page may load, and what it is written in. */
export interface PageSources {
  /** Fresh for each page: it names the one script that may run. */
  nonce: string;
  /** The origin of the extension's own files, as the webview tells it. */
  cspSource: string;
  scriptUri: string;
  styleUri: string;
  /** English without it. */
  language?: PageLanguage;
}

/** What a page is written in. */
export interface PageLanguage {
  /** BCP 47. */
  tag: string;
  translate: Translate;
  /** For the texts that the page's script makes. */
  texts: Texts;
}

const ENGLISH: PageLanguage = { tag: 'en', translate: english, texts: {} };

/** What differs between the pages that show profiles. */
export interface PageParts {
  title: string;
  /** What stands there until the first message. */
  loading: string;
  /** Markup below the message where nothing can be shown, each line ended. */
  failure: string;
  /** Markup of the page itself. */
  body: string;
}

/** Markup of a page that shows profiles. It holds no data: that comes by message. */
export function profilePage(
  partsOf: (t: Translate) => PageParts,
  { nonce, cspSource, scriptUri, styleUri, language = ENGLISH }: PageSources,
): string {
  const parts = partsOf((text, ...values) => escapeMarkup(language.translate(text, ...values)));
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource}; font-src ${cspSource}`;
  return `<!DOCTYPE html>
<html lang="${language.tag}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${parts.title}</title>
<link rel="stylesheet" href="${styleUri}">
</head>
<body data-texts="${escapeMarkup(JSON.stringify(language.texts))}">
<main>
<div id="loading" role="status">${parts.loading}</div>
<div id="failure" role="alert" hidden>
<h1 id="failureTitle"></h1>
<p id="failureMessage"></p>
${parts.failure}</div>
<div id="page" hidden>
<h1 class="spoken">${parts.title}</h1>
${parts.body}
</div>
<div id="tooltip" role="tooltip" hidden></div>
<div id="spoken" class="spoken" aria-live="polite"></div>
</main>
<script nonce="${nonce}" src="${scriptUri}"></script>
</body>
</html>
`;
}

/** The box for a search, and the ways from match to match. */
export const searchBox = (t: Translate): string => `<div class="search" role="search">
<input id="search" type="text" placeholder="${t('Search frames')}" aria-label="${t('Search frames')}" title="${t('Search frames (Ctrl+F or /)')}" spellcheck="false" autocomplete="off">
<button type="button" id="regex" class="inside" aria-pressed="false" aria-label="${t('Use regular expression')}" title="${t('Use regular expression')}">.*</button>
</div>
<button type="button" id="previousMatch" class="icon" aria-label="${t('Previous match')}" title="${t('Previous match (Shift+Enter)')}" disabled>‹</button>
<button type="button" id="nextMatch" class="icon" aria-label="${t('Next match')}" title="${t('Next match (Enter)')}" disabled>›</button>`;

/** A text as markup shows it, in an attribute too. */
function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
