// Records a broadcast of the lab with the engine, in a process of its own whose memory is measured. It is told what to do as JSON
// in its only argument, writes down what happens line by line, and asks its parent to restart the origin.
import { appendFileSync } from 'node:fs';
import { download } from '../../../../src/engine/download.ts';
import type { DownloadEvent } from '../../../../src/engine/events.ts';
import type { FragmentReceipt } from '../../../../src/engine/receipt.ts';
import type { EngineReceipt } from '../../../../src/engine/receiptBook.ts';
import { BroadcastClock, type Broadcasting } from './broadcastClock.ts';

/** What the process is told. */
export interface Recording extends Broadcasting {
  url: string;
  output: string;
  /** The file of the lines. */
  lines: string;
  /** When so many fragments have been broadcast, the origin is restarted. */
  restartAt: number;
}

/** Bytes of the process after everything was collected that nobody holds. */
export interface MemorySample {
  /** Fragments that had been broadcast. */
  at: number;
  rss: number;
  heapUsed: number;
  external: number;
}

/** What is written down. */
export type Line =
  | Exclude<DownloadEvent, { type: 'progress' }>
  | ({ type: 'memory' } & MemorySample)
  | { type: 'ended'; receipt: EngineReceipt };

const samples = 16;
const batchLength = 256;

class Lines {
  readonly #file: string;
  #waiting: string[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  write(line: Line): void {
    this.#waiting.push(`${JSON.stringify(line)}\n`);
    if (this.#waiting.length >= batchLength) this.flush();
  }

  flush(): void {
    appendFileSync(this.#file, this.#waiting.join(''));
    this.#waiting = [];
  }
}

function measure(at: number): MemorySample {
  // Twice: what the first round finalises, the second frees.
  for (let round = 0; round < 2; round++) globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { at, rss, heapUsed, external };
}

/** Which fragment of the broadcast it is. */
function placeOf({ url }: FragmentReceipt): number {
  return Number(/\/f(\d{6})\.ts/.exec(url)?.[1]);
}

async function record({ url, output, restartAt, ...recording }: Recording): Promise<void> {
  const lines = new Lines(recording.lines);
  let measured = 0;
  let isRestarted = false;
  const clock = new BroadcastClock(recording, (at) => {
    if (at >= restartAt && !isRestarted) {
      isRestarted = true;
      process.once('message', () => clock.comeBack());
      process.send?.(clock.goDown());
    }
    if (at < (recording.fragments * (measured + 1)) / samples) return;
    measured++;
    lines.write({ type: 'memory', ...measure(at) });
  });
  const onEvent = (event: DownloadEvent): void => {
    if (event.type === 'fragment') clock.ended(event.receipt.index, placeOf(event.receipt));
    if (event.type === 'outage' || event.type === 'recovered') clock.isBlind = event.type === 'outage';
    if (event.type !== 'progress') lines.write(event);
  };
  const { signal } = new AbortController();
  const request = { url, output, audio: 'none', from: 'start', deadAfterS: 600, sha256: true } as const;
  const receipt = await download(request, { signal, onEvent, clock });
  clock.close();
  lines.write({ type: 'ended', receipt });
  lines.flush();
  process.disconnect();
}

await record(JSON.parse(process.argv[2] ?? '') as Recording);
