// A process of its own that contends for a lock: node lockChild.ts <folder> <key> <heartbeatMs> <staleMs>.
// For each line on its input it tries once, and answers `held` or `busy`; the line `release` lets go.
import { createInterface } from 'node:readline';
import { LockedError, LockFolder, type Lock } from '../../../src/jobs/lock.ts';

const [folder = '', key = '', heartbeatMs, staleMs] = process.argv.slice(2);
const locks = new LockFolder(folder, { heartbeatMs: Number(heartbeatMs), staleMs: Number(staleMs) });
let lock: Lock | undefined;

console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'release') {
    await lock?.release();
    lock = undefined;
    console.log('released');
  } else {
    try {
      lock = await locks.acquire(key);
      lock.lost.addEventListener('abort', () => console.log('lost'));
      console.log('held');
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      console.log('busy');
    }
  }
}
