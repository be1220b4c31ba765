#!/usr/bin/env node
// Takes the arguments that @vscode/test-electron gives a desktop VS Code and drives code-server with them, so that one
// runner serves both. Exits with the code of the tests.
import { parseArgs } from 'node:util';
import { runInCodeServer } from './driver.ts';
import { withEnding } from './ending.ts';

const { values, positionals } = parseArgs({
  // A desktop VS Code has many more arguments; those that mean nothing here are passed over.
  strict: false,
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: 'string' },
    extensionTestsPath: { type: 'string' },
    'user-data-dir': { type: 'string' },
  },
});
const { extensionDevelopmentPath: extension, extensionTestsPath: tests, 'user-data-dir': userData } = values;
const [folder] = positionals;
if (
  typeof extension !== 'string' ||
  typeof tests !== 'string' ||
  typeof userData !== 'string' ||
  folder === undefined
) {
  throw new Error('usage: launcher.ts <folder> --extensionDevelopmentPath= --extensionTestsPath= --user-data-dir=');
}

process.exitCode = await withEnding((ending) =>
  runInCodeServer(ending, { extension, tests, folder, userData, log: console.log }),
);
