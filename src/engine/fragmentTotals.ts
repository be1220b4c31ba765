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
  /** Bytes in the files, and bytes over the network. */
  payload = 0;
  received = 0;

  add({ state, resumed, chunks, bytes, received }: FragmentReceipt): void {
    this.fragments++;
    if (resumed) this.resumed++;
    if (state !== 'whole') this.absent++;
    if (state === 'gap') this.declaredGaps++;
    this.chunks += chunks;
    this.payload += bytes;
    this.received += received;
  }

  get fetched(): number {
    return this.fragments - this.absent - this.resumed;
  }
}
