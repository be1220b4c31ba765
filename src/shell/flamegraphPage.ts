import { profilePage, searchBox, type PageParts, type PageSources, type Translate } from './profilePage.ts';

/** Markup of the flamegraph page. It holds no data: the profile comes by message. */
export function flamegraphPage(sources: PageSources): string {
  const partsOf = (t: Translate): PageParts => ({
    title: t('Flamegraph'),
    loading: t('Reading the profile…'),
    failure: `<button type="button" id="openAsText" class="primary">${t('Open as Text')}</button>\n`,
    body: `${head(t)}\n${graph(t)}\n${panels(t)}`,
  });
  return profilePage(partsOf, sources);
}

const head = (t: Translate): string => `<header>
<div class="head">
<p id="facts"></p>
<p class="gate" title="${t('Does an allocator or a syscall stand among the hot frames?')}"><span class="question">${t('Gate')}</span><span id="verdict"></span></p>
</div>
<div class="bar" role="toolbar" aria-label="${t('Views')}">
<div id="views" role="radiogroup" aria-label="${t('View')}"></div>
<label id="threadPicker" hidden>${t('Thread')} <select id="thread"></select></label>
<span class="gap"></span>
<button type="button" id="source" title="${t("Open the selected frame's source (Ctrl+click, Ctrl+Enter)")}" disabled>${t('Go to Source')}</button>
<span class="anchor"><button type="button" id="copy" title="${t('Copy the selected frame, its stack, or the table')}">${t('Copy')}</button></span>
<button type="button" id="picture" title="${t('Save what is shown as a PNG')}" disabled>${t('Save Picture')}</button>
</div>
<div class="bar" role="toolbar" aria-label="${t('What is shown')}">
${searchBox(t)}
<span class="gap"></span>
<label id="colourPicker">${t('Colour')} <select id="colour" title="${t('What the colours stand for')}"></select></label>
<button type="button" id="idle" aria-pressed="false" title="${t('Draw idle time too')}">${t('Idle')}</button>
<button type="button" id="orientation" aria-pressed="false" title="${t('Draw the outermost frames at the bottom')}">${t('Flip')}</button>
<button type="button" id="callTree" aria-pressed="false" title="${t('Show the call tree beside the graph (T)')}">${t('Call Tree')}</button>
<button type="button" id="reset" title="${t('Show everything (Home)')}" disabled>${t('Reset Zoom')}</button>
</div>
<div class="where">
<nav id="path" aria-label="${t('Callers of the zoomed frame')}"></nav>
<span id="chosen"></span>
<output id="found" for="search"></output>
</div>
</header>`;

const graph = (t: Translate): string => `<div id="panes"></div>
<div class="stage">
<div id="view"></div>
<div id="side"></div>
</div>
<p id="keys" class="spoken">${t('Arrow keys move to callers, callees and neighbours. Enter zooms, Escape goes back, Home shows everything, plus and minus zoom, Shift and arrow keys pan, Control and Enter opens the source. Keys 1 to 4 choose the view, T the call tree, slash the search.')}</p>
<p id="status"></p>
<div id="legend" role="group" aria-label="${t('Colours')}"></div>`;

const panels = (t: Translate): string => `<div class="panels">
<section class="panel hot">
<h2>${t('Hot frames')}</h2>
<table>
<thead><tr><th scope="col" class="rank"><abbr title="${t('Rank')}">#</abbr></th><th scope="col">${t('Frame')}</th><th scope="col">${t('Category')}</th><th scope="col" class="number">${t('Self')}</th><th scope="col" class="number">${t('Total')}</th></tr></thead>
<tbody id="hot"></tbody>
<tbody id="hotIdle" class="idle"></tbody>
</table>
</section>
<div class="side">
<section class="panel"><h2>${t('Gate')}</h2><div id="gate"></div></section>
<section class="panel" id="countersPanel" hidden><h2>${t('Counters')}</h2><dl id="counters"></dl></section>
<section class="panel" id="lostPanel" hidden><h2>${t('Not in this profile')}</h2><ul id="lost"></ul></section>
</div>
</div>`;
