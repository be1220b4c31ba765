import type { ReceiptBook } from './receiptBook.ts';
import type { FragmentTools } from './fragment/fetchFragment.ts';
import type { OutputFile } from './output/outputFile.ts';
import type { StageTotals } from './transport/stageTimes.ts';
import type { Width, WorkQueue } from './transport/window.ts';

/** What a download is at, and what its fragments have waited for so far. Totals begin with the fetching. */
export interface Activity {
  /** Fragments whose turn has not come. */
  queued: number;
  /** Milliseconds of all requests for fragments in each stage, added up. */
  stageMs: StageTotals;
  /** Fragments that are whole and whose place in the file is not known yet. */
  unplaced: number;
  /** Bytes of bodies that came over the network. */
  receivedBytes: number;
  /** Bytes that the bodies on their way have yet to bring, as far as the origin says. */
  expectedBytes: number;
  /** Bytes that wait in memory for their place in the file. */
  heldBytes: number;
  /** Time in ciphers, and in calls that write to the files. */
  decryptMs: number;
  writeMs: number;
  /** Fragments wait, and more at once are not allowed: by who asked for the download, or by the origin. */
  isWidthBinding: boolean;
  /** Windows of HTTP/2 bound what bodies bring. */
  isFlowControlled: boolean;
  /** Nothing to fetch may mean that there is nothing yet. */
  isLive: boolean;
}

/** The parts of a download that know. */
export interface ActivitySources {
  tools: FragmentTools;
  queue: WorkQueue<unknown>;
  outputs: readonly OutputFile[];
  width: Width;
  book: ReceiptBook;
}

/** What the download is at now. */
export function readActivity({ tools, queue, outputs, width, book }: ActivitySources): Activity {
  const { traffic, http } = tools.client;
  const { receivedBytes, expectedBytes } = traffic;
  const stageMs = traffic.stages.totals();
  const isFlowControlled = http.flowControl.isBinding({ ms: performance.now(), receivedBytes, bodyMs: stageMs.body });
  return {
    queued: queue.waiting,
    stageMs,
    unplaced: book.unplaced,
    receivedBytes,
    expectedBytes,
    // One memory for all of them.
    heldBytes: outputs[0]?.memory.heldBytes ?? 0,
    decryptMs: tools.decryption.ms,
    writeMs: outputs.reduce((sum, { part }) => sum + part.writeMs, 0),
    isWidthBinding: queue.waiting > 0 && width.isBinding,
    isFlowControlled,
    isLive: book.isLive,
  };
}
