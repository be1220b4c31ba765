// Runs the integration suites in the extension host of the prepared VS Code, against a lab of their own.
import { join } from 'node:path';
import { openChannel } from '../host/channel.ts';
import { areResults, writeResults } from '../host/results.ts';
import { withEnding } from '../host/ending.ts';
import { root } from '../host/found.ts';
import { startLab } from '../origin/lab.ts';
import { labVariable } from './lab.ts';
import { hostLog, runInHost } from '../host/runTests.ts';

process.exitCode = await withEnding(async (ending) => {
  const channel = await openChannel(console.log);
  ending.add(channel.close);
  const lab = await startLab();
  ending.add(() => lab.close());
  const { http, https, caPath } = lab;
  const env = { ...channel.env, [labVariable]: JSON.stringify({ http, https, caPath }) };
  const tests = join(root, 'dist', 'integration.cjs');
  const code = await runInHost(ending, { tests, folders: ['first', 'second'], env });
  const results = channel.result();
  if (!areResults(results)) throw new Error(`the suites told no results; see ${hostLog}`);
  writeResults(results);
  return code;
});
