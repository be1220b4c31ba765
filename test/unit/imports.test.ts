import assert from 'node:assert/strict';
import * as esbuild from 'esbuild';

/** Whom each room may import, itself apart. `types` of anybody are erased by the bundler and not seen here. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  extension: ['shell', 'jobs'],
  web: [],
  shell: ['language', 'jobs', 'engine', 'profile', 'evidence', 'webview'],
  worker: ['engine', 'profile', 'recordedDownload'],
  recordedDownload: ['engine', 'profile', 'mux'],
  muxWorker: ['mux'],
  mux: [],
  cli: ['engine', 'profile', 'jobs', 'evidence', 'recordedDownload'],
  evidence: ['engine', 'profile', 'jobs'],
  jobs: [],
  language: ['engine'],
  engine: [],
  profile: [],
  webview: ['profile'],
};

const entryPoints = [
  'src/extension.ts',
  'src/web.ts',
  'src/worker.ts',
  'src/muxWorker.ts',
  'src/evidence/origin/main.ts',
  'src/cli/entry.ts',
  'src/webview/flamegraph.ts',
];

/** `src/engine/plan.ts` → `engine`, `src/worker.ts` → `worker`; `undefined` outside src. */
function roomOf(path: string): string | undefined {
  return /^src\/([^/.]+)/.exec(path)?.[1];
}

describe('imports', () => {
  let inputs: esbuild.Metafile['inputs'];
  before(async () => {
    const { metafile } = await esbuild.build({
      entryPoints,
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
      outdir: 'out',
      external: ['vscode'],
      logLevel: 'silent',
    });
    inputs = metafile.inputs;
  });

  /** What the extension loads with its activation. */
  function loadedAtOnce(): Set<string> {
    const loaded = new Set(['src/extension.ts']);
    for (const path of loaded) {
      for (const imported of inputs[path]?.imports ?? []) {
        if (imported.kind !== 'dynamic-import') loaded.add(imported.path);
      }
    }
    return loaded;
  }

  it('point one way', () => {
    const wrong: string[] = [];
    for (const [path, { imports }] of Object.entries(inputs)) {
      const room = roomOf(path);
      if (room === undefined) continue;
      for (const imported of imports) {
        const target = roomOf(imported.path);
        if (target === undefined || target === room) continue;
        if (!(allowed[room] ?? []).includes(target)) wrong.push(`${path} → ${imported.path}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  it("leave the playlists' language to a bundle of its own, loaded with the first playlist", () => {
    const loaded = loadedAtOnce();
    assert.ok(loaded.has('src/shell/language/loading.ts') && 'src/shell/language/providers.ts' in inputs);
    const early = [...loaded].filter((path) => /^src\/(?:language|engine\/playlist\/lint)\/|providers\.ts$/.test(path));
    assert.deepEqual(early, []);
  });

  it('let the extension of the web reach nothing but vscode: a browser has no Node', () => {
    assert.deepEqual(
      inputs['src/web.ts']?.imports.map(({ path }) => path),
      ['vscode'],
    );
  });

  it('leave claims to a bundle of their own, loaded when somebody needs them', () => {
    const early = [...loadedAtOnce()].filter((path) => /^src\/(?:evidence\/report|shell\/claims\/claims)/.test(path));
    assert.ok('src/shell/claims/claims.ts' in inputs && 'src/evidence/report/report.ts' in inputs);
    assert.deepEqual(early, []);
  });

  it('reach vscode from the shell, extension.ts and web.ts only, undici from the transport only', () => {
    const wrong: string[] = [];
    for (const [path, { imports }] of Object.entries(inputs)) {
      if (!path.startsWith('src/')) continue;
      for (const imported of imports) {
        const isShell = ['src/extension.ts', 'src/web.ts'].includes(path) || path.startsWith('src/shell/');
        const isTransport = path.startsWith('src/engine/transport/');
        if (imported.path === 'vscode' && !isShell) wrong.push(`${path} → vscode`);
        if (imported.path.includes('node_modules/undici/') && !isTransport) wrong.push(`${path} → undici`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  it('never load the main entry of undici', () => {
    assert.ok(inputs['node_modules/undici/lib/dispatcher/agent.js']);
    assert.equal(inputs['node_modules/undici/index.js'], undefined);
    assert.equal(inputs['node_modules/undici/lib/global.js'], undefined);
  });
});
