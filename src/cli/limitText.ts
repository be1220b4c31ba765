import type { Receipt } from '../engine/receipt.ts';

/** By kind (`src/profile/bottleneck.ts`): what most of the time went to. */
const sentences: Partial<Record<string, string>> = {
  origin: 'waiting for answers of the origin to begin',
  bandwidth: 'waiting for bytes to come over the network',
  connections: 'waiting for answers while more requests at once were not allowed',
  flowControl: 'waiting for HTTP/2 flow control: a window was too small for the length of the path',
  cpu: 'busy: the processor was the limit',
  decrypt: 'decrypting',
  disk: 'waiting for the disk',
  order: 'waiting for an earlier fragment, with the memory full',
  rate: 'waiting for the rate that is set',
  backOff: 'waiting before another try',
  live: 'waiting for the broadcast to go on',
  finishing: 'making the file after the last fragment',
};

/** What a download was limited by: `limit: origin (72 % of the time waiting for answers of the origin to begin)`. */
export function limitText({ kind, share }: NonNullable<Receipt['bottleneck']>): string {
  const sentence = sentences[kind];
  return `limit: ${kind} (${Math.round(share * 100)} % of the time${sentence === undefined ? '' : ` ${sentence}`})`;
}
