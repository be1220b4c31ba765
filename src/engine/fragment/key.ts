import type { Client, Transfer } from '../transport/client.ts';
import { transferError } from '../transport/faults.ts';

const keyBytes = 16;
const maxKeyBytes = 64 * 1024;

/** Fetches a key of the format `identity` (RFC 8216bis §4.4.4.4). Rejects with a TransferError, or the signal's reason. */
export async function fetchKey(
  client: Client,
  transfer: Omit<Transfer, 'maxBytes' | 'receive' | 'accept'>,
): Promise<Buffer> {
  const { body } = await client.fetchBytes({
    ...transfer,
    maxBytes: maxKeyBytes,
    accept: (bytes) => {
      if (bytes.length === keyBytes) return;
      throw transferError(transfer, 'CONTENT', `${bytes.length} bytes are no AES-128 key, which has ${keyBytes}`);
    },
  });
  return body;
}
