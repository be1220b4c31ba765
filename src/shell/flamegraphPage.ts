import { profilePage, SEARCH, type PageSources } from './profilePage.ts';

/** Markup of the flamegraph page. It holds no data: the profile comes by message. */
export function flamegraphPage(sources: PageSources): string {
  const parts = {
    title: 'Flamegraph',
    loading: 'Reading the profile…',
    failure: '<button type="button" id="openAsText" class="primary">Open as Text</button>\n',
    body: `${HEAD}\n${GRAPH}\n${PANELS}`,
  };
  return profilePage(parts, sources);
}

const HEAD = `<header>
<div class="head">
<p id="facts"></p>
<p class="gate" title="Does an allocator or a syscall stand among the hot frames?"><span class="question">Gate</span><span id="verdict"></span></p>
</div>
<div class="bar" role="toolbar" aria-label="Views">
<div id="views" role="radiogroup" aria-label="View"></div>
<label id="threadPicker" hidden>Thread <select id="thread"></select></label>
<span class="gap"></span>
<button type="button" id="source" title="Open the selected frame's source (Ctrl+click, Ctrl+Enter)" disabled>Go to Source</button>
<span class="anchor"><button type="button" id="copy" title="Copy the selected frame, its stack, or the table">Copy</button></span>
<button type="button" id="picture" title="Save what is shown as a PNG" disabled>Save Picture</button>
</div>
<div class="bar" role="toolbar" aria-label="What is shown">
${SEARCH}
<span class="gap"></span>
<label id="colourPicker">Colour <select id="colour" title="What the colours stand for"></select></label>
<button type="button" id="idle" aria-pressed="false" title="Draw idle time too">Idle</button>
<button type="button" id="orientation" aria-pressed="false" title="Draw the outermost frames at the bottom">Flip</button>
<button type="button" id="callTree" aria-pressed="false" title="Show the call tree beside the graph (T)">Call Tree</button>
<button type="button" id="reset" title="Show everything (Home)" disabled>Reset Zoom</button>
</div>
<div class="where">
<nav id="path" aria-label="Callers of the zoomed frame"></nav>
<span id="chosen"></span>
<output id="found" for="search"></output>
</div>
</header>`;

const GRAPH = `<div id="panes"></div>
<div class="stage">
<div id="view"></div>
<div id="side"></div>
</div>
<p id="keys" class="spoken">Arrow keys move to callers, callees and neighbours. Enter zooms, Escape goes back, Home shows everything, plus and minus zoom, Shift and arrow keys pan, Control and Enter opens the source. Keys 1 to 4 choose the view, T the call tree, slash the search.</p>
<p id="status"></p>
<div id="legend" role="group" aria-label="Colours"></div>`;

const PANELS = `<div class="panels">
<section class="panel hot">
<h2>Hot frames</h2>
<table>
<thead><tr><th scope="col" class="rank"><abbr title="Rank">#</abbr></th><th scope="col">Frame</th><th scope="col">Category</th><th scope="col" class="number">Self</th><th scope="col" class="number">Total</th></tr></thead>
<tbody id="hot"></tbody>
<tbody id="hotIdle" class="idle"></tbody>
</table>
</section>
<div class="side">
<section class="panel"><h2>Gate</h2><div id="gate"></div></section>
<section class="panel" id="countersPanel" hidden><h2>Counters</h2><dl id="counters"></dl></section>
<section class="panel" id="lostPanel" hidden><h2>Not in this profile</h2><ul id="lost"></ul></section>
</div>
</div>`;
