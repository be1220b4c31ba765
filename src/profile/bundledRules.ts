import type { Decision } from './categories.ts';
import type { Frame } from './model.ts';
import { firstMatch, type Rule } from './rules.ts';
import type { ScriptContext } from './scriptRules.ts';

/**
 * In a bundle dependencies have our own URL. These are the names that undici and hls-parser alone use; a name that any program
 * could use is not here, because a wrong category is worse than `user`. esbuild numbers names that collide (`Agent2`).
 */
const NAME_RULES: readonly Rule[] = [
  {
    category: 'buffer',
    match: /^(?:chunksConcat|consumeEnd|chunksDecode)\d*$/,
    example: 'chunksDecode file:///app/worker.cjs',
  },
  {
    category: 'http-parse',
    match:
      /^(?:wasm_on_\w+|lazyllhttp|trackHeader|pauseParser|on(?:MessageBegin|HeaderField|HeaderValue|HeadersComplete|MessageComplete|ParserTimeout))\d*$/,
    example: 'onHeadersComplete file:///app/worker.cjs',
  },
  {
    category: 'http',
    match:
      /^(?:onHttpSocket\w+|onHttp2\w+|(?:connect|write|resume)H[12]|writeBodyH2|_resume|resumeH[12]|processHeader|parseHeaders|parseRawHeaders|headerNameToString|bufferToLowerCasedHeaderName|parseKeepAliveTimeout|shouldSendContentLength|(?:set|clear|refresh|on)(?:Fast)?Tick|refreshTimeout|buildConnector|BodyReadable|FixedQueue|FixedCircularBuffer|DispatcherBase|PoolBase|RequestHandler|WrapHandler|UnwrapHandler|consume(?:Start|Push|Finish))\d*$/,
    example: 'writeH1 file:///app/worker.cjs',
  },
  {
    category: 'playlist-parse',
    match:
      /^(?:lexicalParse|semanticParse|lexLines|lintLines|readPlaylist|parse(?:MasterPlaylist|MediaPlaylist|Segment|AttributeList|TagParam|EXTINF|BYTERANGE|DateRange|PrefetchSegment|UserAttribute|AllowedCpc)|splitByCommaWithPreservingQuotes|checkLowLatencyCompatibility|MasterPlaylist|MediaPlaylist)\d*$/,
    example: 'lexicalParse file:///app/worker.cjs',
  },
  {
    category: 'dependency',
    match: /^"?(?:\.\.\/)*node_modules\//,
    example: 'node_modules/b/c.js file:///app/worker.cjs',
  },
];

/** How far up the callers of a function are asked whose it is. */
export const CALLERS_MAX = 32;

/** Functions that do all of a playlist's reading before they return, and call nobody back: what is below them is that reading. */
const PLAYLIST_ENTRY =
  /^(?:lexicalParse|semanticParse|lexLines|lintLines|readPlaylist|parseMediaPlaylist|parseMasterPlaylist)\d*$/;

/** Names of undici that others have too: they are its own where such names lead up to one of `CALLED_RULES`. */
const COMMON_NAME =
  /^(?:Client|Agent|Pool|Request|Dispatcher|resume|dispatch|connect|lookup|search|emitDrain|<computed>)\d*$/;

/** Names too common to judge alone, by what called them: `name < caller`. */
const CALLED_RULES: readonly Rule[] = [
  {
    category: 'http-parse',
    match:
      /^(?:execute|readMore|resume|finish|Parser|onBody|onStatus)\d* < (?:execute|readMore|Parser|onHttpSocket\w+|connectH1|resumeH1|wasm_on_\w+)\d*$/,
    example: 'onHttpSocketReadable file:///app/worker.cjs;readMore file:///app/worker.cjs',
  },
  {
    category: 'http',
    match:
      /^(?:Client|Agent|Pool|Request|Dispatcher|resume|write\w*|setTimeout|clearTimeout|dispatch|connect|lookup|search|emitDrain|<computed>)\d* < (?:_resume|resumeH[12]|(?:write|connect)H[12]|PoolBase\d*|DispatcherBase\d*|bufferToLowerCasedHeaderName|headerNameToString|parseHeaders)$/,
    example: 'PoolBase file:///app/worker.cjs;dispatch file:///app/worker.cjs',
  },
  // The parser tells undici's request first, which tells the handler that the program gave.
  {
    category: 'http',
    match: /^onResponse(?:Start|Data|End)\d* < (?:onHeadersComplete|onBody|onMessageComplete)\d*$/,
    example: 'onMessageComplete file:///app/worker.cjs;onResponseEnd file:///app/worker.cjs',
  },
];

/** Methods whose class makes them certain, where the profile names it. */
const METHOD_RULES: readonly Rule[] = [
  {
    category: 'http-parse',
    match: /^Parser\d*\.(?:on\w+|execute|readMore|resume|finish)$/,
    example: 'Parser.onBody file:///app/worker.cjs',
  },
  // Methods whose keys are symbols have no name: undici's inner ones.
  {
    category: 'http',
    match: /^(?:Client|Agent|Pool|DispatcherBase)\d*\.<computed>$/,
    example: 'Pool2.<computed> file:///app/worker.cjs',
  },
];

/** Every rule for functions of bundles, each of which decides its own example. */
export const BUNDLED_RULES: readonly Rule[] = [...NAME_RULES, ...METHOD_RULES, ...CALLED_RULES];

/** Decides a function of a bundle by its own name. */
export function decideBundled({ name }: Frame): Decision | undefined {
  return firstMatch(NAME_RULES, lastPart(name)) ?? firstMatch(METHOD_RULES, name);
}

/** Decides a function of a bundle, whose name does not tell, by those that called it. */
export function decideByCallers(frame: Frame, caller: ScriptContext | undefined): Decision | undefined {
  return decideCalled(frame, caller) ?? findPlaylistEntry(caller);
}

/** By the caller, or through callers whose names are as common and that lie in the same file. */
function decideCalled(frame: Frame, caller: ScriptContext | undefined): Decision | undefined {
  for (let at = frame, by = caller, steps = 0; by !== undefined && steps < CALLERS_MAX; steps++) {
    const found =
      firstMatch(CALLED_RULES, `${lastPart(at.name)} < ${lastPart(by.frame.name)}`) ??
      (at === frame ? undefined : firstMatch(METHOD_RULES, at.name));
    if (found !== undefined) return found;
    if (!COMMON_NAME.test(lastPart(at.name)) || by.frame.file !== at.file) return undefined;
    at = by.frame;
    by = by.caller;
  }
  return undefined;
}

function findPlaylistEntry(caller: ScriptContext | undefined): Decision | undefined {
  for (let at = caller, steps = 0; at !== undefined && steps < CALLERS_MAX; steps++, at = at.caller) {
    if (PLAYLIST_ENTRY.test(lastPart(at.frame.name)))
      return { category: 'playlist-parse', pattern: `${PLAYLIST_ENTRY.source} (below it)` };
  }
  return undefined;
}

/** `Socket.read` → `read`; a bundled module's name, which is a path in quotes, stays whole. */
function lastPart(name: string): string {
  return name.includes('/') ? name : name.slice(name.lastIndexOf('.') + 1).replace(/^(?:get|set) /, '');
}
