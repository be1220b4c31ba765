import { BUNDLED_RULES, decideBundled, decideByCallers } from './bundledRules.ts';
import type { Category, Decision } from './categories.ts';
import type { Frame } from './model.ts';
import { firstMatch, type Rule } from './rules.ts';

/** A frame of a V8 stack and what stands above it. */
export interface ScriptContext {
  frame: Frame;
  caller?: ScriptContext;
  /** Nearest caller with a script of its own. */
  script?: ScriptContext;
  /** Nearest caller with a script that is no helper of Node. */
  owner?: ScriptContext;
}

/** Frames that V8's profiler makes up. */
const META: Readonly<Record<string, Decision>> = {
  '(idle)': { category: 'idle', pattern: '(idle)' },
  '(program)': { category: 'native', pattern: '(program): native code without JavaScript above it' },
  '(garbage collector)': { category: 'gc', pattern: '(garbage collector)' },
  '(root)': { category: 'unknown', pattern: '(root)' },
};

/** Rules over URL and name together (`url name`), so that one function of a script can be told from the rest. */
const SCRIPT_RULES: readonly Rule[] = [
  { category: 'crypto', match: /^node:(?:internal\/)?crypto\b/, example: 'update node:internal/crypto/cipher' },
  { category: 'tls', match: /^node:(?:_tls_|tls\b|internal\/tls\b)/, example: 'onhandshakedone node:_tls_wrap' },
  { category: 'http-parse', match: /^node:_http_common parser/, example: 'parserOnBody node:_http_common' },
  // Whole bodies are joined here; in a bundle the names alone tell.
  {
    category: 'buffer',
    match: /\bundici\/\S* (?:chunksConcat|consumeEnd|chunksDecode)$/,
    example: 'consumeEnd /a/node_modules/undici/lib/api/readable.js',
  },
  {
    category: 'http-parse',
    match: /\bundici\/lib\/(?:dispatcher\/parser-h1|llhttp)\b/,
    example: 'lazyllhttp /a/node_modules/undici/lib/llhttp/x.js',
  },
  {
    category: 'http-parse',
    match:
      /\bundici\b\S* (?:Parser|execute|readMore|trackHeader|on(?:MessageBegin|Status|HeaderField|HeaderValue|HeadersComplete|Body|MessageComplete))$/,
    example: 'onStatus /a/node_modules/undici/lib/dispatcher/client-h1.js',
  },
  {
    category: 'http',
    match: /^node:(?:_http_|https?\b|http2\b|internal\/http|internal\/deps\/undici)|\/undici\//,
    example: 'emit node:_http_client',
  },
  {
    category: 'network',
    match: /^node:(?:net\b|dgram\b|internal\/(?:net|dgram|stream_base_commons|js_stream_socket)\b)/,
    example: 'onStreamRead node:internal/stream_base_commons',
  },
  { category: 'dns', match: /^node:(?:internal\/)?dns\b/, example: 'lookup node:dns' },
  { category: 'file-io', match: /^node:(?:internal\/)?fs\b/, example: 'writeSync node:fs' },
  { category: 'buffer', match: /^node:(?:internal\/)?buffer\b/, example: 'concat node:buffer' },
  // A read of several chunks joins them into a new buffer in this function.
  {
    category: 'buffer',
    match: /^node:internal\/streams\/\S* (?:fromList|concat)$/,
    example: 'fromList node:internal/streams/readable',
  },
  {
    category: 'streams',
    match: /^node:(?:stream\b|internal\/(?:streams|webstreams)\b)/,
    example: 'addChunk node:internal/streams/readable',
  },
  { category: 'compression', match: /^node:(?:internal\/)?zlib\b/, example: 'processCallback node:zlib' },
  { category: 'runtime', match: /^node:/, example: 'emit node:events' },
  {
    category: 'playlist-parse',
    match: /\/hls-parser\/|\/engine\/playlist\//,
    example: 'parse /a/node_modules/hls-parser/parse.js',
  },
  { category: 'dependency', match: /\/node_modules\//, example: 'f /a/node_modules/b/c.js' },
];

/** Where a script of the program itself comes from. */
const PROGRAM_RULES: readonly Rule[] = [
  {
    category: 'user',
    match:
      /^(?:(?:file|https?|webpack|webpack-internal|vscode-[\w-]+|app|capacitor|chrome-extension|moz-extension|blob|data|electron|bun|deno):|[A-Za-z]:\/|\/|\.{1,2}\/|\w[\w./-]*\.[cm]?[jt]sx?\b)/,
    example: 'download file:///app/worker.cjs',
  },
];

/** Bindings of Node (functions in C++, without a script) whose name alone tells what they do. */
const BINDING_RULES: readonly Rule[] = [
  {
    category: 'network',
    match:
      /^(?:readStart|readStop|useUserBuffer|writev|write(?:Latin1|Utf8|Ascii|Ucs2)String|onread|connect6?|bind6?|listen|shutdown|setNoDelay|setKeepAlive|getpeername|getsockname|setSimultaneousAccepts)$/,
    example: 'writev',
  },
  {
    category: 'tls',
    match: /^(?:TLSWrap|enableTrace|setSession|getALPNNegotiatedProtocol|verifyError|SecureContext|setVerifyMode)$/,
    example: 'TLSWrap',
  },
  {
    category: 'file-io',
    match:
      /^(?:write(?:Buffers?|String|FileUtf8)|readBuffers|openFileHandle|FileHandle|fsync|fdatasync|ftruncate|fstat|lstat|internalModuleStat|statfs|mkdtemp|mkdir|rmdir|rmSync|readdir|rename|unlink|copyFile|cpSyncCopyDir|futimes|utimes|fchmod|readFileUtf8|open|close|read|write|stat|access)$/,
    example: 'writeBuffer',
  },
  {
    category: 'buffer',
    match:
      /^(?:createUnsafeArrayBuffer|createUnsafeBuffer|allocateUninitialized\w*|_?copyActual|copyArrayBuffer|bufferFill|byteLengthUtf8|compareOffset|indexOf(?:Buffer|Number|String)|(?:ascii|base64|base64url|hex|latin1|ucs2|utf8)(?:Slice|Write(?:Static)?)|swap(?:16|32|64)|setBufferPrototype|(?:Shared)?ArrayBuffer|(?:Uint|Int|Float|BigInt|BigUint)\d+(?:Clamped)?Array|DataView)$/,
    example: '_copyActual',
  },
  { category: 'dns', match: /^(?:getaddrinfo|getnameinfo|GetAddrInfoReqWrap|query\w+)$/, example: 'getaddrinfo' },
  {
    category: 'crypto',
    match:
      /^(?:(?:AES|Hash|Hmac|Sign|RSA|HKDF|PBKDF2|Scrypt|RandomBytes|SecretKey\w+)\w*Job|CipherBase|Hmac|oneShotDigest|getCachedAliases|timingSafeEqual)$/,
    example: 'CipherBase',
  },
  { category: 'http-parse', match: /^(?:HTTPParser|wasm-function\[\d+\].*llhttp)$/, example: 'HTTPParser' },
  { category: 'compression', match: /^(?:crc32|Zlib|Brotli\w+|Zstd\w+)$/, example: 'crc32' },
];

/** Methods of undici's parser that call its WebAssembly. */
const PARSER_METHOD = /^(?:execute|readMore|resume|finish|Parser)\d*$/;

/** Methods of Node's own parser in C++, where its HTTP modules call them. */
const LLHTTP_METHOD = /^(?:execute|finish|consume|HTTPParser)$/;

/** Every rule for scripts and bindings, each of which decides its own example. */
export const V8_RULES: readonly Rule[] = [...SCRIPT_RULES, ...BUNDLED_RULES, ...PROGRAM_RULES, ...BINDING_RULES];

/** What a binding that could be several things is under a caller of that category. */
const CALLER_WINS: ReadonlySet<Category> = new Set([
  'network',
  'tls',
  'file-io',
  'crypto',
  'compression',
  'dns',
  'http',
  'http-parse',
  'buffer',
]);

/**
 * Modules that Node's other modules call for small things. Optimised code charges native calls of the caller to them: all of the time of an
 * `ftruncateSync` was seen in `validateInteger`.
 */
const HELPER =
  /^node:internal\/(?:validators|errors|util|async_hooks|assert|options|url|linkedlist|fixed_queue|priority_queue)\b/;

/** Is the frame a helper of Node's own modules, whose time belongs to the module that called it? */
export function isHelper(frame: Frame): boolean {
  return frame.file !== undefined && HELPER.test(frame.file);
}

/** Has the frame a script of its own? WebAssembly has a URL and is none: who called it tells what it does. */
export function isScript(frame: Frame): boolean {
  return frame.file !== undefined && frame.file !== '' && !isWasm(frame);
}

/**
 * Classifies the self weight of a V8 frame: meta frames, regular expressions, WebAssembly and bindings by name and nearest caller
 * with a script, then scripts by URL and name.
 */
export function decideScript(context: ScriptContext): Decision {
  const { frame } = context;
  const meta = frame.file === undefined ? META[frame.name] : undefined;
  if (meta !== undefined) return meta;
  if (frame.name.startsWith('RegExp: ')) return { category: 'regexp', pattern: 'RegExp: …' };
  if (isWasm(frame)) return decideWasm(context);
  return isScript(frame) ? decideByUrl(context) : decideBinding(context);
}

function decideByUrl({ frame, caller, owner }: ScriptContext): Decision {
  if (owner?.frame.file?.startsWith('node:') === true && isHelper(frame)) {
    const owned = decideByUrl(owner);
    if (CALLER_WINS.has(owned.category)) return { category: owned.category, pattern: `${owned.pattern} (its helper)` };
  }
  const text = `${(frame.file ?? '').replaceAll('\\', '/').replaceAll(' ', '%20')} ${frame.name}`;
  const known = firstMatch(SCRIPT_RULES, text) ?? decideBundled(frame);
  if (known !== undefined) return known;
  // Its callbacks are arrow functions, which lose their names in a bundle.
  if (caller !== undefined && isWasm(caller.frame)) return { category: 'http-parse', pattern: 'called by WebAssembly' };
  const called = decideByCallers(frame, caller);
  if (called !== undefined) return called;
  return firstMatch(PROGRAM_RULES, text) ?? { category: 'unknown', pattern: 'a script from nowhere known' };
}

function decideBinding({ frame, script }: ScriptContext): Decision {
  const byName = firstMatch(BINDING_RULES, frame.name);
  if (script === undefined) return byName ?? { category: 'unknown', pattern: 'a binding that no script called' };
  const byCaller = decideByUrl(script);
  const caller = `under ${script.frame.file ?? ''}`;
  const isNodeCaller = script.frame.file?.startsWith('node:') === true;
  // `concat` or `fill` may be an array's: it is buffer work only where buffers are at work.
  if (byCaller.category === 'buffer') return { category: 'buffer', pattern: `${frame.name} ${caller}` };
  if (byCaller.category === 'http' && LLHTTP_METHOD.test(frame.name)) {
    return { category: 'http-parse', pattern: `${LLHTTP_METHOD.source} ${caller}` };
  }
  if (byName === undefined) return { category: byCaller.category, pattern: `${byCaller.pattern} (binding ${caller})` };
  // `writeBuffer` and `close` exist for files and for sockets: the module of Node that called it knows which.
  if (isNodeCaller && CALLER_WINS.has(byCaller.category) && byName.category !== 'buffer') {
    return { category: byCaller.category, pattern: `${byCaller.pattern} (binding ${caller})` };
  }
  return byName;
}

function decideWasm({ script }: ScriptContext): Decision {
  // undici's llhttp is the only WebAssembly that a download runs.
  if (script === undefined) return { category: 'http-parse', pattern: 'wasm://' };
  const { category, pattern } = decideByUrl(script);
  const isParser = PARSER_METHOD.test(script.frame.name) || category === 'http' || category === 'http-parse';
  return {
    category: isParser ? 'http-parse' : category,
    pattern: `WebAssembly under ${isParser ? script.frame.name : pattern}`,
  };
}

function isWasm(frame: Frame): boolean {
  return frame.file?.startsWith('wasm://') === true || /^(?:js-to-wasm|wasm-to-js|wasm-function)\b/.test(frame.name);
}
