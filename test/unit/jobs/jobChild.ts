// A process of its own that runs a job: node jobChild.ts <store folder> <output> <heartbeatMs> <staleMs>.
// Prints the job's id, or `busy`, and then lives until it is killed, or told to `end`.
import { createInterface } from 'node:readline';
import { TargetBusyError } from '../../../src/jobs/errors.ts';
import { JobStore } from '../../../src/jobs/store.ts';
import { sampleFragment, sampleRequest } from './samples.ts';

const [folder = '', output = '', heartbeatMs, staleMs] = process.argv.slice(2);
const store = new JobStore(folder, { heartbeatMs: Number(heartbeatMs), staleMs: Number(staleMs) });
try {
  const job = await store.create(sampleRequest(output), 'child');
  job.addFragment(sampleFragment(0));
  await job.progress({ fragments: 41, fragmentsTotal: 100, bytes: 5, bytesPerSecond: 1 });
  console.log(job.id);
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'end') await job.end('complete');
    console.log('done');
  }
} catch (error) {
  if (!(error instanceof TargetBusyError)) throw error;
  console.log('busy');
}
