import { profilePage, searchBox, type PageParts, type PageSources, type Translate } from './profilePage.ts';

/** Markup of the page of a difference. It holds no data: that comes by message. */
export function diffPage(sources: PageSources): string {
  const partsOf = (t: Translate): PageParts => ({
    title: t('Difference'),
    loading: t('Reading the profiles…'),
    failure: '',
    body: `${head(t)}\n${graph(t)}\n${panels(t)}`,
  });
  return profilePage(partsOf, sources);
}

const head = (t: Translate): string => `<header>
<div class="head">
<p id="facts"></p>
<p class="gate" title="${t('Does a suspect stand among the hot frames?')}"><span class="question">${t('Gate')}</span><span id="verdict"></span></p>
</div>
<div class="bar" role="toolbar" aria-label="${t('Difference')}">
<div id="views" role="radiogroup" aria-label="${t('What is compared')}">
<button type="button" id="share" role="radio" aria-checked="true" title="${t('Shares of what each profile was busy with')}">${t('Shares')}</button>
<button type="button" id="weight" role="radio" aria-checked="false" title="${t('Weights as they are, not normalised')}">${t('Absolute')}</button>
</div>
${searchBox(t)}
<span class="gap"></span>
<button type="button" id="orientation" aria-pressed="false" title="${t('Draw the outermost frames at the bottom')}">${t('Flip')}</button>
<button type="button" id="source" title="${t("Open the selected frame's source (Ctrl+click, Ctrl+Enter)")}" disabled>${t('Go to Source')}</button>
<button type="button" id="reset" class="primary" title="${t('Show the whole graph (Home)')}" disabled>${t('Reset Zoom')}</button>
</div>
<div class="where">
<nav id="path" aria-label="${t('Callers of the zoomed frame')}"></nav>
<output id="found" for="search"></output>
</div>
</header>`;

const graph = (t: Translate): string => `<div class="stage">
<div id="view"></div>
</div>
<p id="keys" class="spoken">${t('Arrow keys move to callers, callees and neighbours. Enter zooms, Escape goes back, Home shows everything, plus and minus zoom, Shift and arrow keys pan, Control and Enter opens the source, slash searches.')}</p>
<p id="status"></p>
<div id="legend" role="group" aria-label="${t('Colours')}"></div>`;

const panels = (t: Translate): string => `<div class="panels">
<section class="panel hot">
<h2>${t('What changed most')}</h2>
<table>
<thead><tr><th scope="col" class="rank"><abbr title="${t('Rank')}">#</abbr></th><th scope="col">${t('Frame')}</th><th scope="col">${t('Category')}</th><th scope="col" class="number">${t('Before')}</th><th scope="col" class="number">${t('After')}</th><th scope="col" class="number">${t('Change of self')}</th><th scope="col" class="number">${t('Change of total')}</th></tr></thead>
<tbody id="hot"></tbody>
</table>
</section>
<div class="side">
<section class="panel"><h2>${t('Categories')}</h2><table><thead><tr><th scope="col">${t('Category')}</th><th scope="col" class="number">${t('Before')}</th><th scope="col" class="number">${t('After')}</th><th scope="col" class="number">${t('Change')}</th></tr></thead><tbody id="categories"></tbody></table></section>
<section class="panel"><h2>${t('Gate')}</h2><div id="gate"></div></section>
<section class="panel" id="jobsPanel" hidden><h2>${t('Jobs')}</h2><table><thead><tr><th scope="col">${t('Figure')}</th><th scope="col" class="number">${t('Before')}</th><th scope="col" class="number">${t('After')}</th></tr></thead><tbody id="jobs"></tbody></table></section>
<section class="panel" id="lostPanel" hidden><h2>${t('Not in these profiles')}</h2><ul id="lost"></ul></section>
</div>
</div>`;
