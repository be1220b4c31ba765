import { isGap } from './gapPlaces.ts';
import type { FragmentReceipt } from './receipt.ts';

/** What the receipts of a download's fragments come to; holds none of them. */
export class FragmentTotals {
  fragments = 0;
  resumed = 0;
  /** Not in the file, for either reason. */
  absent = 0;
  /** Those of them that the playlist marks as absent. */
  declaredGaps = 0;
  chunks = 0;
  /** Memory that was allocated for bodies: how often, and bytes. */
  buffers = 0;
  bufferBytes = 0;
  /** Bytes in the files, and bytes over the network. */
  payload = 0;
  received = 0;
  /** Asked for a second time while the first request was still under way. */
  hedged = 0;
  /** Fetched part by part, in so many parts; and fetched whole after all. */
  parted = 0;
  parts = 0;
  refetched = 0;

  add(receipt: FragmentReceipt): void {
    const { state, resumed, chunks, bytes, received, hedges, parts, partsError } = receipt;
    this.fragments++;
    if (resumed) this.resumed++;
    if (isGap(receipt)) this.absent++;
    if (state === 'gap') this.declaredGaps++;
    this.chunks += chunks;
    this.buffers += receipt.buffers ?? 0;
    this.bufferBytes += receipt.bufferBytes ?? 0;
    this.payload += bytes;
    this.received += received;
    if (hedges !== undefined) this.hedged++;
    if (parts !== undefined) this.parted++;
    this.parts += parts ?? 0;
    if (partsError) this.refetched++;
  }

  get fetched(): number {
    return this.fragments - this.absent - this.resumed;
  }
}
