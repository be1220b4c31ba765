// Runs the integration suites in the extension host of the prepared VS Code, against a lab of their own.
import { join } from 'node:path';
import { openChannel } from '../host/channel.ts';
import { isCounts, writeCounts } from '../host/counts.ts';
import { withEnding } from '../host/ending.ts';
import { root } from '../host/found.ts';
import { hostLog, runInHost } from '../host/runTests.ts';

process.exitCode = await withEnding(async (ending) => {
  const channel = await openChannel(console.log);
  ending.add(channel.close);
  const code = await runInHost({ tests: join(root, 'dist', 'integration.cjs'), env: channel.env });
  const counts = channel.result();
  if (!isCounts(counts)) throw new Error(`the suites told no counts; see ${hostLog}`);
  writeCounts(counts);
  return code;
});
