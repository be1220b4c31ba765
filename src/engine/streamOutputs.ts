import type { CheckedRequest } from './checkRequest.ts';
import { Interruption } from './errors.ts';
import { fetchFragment, type FragmentJob, type FragmentTools } from './fragment/fetchFragment.ts';
import { hasBytes } from './output/checksum.ts';
import type { KeptFragment } from './output/journal.ts';
import { openOutput, type OpenedOutput } from './output/openOutput.ts';
import type { OutputFile } from './output/outputFile.ts';
import { outputPaths } from './output/paths.ts';
import { ReorderMemory } from './output/reorderMemory.ts';
import type { Slot } from './output/slot.ts';
import type { FragmentReceipt } from './receipt.ts';
import type { ReceiptBook } from './receiptBook.ts';
import type { Source } from './source.ts';

/**
 * Opens one output per stream, with what an earlier try left of it. Rejects with a DiskError; then what was there stays
 * for another try.
 */
export async function openOutputs(request: CheckedRequest, source: Source, book: ReceiptBook): Promise<OpenedOutput[]> {
  const memory = new ReorderMemory(request.reorderMemoryBytes);
  const paths = outputPaths(request.output, source.streams);
  const opened: OpenedOutput[] = [];
  try {
    for (const [index, { id, plan, live }] of source.streams.entries()) {
      const path = paths[index] as string;
      const { resume } = request;
      const isLive = live !== undefined;
      const output = await openOutput({ path, stream: id, fragments: plan.fragments, memory, resume, isLive });
      opened.push(output);
      if (output.salvaged) book.tell({ type: 'salvaged', ...output.salvaged });
    }
  } catch (error) {
    for (const { output } of opened) output.keep();
    throw error;
  }
  return opened;
}

/**
 * Takes what an earlier try left into the books. Where its addresses have changed since, one of its fragments is
 * fetched again: if that is another one now, so is the stream, and nothing of what is there is used. Rejects as
 * `fetchFragment`.
 */
export async function confirmResumed(
  opened: readonly OpenedOutput[],
  jobs: readonly FragmentJob[],
  tools: FragmentTools,
  book: ReceiptBook,
): Promise<{ job: FragmentJob; receipt: FragmentReceipt }[]> {
  const confirmed: { job: FragmentJob; receipt: FragmentReceipt }[] = [];
  let isChanged = opened.some((each) => each.isChanged);
  for (const { output, doubtful } of opened) {
    const job = doubtful && jobs.find(({ slot }) => slot === output.slotAt(doubtful.index));
    if (!job) continue;
    const receipt = await fetchFragment(job, tools);
    if (isSame(output, job.slot, doubtful)) {
      confirmed.push({ job, receipt });
    } else {
      isChanged = true;
      output.startOver();
    }
  }
  book.resumed(jobs, isChanged);
  return confirmed;
}

/** Whether what was fetched again is what the journal tells of, by the checksum that it tells. */
function isSame({ part }: OutputFile, { start, initBytes, initChecksum, bytes }: Slot, kept: KeptFragment): boolean {
  if (start === undefined || bytes - initBytes !== kept.bytes) return false;
  return hasBytes(part, { ...kept, start, initBytes, initChecksum });
}

/** Ends an output that is not whole: what is there stays for another try, unless a person has cancelled. */
export function leaveOutput(output: OutputFile, cancelling: AbortSignal): { fragments: number; bytes: number } {
  if (!cancelling.aborted || cancelling.reason instanceof Interruption) return output.keep();
  output.discard();
  return { fragments: 0, bytes: 0 };
}
