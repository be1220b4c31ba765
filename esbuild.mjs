// Bundles the extension, its worker, the command line and the webviews into dist/.
//   node esbuild.mjs [--watch] [--production]
import { writeFile } from 'node:fs/promises';
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

// Identifiers are kept: a profile of the engine must name its functions.
const node = {
  ...common,
  platform: 'node',
  target: 'node22',
  minifyWhitespace: isProduction,
  minifySyntax: isProduction,
};

// undici and hls-parser are CommonJS; inside an ES module their require() of Node's own modules needs this.
const requireBanner = {
  js: "import { createRequire as hotframeRequire } from 'node:module'; const require = hotframeRequire(import.meta.url);",
};

const bundles = {
  extension: {
    ...node,
    entryPoints: { extension: 'src/extension.ts' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['vscode'],
  },
  worker: { ...node, entryPoints: { worker: 'src/worker.ts' }, format: 'cjs', outExtension: { '.js': '.cjs' } },
  cli: {
    ...node,
    entryPoints: { cli: 'src/cli/main.ts' },
    format: 'esm',
    banner: { js: `#!/usr/bin/env node\n${requireBanner.js}` },
  },
  webview: {
    ...common,
    minify: isProduction,
    platform: 'browser',
    target: 'chrome140',
    format: 'iife',
    entryPoints: { flamegraph: 'src/webview/flamegraph.ts' },
    loader: { '.css': 'css' },
  },
  integration: {
    ...node,
    entryPoints: { integration: 'test/integration/index.ts' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['vscode', 'mocha'],
  },
};

if (isProduction) delete bundles.integration;

const contexts = await Promise.all(
  Object.entries(bundles).map(async ([name, options]) => [name, await esbuild.context(options)]),
);
for (const [name, context] of contexts) {
  const { metafile } = await context.rebuild();
  await writeFile(`dist/${name}.meta.json`, JSON.stringify(metafile));
  if (isWatching) await context.watch();
  else await context.dispose();
}
if (isWatching) console.log('watching for changes');
