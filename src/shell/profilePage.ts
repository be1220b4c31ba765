/** Where a page's script and style are, and what the page may load. */
export interface PageSources {
  /** Fresh for each page: it names the one script that may run. */
  nonce: string;
  /** The origin of the extension's own files, as the webview tells it. */
  cspSource: string;
  scriptUri: string;
  styleUri: string;
}

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
export function profilePage(parts: PageParts, { nonce, cspSource, scriptUri, styleUri }: PageSources): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource}; font-src ${cspSource}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${parts.title}</title>
<link rel="stylesheet" href="${styleUri}">
</head>
<body>
<div id="loading" role="status">${parts.loading}</div>
<main id="failure" role="alert" hidden>
<h1 id="failureTitle"></h1>
<p id="failureMessage"></p>
${parts.failure}</main>
<div id="page" hidden>
${parts.body}
</div>
<div id="tooltip" role="tooltip" hidden></div>
<div id="spoken" class="spoken" aria-live="polite"></div>
<script nonce="${nonce}" src="${scriptUri}"></script>
</body>
</html>
`;
}

/** The box for a search, and the ways from match to match. */
export const SEARCH = `<div class="search" role="search">
<input id="search" type="text" placeholder="Search frames" aria-label="Search frames" title="Search frames (Ctrl+F or /)" spellcheck="false" autocomplete="off">
<button type="button" id="regex" class="inside" aria-pressed="false" aria-label="Use regular expression" title="Use regular expression">.*</button>
</div>
<button type="button" id="previousMatch" class="icon" aria-label="Previous match" title="Previous match (Shift+Enter)" disabled>‹</button>
<button type="button" id="nextMatch" class="icon" aria-label="Next match" title="Next match (Enter)" disabled>›</button>`;
