import { TransferError } from '../errors.ts';
import type { FragmentReceipt } from '../receipt.ts';
import { fetchFragment, passOver, unfetchedReceipt, type FragmentJob, type FragmentTools } from './fetchFragment.ts';
import { fetchByParts, isParted } from './fetchParts.ts';

/**
 * Brings one fragment into the file, whole or by its parts, or passes over it where that is allowed: then `missing` takes the
 * first reason. Rejects with an EngineError, or the signal's reason.
 */
export async function bringFragment(
  job: FragmentJob,
  tools: FragmentTools,
  missing: TransferError[] | undefined,
): Promise<FragmentReceipt> {
  if (job.fragment.gap && !isParted(job)) {
    job.slot.finish();
    return unfetchedReceipt(job, { state: 'gap' });
  }
  try {
    return await (isParted(job) ? fetchByParts(job, tools) : fetchFragment(job, tools));
  } catch (error) {
    if (!missing || !isAboutOneFragment(error)) throw error;
    if (missing.length === 0) missing.push(error);
    await passOver(job, tools);
    return unfetchedReceipt(job, { state: 'missing', error: error.toJSON() });
  }
}

/** Whether others may be had although this one cannot: the origin is there, and it is one that we may ask. */
function isAboutOneFragment(error: unknown): error is TransferError {
  return error instanceof TransferError && !['UNREACHABLE', 'TLS', 'POLICY'].includes(error.reason);
}
