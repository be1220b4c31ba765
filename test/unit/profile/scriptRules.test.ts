import assert from 'node:assert/strict';
import { categoriseStack, type Category } from '../../../src/profile/categories.ts';
import type { Frame } from '../../../src/profile/model.ts';
import { script } from './trees.ts';

const BUNDLE = 'file:///x/dist/worker.cjs';
const binding = (name: string): Frame => ({ name });
const ours = (name: string): Frame => script(name, BUNDLE);
const wasm = (name: string): Frame => script(name, 'wasm://wasm/00034eea');

/** Stacks with the outermost frame first. */
const table: [what: string, stack: Frame[], category: Category][] = [
  ['idle', [binding('(idle)')], 'idle'],
  ['native code without JavaScript', [binding('(program)')], 'native'],
  ['the collector', [binding('(garbage collector)')], 'gc'],
  ['a function that is only called like the collector', [ours('(garbage collector)')], 'user'],
  ['a regular expression', [ours('parse'), binding('RegExp: ^#EXT')], 'regexp'],

  ['crypto', [script('update', 'node:internal/crypto/cipher')], 'crypto'],
  ['a binding under crypto', [script('update', 'node:internal/crypto/cipher'), binding('update')], 'crypto'],
  ['TLS', [script('onhandshakedone', 'node:_tls_wrap')], 'tls'],
  ['TLS, newer', [script('x', 'node:internal/tls/wrap')], 'tls'],
  ['Node’s HTTP', [script('emit', 'node:_http_client')], 'http'],
  ['Node’s HTTP parser', [script('parserOnBody', 'node:_http_common')], 'http-parse'],
  ['Node’s own undici', [script('dispatch', 'node:internal/deps/undici/undici')], 'http'],
  ['net', [script('Socket.read', 'node:net')], 'network'],
  ['stream_base_commons', [script('onStreamRead', 'node:internal/stream_base_commons')], 'network'],
  ['fs', [script('writeSync', 'node:fs')], 'file-io'],
  ['fs/promises', [script('write', 'node:internal/fs/promises')], 'file-io'],
  ['Buffer.concat', [script('concat', 'node:buffer')], 'buffer'],
  ['allocation of a buffer', [script('createUnsafeBuffer', 'node:internal/buffer')], 'buffer'],
  ['the joining of chunks in a stream', [script('fromList', 'node:internal/streams/readable')], 'buffer'],
  ['streams', [script('addChunk', 'node:internal/streams/readable')], 'streams'],
  ['zlib', [script('processCallback', 'node:zlib')], 'compression'],
  ['dns', [script('lookup', 'node:dns')], 'dns'],
  ['the rest of Node', [script('nextTick', 'node:internal/process/task_queues')], 'runtime'],
  ['a module whose name only begins like fs', [script('x', 'node:fsevents')], 'runtime'],

  ['undici', [script('dispatch', '/a/node_modules/undici/lib/dispatcher/client.js')], 'http'],
  ['undici’s parser', [script('onBody', '/a/node_modules/undici/lib/dispatcher/client-h1.js')], 'http-parse'],
  ['undici’s joining of a body', [script('chunksConcat', '/a/node_modules/undici/lib/api/readable.js')], 'buffer'],
  ['undici on Windows', [script('connect', 'file:///C:/a/node_modules/undici/lib/core/connect.js')], 'http'],
  ['hls-parser', [script('parse', '/a/node_modules/hls-parser/parse.js')], 'playlist-parse'],
  ['another dependency', [script('f', '/a/node_modules/b/c.js')], 'dependency'],
  ['our code', [ours('streaming')], 'user'],

  ['bundled: joining of a body', [ours('chunksConcat')], 'buffer'],
  ['bundled: parser callback', [ours('onHeadersComplete')], 'http-parse'],
  ['bundled: parser callback of a class', [ours('Parser.onBody')], 'http-parse'],
  ['bundled: a common name under the parser', [ours('readMore'), ours('execute')], 'http-parse'],
  ['bundled: the same name elsewhere', [ours('main'), ours('execute')], 'user'],
  ['bundled: a common name that undici’s pool calls', [ours('PoolBase'), ours('dispatch')], 'http'],
  [
    'bundled: common names that lead up to undici’s pool',
    [ours('PoolBase'), ours('dispatch'), ours('connect')],
    'http',
  ],
  ['bundled: the same names elsewhere', [ours('main'), ours('dispatch'), ours('connect')], 'user'],
  [
    'bundled: a common name of another file',
    [ours('PoolBase'), ours('dispatch'), script('connect', 'file:///x/dist/other.cjs')],
    'user',
  ],
  ['bundled: an inner method of undici', [ours('main'), ours('Agent2.<computed>')], 'http'],
  ['bundled: what an inner method calls', [ours('main'), ours('Pool.<computed>'), ours('connect')], 'http'],
  ['bundled: the request that the parser tells', [ours('onMessageComplete'), ours('onResponseEnd')], 'http'],
  [
    'bundled: the handler that the request tells',
    [ours('onMessageComplete'), ours('onResponseEnd'), ours('onResponseEnd')],
    'user',
  ],
  ['bundled: what reads a playlist', [ours('lexicalParse'), ours('unquote'), ours('trim')], 'playlist-parse'],
  ['bundled: the same function elsewhere', [ours('main'), ours('trim')], 'user'],
  ['bundled: a callback like the parser’s that ours calls', [ours('begin'), ours('onBody')], 'user'],
  ['bundled: client', [ours('writeH1')], 'http'],
  ['bundled: renamed by the bundler', [ours('BodyReadable2')], 'http'],
  ['bundled: loading of a module', [ours('node_modules/undici/lib/core/symbols.js')], 'http'],
  ['bundled: hls-parser', [ours('lexicalParse')], 'playlist-parse'],
  ['bundled: our handler that undici calls', [ours('onHttpSocketReadable'), ours('onResponseData')], 'user'],

  ['the parser’s machine code', [ours('execute'), binding('js-to-wasm'), wasm('wasm-function[20]')], 'http-parse'],
  ['the way into it', [ours('execute'), binding('js-to-wasm')], 'http-parse'],
  ['the way out of it', [ours('execute'), wasm('wasm-function[20]'), wasm('wasm-to-js')], 'http-parse'],
  [
    'a callback without a name',
    [ours('execute'), wasm('wasm-function[20]'), binding('wasm-to-js'), ours('(anonymous)')],
    'http-parse',
  ],
  ['other WebAssembly', [script('demux', '/a/node_modules/mux/i.js'), wasm('wasm-function[3]')], 'dependency'],
  ['WebAssembly that nobody called', [wasm('wasm-function[3]')], 'http-parse'],

  ['a write to a file', [ours('write'), script('writeSync', 'node:fs'), binding('writeBuffer')], 'file-io'],
  [
    'a write to a socket',
    [script('handleWriteReq', 'node:internal/stream_base_commons'), binding('writeBuffer')],
    'network',
  ],
  ['a close of a socket', [script('Socket._destroy', 'node:net'), binding('close')], 'network'],
  ['a close of a file', [script('closeSync', 'node:fs'), binding('close')], 'file-io'],
  ['reading stopped', [script('onStreamRead', 'node:internal/stream_base_commons'), binding('readStop')], 'network'],
  ['a write by name alone', [binding('writeBuffer')], 'file-io'],
  ['headers by name alone', [binding('writeLatin1String')], 'network'],
  ['a buffer of a socket', [script('x', 'node:net'), binding('createUnsafeArrayBuffer')], 'buffer'],
  ['a buffer of ours', [ours('collect'), binding('Uint8Array')], 'buffer'],
  ['concat of an array', [ours('collect'), binding('concat')], 'user'],
  ['concat of buffers', [script('concat', 'node:buffer'), binding('concat')], 'buffer'],
  ['fsync', [ours('finish'), binding('fsync')], 'file-io'],
  ['llhttp of Node', [script('socketOnData', 'node:_http_client'), binding('execute')], 'http-parse'],
  ['a binding of a timer', [script('ref', 'node:internal/timers'), binding('toggleTimerRef')], 'runtime'],
  ['a binding that nobody called', [binding('mystery')], 'unknown'],
  ['a script without a place', [script('f', 'evalmachine.<anonymous>')], 'unknown'],
  [
    'a file write seen in a helper',
    [
      script('ftruncateSync', 'node:fs'),
      script('wrappedFn', 'node:internal/errors'),
      script('v', 'node:internal/validators'),
    ],
    'file-io',
  ],
  ['a helper of nobody in particular', [ours('f'), script('v', 'node:internal/validators')], 'runtime'],
];

describe('categories of V8 stacks', () => {
  for (const [what, stack, category] of table) {
    it(`${what}: ${category}`, () => {
      const decision = categoriseStack(stack, 'v8');
      assert.equal(decision.category, category, decision.pattern);
      assert.ok(decision.pattern.length > 0);
    });
  }
});
