import { rm } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { MuxWorkerInput, MuxWorkerMessage } from '../muxWorker.ts';
import { fromReport, MuxError } from './errors.ts';
import { muxWithFfmpeg } from './ffmpeg/run.ts';
import type { MuxOptions, MuxRequest, MuxResult } from './request.ts';

const NURSERY_MB = 4;

/**
 * Copies the packets of the inputs into one file, in a thread or a process of its own, which is gone when this settles.
 * Unless all went well, nothing is left under the output's name.
 * @param script the bundled `muxWorker.cjs`, or its source.
 * @throws MuxError; the reason of `signal` when that aborts.
 */
export async function mux(request: MuxRequest, script: string | URL, options: MuxOptions = {}): Promise<MuxResult> {
  const { signal } = options;
  signal?.throwIfAborted();
  try {
    const result = await (request.muxer === 'ffmpeg'
      ? muxWithFfmpeg(request, options)
      : muxInThread(request, script, options));
    signal?.throwIfAborted();
    return result;
  } catch (error) {
    await rm(request.output, { force: true });
    signal?.throwIfAborted();
    throw error;
  }
}

/** Resolves and rejects once the thread is gone, so nothing writes any more. */
async function muxInThread(
  request: MuxRequest,
  script: string | URL,
  { signal, onProgress }: MuxOptions,
): Promise<MuxResult> {
  const input: MuxWorkerInput = request;
  const worker = new Worker(script, {
    workerData: input,
    name: 'hotframe-mux',
    // Flags of the host (--inspect, loaders) are not meant for it.
    execArgv: [],
    // Packets are short-lived: a small nursery is emptied often, and their memory is given back soon.
    resourceLimits: { maxYoungGenerationSizeMb: NURSERY_MB },
  });
  // The thread reads and writes synchronously: only its end stops it at once.
  const cancel = (): void => {
    void worker.terminate().catch(() => undefined);
  };
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await outcomeOf(worker, onProgress);
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

function outcomeOf(worker: Worker, onProgress: MuxOptions['onProgress']): Promise<MuxResult> {
  return new Promise((resolve, reject) => {
    let result: MuxResult | undefined;
    let failure: Error | undefined;
    worker.on('message', (message: MuxWorkerMessage) => {
      switch (message.type) {
        case 'progress':
          onProgress?.(message.share);
          return;
        case 'done':
          result = message.result;
          return;
        case 'failed':
          failure = fromReport(message.error);
          return;
      }
    });
    worker.on('error', (error) => {
      failure ??= crash(error);
    });
    worker.on('exit', () => {
      if (failure !== undefined) reject(failure);
      else if (result !== undefined) resolve(result);
      else reject(crash());
    });
  });
}

function crash(cause?: unknown): MuxError {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new MuxError('MUX_INTERNAL', `The muxing thread ended without a word${why}.`, {
    hint: 'Please report it with the log; a name that ends in .ts keeps the stream as it came.',
    cause,
  });
}
