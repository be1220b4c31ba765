import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { LabWorkload } from '../claim.ts';
import { EvidenceError } from '../errors.ts';
import type { OriginAddress, OriginLap, OriginReply, OriginRequest } from './messages.ts';
import type { Recording } from './recording.ts';

/** A loopback origin in a process of its own. */
export interface Origin extends AsyncDisposable {
  readonly address: OriginAddress;
  /** What it did since the last lap. */
  lap(): Promise<OriginLap>;
}

/**
 * Starts an origin that serves a generated or a recorded stream; it ends with this process, however that goes.
 *
 * @param script `origin/main.ts`, or its bundle
 * @throws {EvidenceError} CLAIM_RUN
 */
export async function startOrigin(stream: LabWorkload | Recording, script: string): Promise<Origin> {
  const child = spawn(process.execPath, [script], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' },
  });
  const said = collect(child.stderr as Readable);
  const exited = once(child, 'exit').then(() => undefined);
  const ask = async (request: OriginRequest): Promise<OriginReply> => {
    if (!child.connected) throw ended(said());
    const replied = once(child, 'message') as Promise<[OriginReply]>;
    child.send(request);
    const reply = await Promise.race([replied.then(([first]) => first), exited]);
    if (reply === undefined) throw ended(said());
    if (reply.type === 'failed') throw failure(`The origin cannot serve the workload: ${reply.message}`);
    return reply;
  };
  const close = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await exited;
  };
  try {
    await spawned(child);
    const reply = await ask({ type: 'serve', stream });
    if (reply.type !== 'serving') throw failure('The origin gave another answer than its address.');
    return {
      address: reply.address,
      async lap() {
        const next = await ask({ type: 'lap' });
        if (next.type !== 'lap') throw failure('The origin gave another answer than its lap.');
        return next.lap;
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function spawned(child: ChildProcess): Promise<void> {
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw failure('The origin cannot be started.', cause);
  }
}

/** The last words on a stream. */
function collect(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => (text = (text + chunk).slice(-2000)));
  return () => text.trim();
}

function ended(said: string): EvidenceError {
  return failure(`The origin ended before its time${said === '' ? '' : `: ${said}`}`);
}

function failure(message: string, cause?: unknown): EvidenceError {
  return new EvidenceError('CLAIM_RUN', message, { hint: 'Run the test again: the runs so far are kept.', cause });
}
