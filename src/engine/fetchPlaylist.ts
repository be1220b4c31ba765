import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { IncomingHttpHeaders } from 'node:http';
import { UsageError } from './errors.ts';
import type { Client, Transfer } from './transport/client.ts';
import { transferError, type Subject } from './transport/faults.ts';

export interface PlaylistTransfer extends Pick<Transfer, 'limits' | 'signal' | 'maxBytes'> {
  url: string;
  /** For people: `The playlist`. */
  label: string;
  /** Called with what came; may throw a TransferError to refuse it. */
  accept?: (text: Buffer, finalUrl: string) => void;
}

/** Fetches a playlist's text, decompressed, and where redirects led. Rejects with an EngineError, or the signal's reason. */
export async function fetchPlaylist(
  client: Client,
  { url, label, accept, ...transfer }: PlaylistTransfer,
): Promise<{ text: Buffer; url: string }> {
  checkUrl(url);
  const subject: Subject = { resource: 'playlist', url, label };
  let text = Buffer.alloc(0);
  const { url: finalUrl } = await client.fetchBytes({
    ...subject,
    ...transfer,
    accept: (body, answer) => {
      text = decompress(body, answer.headers, subject, transfer.maxBytes);
      accept?.(text, answer.url);
    },
  });
  return { text, url: finalUrl };
}

/** Throws a UsageError unless `url` is an absolute http or https URL. */
export function checkUrl(url: string): void {
  const hint = 'Give the address of a playlist: https://…/index.m3u8';
  if (!URL.canParse(url)) throw new UsageError('HLS_URL', 'This is not a URL.', { hint });
  const { protocol } = new URL(url);
  if (protocol === 'http:' || protocol === 'https:') return;
  throw new UsageError('HLS_URL', `URLs that start with ${protocol} cannot be downloaded, only http and https.`, {
    hint,
  });
}

/** Undoes a Content-Encoding that was not asked for but came (RFC 9110 §8.4.1). */
function decompress(
  body: Buffer<ArrayBuffer>,
  headers: IncomingHttpHeaders,
  subject: Subject,
  maxBytes: number,
): Buffer<ArrayBuffer> {
  const encoding = headers['content-encoding'] ?? 'identity';
  const options = { maxOutputLength: maxBytes };
  try {
    switch (encoding) {
      case 'identity':
        return body;
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(body, options);
      case 'deflate':
        return inflateSync(body, options);
      case 'br':
        return brotliDecompressSync(body, options);
    }
  } catch (cause) {
    const isTooLarge = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge
      ? transferError(subject, 'TOO_LARGE', `more than ${maxBytes} bytes when decompressed`, { cause })
      : transferError(subject, 'CONTENT', `the ${encoding} compression is broken`, { cause });
  }
  throw transferError(subject, 'CONTENT', `the origin compressed it as ${encoding}, which was not asked for`);
}
