import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PackageManager, listFiles } from '@vscode/vsce';
import { root } from '../../host/found.ts';

describe('the package of the extension', () => {
  let files: string[] = [];
  before(async () => {
    files = await listFiles({ cwd: root, packageManager: PackageManager.None });
  });

  it('holds what runs', () => {
    const { main, browser } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      main: string;
      browser: string;
    };
    const needed = [
      main.replace('./', ''),
      browser.replace('./', ''),
      'dist/language.cjs',
      'dist/claims.cjs',
      'dist/muxWorker.cjs',
      'dist/origin.cjs',
      'dist/worker.cjs',
      'dist/cli.js',
      'dist/flamegraph.js',
      'dist/flamegraph.css',
      'dist/diff.js',
      'dist/diff.css',
    ];
    const missing = [
      ...needed,
      'package.json',
      'package.nls.json',
      'l10n/bundle.l10n.json',
      ...['de', 'ja'].flatMap((language) => [`package.nls.${language}.json`, `l10n/bundle.l10n.${language}.json`]),
      'media/claim.schema.json',
      'docs/claims.md',
    ].filter((file) => !files.includes(file));
    assert.deepEqual(missing, []);
  });

  it('loads less than 600 kB with the extension', () => {
    assert.ok(statSync(join(root, 'dist', 'extension.cjs')).size < 600_000);
  });

  it('holds nothing of the workshop', () => {
    const allowed =
      /^(package(\.nls.*)?\.json|(README|CHANGELOG)\.md|LICENSE|ThirdPartyNotices\.txt|(l10n|media)\/.+|docs\/\w+\.md|dist\/(extension|web|language|claims|worker|muxWorker|origin|cli|cli-\w+-\w+|flamegraph|diff)\.(cjs|js|css))$/;
    assert.deepEqual(
      files.filter((file) => !allowed.test(file)),
      [],
    );
  });
});
