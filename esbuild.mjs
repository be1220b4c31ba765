// Bundles the extension, its worker, the command line and the webviews into dist/.
//   node esbuild.mjs [--watch] [--production]
import { createHash } from 'node:crypto';
import { glob, readFile, rm, writeFile } from 'node:fs/promises';
import * as esbuild from 'esbuild';

const isWatching = process.argv.includes('--watch');
const isProduction = process.argv.includes('--production');

/** Options common to every bundle. */
const common = {
  bundle: true,
  metafile: true,
  sourcemap: isProduction ? false : 'linked',
  sourcesContent: false,
  logLevel: 'warning',
  outdir: 'dist',
};

/**
 * Has undici load HTTP/2 with its first HTTP/2 connection: node:http2 and node:tls are a fifth of the start of a process
 * that needs neither.
 */
const lazyHttp2 = {
  name: 'lazy-http2',
  setup({ onLoad }) {
    onLoad({ filter: /undici[\\/]lib[\\/]dispatcher[\\/]client\.js$/ }, async ({ path }) => {
      const eager = "const connectH2 = require('./client-h2.js')";
      const text = await readFile(path, 'utf8');
      if (!text.includes(eager)) throw new Error(`${path} loads HTTP/2 in another way by now`);
      return { contents: text.replace(eager, "const connectH2 = (...args) => require('./client-h2.js')(...args)") };
    });
  },
};

/**
 * Leaves what the extension imports later in the bundle of that name beside it: esbuild splits no CommonJS, and an
 * extension has to be that.
 */
const ownBundles = {
  name: 'own-bundles',
  setup({ onResolve }) {
    for (const [filter, path] of [
      [/^\.\/providers\.ts$/, './language.cjs'],
      [/^\.\/claims\.ts$/, './claims.cjs'],
    ]) {
      onResolve({ filter }, ({ kind }) => (kind === 'dynamic-import' ? { path, external: true } : undefined));
    }
  },
};

// Identifiers are kept: a profile of the engine must name its functions.
const node = {
  ...common,
  platform: 'node',
  target: 'node22',
  minifyWhitespace: isProduction,
  minifySyntax: isProduction,
  plugins: [lazyHttp2],
  // Without undici's second, experimental parser, as in the undici that is part of Node.
  define: { esbuildDetection: 'true' },
};

/** The extension's own process. "vscode" can be required there, not imported. */
const host = { ...node, plugins: [lazyHttp2, ownBundles], supported: { 'dynamic-import': false } };

/**
 * What changes when the engine's code does, and with nothing else: evidence about the engine holds for this. Without comments
 * and layout, the same in every build.
 */
async function engineHash() {
  const { outputFiles } = await esbuild.build({
    ...node,
    entryPoints: ['src/recordedDownload.ts'],
    format: 'esm',
    minify: true,
    sourcemap: false,
    write: false,
  });
  return createHash('sha256').update(outputFiles[0].contents).digest('hex');
}

// undici and hls-parser are CommonJS; inside an ES module their require() of Node's own modules needs this.
const requireBanner = {
  js: "import { createRequire as hotframeRequire } from 'node:module'; const require = hotframeRequire(import.meta.url);",
};

const engineDefine = { ...node.define, ENGINE_HASH: JSON.stringify(await engineHash()) };

const bundles = {
  extension: {
    ...host,
    entryPoints: { extension: 'src/extension.ts' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['vscode'],
  },
  language: {
    ...node,
    entryPoints: { language: 'src/shell/language/providers.ts' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['vscode'],
  },
  web: {
    ...common,
    minify: isProduction,
    platform: 'browser',
    target: 'chrome140',
    format: 'cjs',
    entryPoints: { web: 'src/web.ts' },
    outExtension: { '.js': '.cjs' },
    external: ['vscode'],
  },
  claims: {
    ...node,
    entryPoints: { claims: 'src/shell/claims/claims.ts' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['vscode'],
    define: engineDefine,
  },
  worker: { ...node, entryPoints: { worker: 'src/worker.ts' }, format: 'cjs', outExtension: { '.js': '.cjs' } },
  muxWorker: {
    ...node,
    entryPoints: { muxWorker: 'src/muxWorker.ts' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
  },
  origin: {
    ...node,
    entryPoints: { origin: 'src/evidence/origin/main.ts' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
  },
  cli: {
    ...node,
    entryPoints: { cli: 'src/cli/entry.ts' },
    format: 'esm',
    // What a command does not need is not loaded.
    splitting: true,
    chunkNames: 'cli-[name]-[hash]',
    define: engineDefine,
    banner: { js: `#!/usr/bin/env node\n${requireBanner.js}` },
  },
  webview: {
    ...common,
    minify: isProduction,
    platform: 'browser',
    target: 'chrome140',
    format: 'iife',
    entryPoints: { flamegraph: 'src/webview/flamegraph.ts', diff: 'src/webview/diff.ts' },
    loader: { '.css': 'css' },
  },
  integration: {
    ...host,
    entryPoints: { integration: 'test/integration/index.ts' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['vscode', 'mocha'],
  },
};

if (isProduction) delete bundles.integration;

for await (const chunk of glob('dist/cli-*')) await rm(chunk);

const contexts = await Promise.all(
  Object.entries(bundles).map(async ([name, options]) => [name, await esbuild.context(options)]),
);

/** The licences of every package that has code in a bundle. */
async function notices(names) {
  const packages = new Set();
  for (const name of names) {
    const { inputs } = JSON.parse(await readFile(`dist/${name}.meta.json`, 'utf8'));
    for (const input of Object.keys(inputs)) {
      const found = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
      if (found) packages.add(found[1]);
    }
  }
  const texts = [...packages].sort().map(async (name) => {
    const { version, license } = JSON.parse(await readFile(`node_modules/${name}/package.json`, 'utf8'));
    const text = await readFile(`node_modules/${name}/LICENSE`, 'utf8');
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  const line = `\n${'-'.repeat(80)}\n\n`;
  return ['Hotframe holds code of these packages.\n', ...(await Promise.all(texts))].join(line);
}

for (const [name, context] of contexts) {
  const { metafile } = await context.rebuild();
  await writeFile(`dist/${name}.meta.json`, JSON.stringify(metafile));
  if (isWatching) await context.watch();
  else await context.dispose();
}
if (isProduction) await writeFile('ThirdPartyNotices.txt', await notices(Object.keys(bundles)));
if (isWatching) console.log('watching for changes');
