// A process that downloads as the extension does: the engine in its worker thread, the main thread free.
//   node workerHost.ts <file with a WorkerInput as JSON>
// Prints a HostReport as JSON. The main thread's delay is sampled every millisecond from the worker's start to its end.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import type { Receipt } from '../../src/engine/receipt.ts';
import type { WorkerInput, WorkerMessage } from '../../src/worker.ts';

/** What the process prints. */
export interface HostReport {
  receipt: Receipt;
  /** Event-loop delay of the main thread, in milliseconds, the sampling interval of 1 ms included. */
  loopDelay: { p50Ms: number; p99Ms: number; maxMs: number; samples: number };
}

const inputPath = process.argv[2];
if (inputPath === undefined) throw new Error('usage: workerHost <input.json>');
const input = JSON.parse(readFileSync(inputPath, 'utf8')) as WorkerInput;

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const worker = new Worker(join(import.meta.dirname, '../../dist/worker.cjs'), { workerData: input });
let last: WorkerMessage | undefined;
worker.on('message', (message: WorkerMessage) => (last = message));
await new Promise((resolve, reject) => worker.once('error', reject).once('exit', resolve));
delay.disable();

const { receipt } = readEnd(last);
const report: HostReport = {
  receipt,
  loopDelay: {
    p50Ms: delay.percentile(50) / 1e6,
    p99Ms: delay.percentile(99) / 1e6,
    maxMs: delay.max / 1e6,
    samples: delay.count,
  },
};
console.log(JSON.stringify(report));

/** Throws unless the download is whole and its profile, if one was asked for, is saved. */
function readEnd(message: WorkerMessage | undefined): Extract<WorkerMessage, { type: 'ended' }> {
  if (message?.type === 'failed') throw new Error(JSON.stringify(message.error));
  if (message?.type !== 'ended') throw new Error('the worker ended without a receipt');
  if (message.receipt.error) throw new Error(JSON.stringify(message.receipt.error));
  if (message.profileError !== undefined) throw new Error(JSON.stringify(message.profileError));
  return message;
}
