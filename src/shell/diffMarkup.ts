import { profilePage, SEARCH, type PageSources } from './profilePage.ts';

/** Markup of the page of a difference. It holds no data: that comes by message. */
export function diffPage(sources: PageSources): string {
  const parts = {
    title: 'Difference',
    loading: 'Reading the profiles…',
    failure: '',
    body: `${HEAD}\n${GRAPH}\n${PANELS}`,
  };
  return profilePage(parts, sources);
}

const HEAD = `<header>
<div class="head">
<p id="facts"></p>
<p class="gate" title="Does a suspect stand among the hot frames?"><span class="question">Gate</span><span id="verdict"></span></p>
</div>
<div class="bar" role="toolbar" aria-label="Difference">
<div id="views" role="radiogroup" aria-label="What is compared">
<button type="button" id="share" role="radio" aria-checked="true" title="Shares of what each profile was busy with">Shares</button>
<button type="button" id="weight" role="radio" aria-checked="false" title="Weights as they are, not normalised">Absolute</button>
</div>
${SEARCH}
<span class="gap"></span>
<button type="button" id="orientation" aria-pressed="false" title="Draw the outermost frames at the bottom">Flip</button>
<button type="button" id="source" title="Open the selected frame's source (Ctrl+click, Ctrl+Enter)" disabled>Go to Source</button>
<button type="button" id="reset" class="primary" title="Show the whole graph (Home)" disabled>Reset Zoom</button>
</div>
<div class="where">
<nav id="path" aria-label="Callers of the zoomed frame"></nav>
<output id="found" for="search"></output>
</div>
</header>`;

const GRAPH = `<div class="stage">
<div id="view"></div>
</div>
<p id="keys" class="spoken">Arrow keys move to callers, callees and neighbours. Enter zooms, Escape goes back, Home shows everything, plus and minus zoom, Shift and arrow keys pan, Control and Enter opens the source, slash searches.</p>
<p id="status"></p>
<div id="legend" role="group" aria-label="Colours"></div>`;

const PANELS = `<div class="panels">
<section class="panel hot">
<h2>What changed most</h2>
<table>
<thead><tr><th scope="col" class="rank"><abbr title="Rank">#</abbr></th><th scope="col">Frame</th><th scope="col">Category</th><th scope="col" class="number">Before</th><th scope="col" class="number">After</th><th scope="col" class="number">Change of self</th><th scope="col" class="number">Change of total</th></tr></thead>
<tbody id="hot"></tbody>
</table>
</section>
<div class="side">
<section class="panel"><h2>Categories</h2><table><thead><tr><th scope="col">Category</th><th scope="col" class="number">Before</th><th scope="col" class="number">After</th><th scope="col" class="number">Change</th></tr></thead><tbody id="categories"></tbody></table></section>
<section class="panel"><h2>Gate</h2><div id="gate"></div></section>
<section class="panel" id="jobsPanel" hidden><h2>Jobs</h2><table><thead><tr><th scope="col">Figure</th><th scope="col" class="number">Before</th><th scope="col" class="number">After</th></tr></thead><tbody id="jobs"></tbody></table></section>
<section class="panel" id="lostPanel" hidden><h2>Not in these profiles</h2><ul id="lost"></ul></section>
</div>
</div>`;
