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
  },
});
const { extensionDevelopmentPath: extension, extensionTestsPath: tests } = values;
if (typeof extension !== 'string' || typeof tests !== 'string') {
  throw new Error('--extensionDevelopmentPath and --extensionTestsPath are needed');
}
const [folder] = positionals;

process.exitCode = await withEnding((ending) =>
  runInCodeServer(ending, { extension, tests, ...(folder === undefined ? {} : { folder }), log: console.log }),
);
