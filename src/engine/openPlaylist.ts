import type { Playlist } from './playlist/model.ts';
import { readPlaylist } from './playlist/read.ts';
import { defaultLimits, type Limits, type ProxySettings } from './request.ts';
import { checkUrl, fetchPlaylist } from './fetchPlaylist.ts';
import { Client } from './transport/client.ts';

export interface OpenOptions {
  /** Sent to the playlist's origin only. */
  headers?: Record<string, string> | undefined;
  /** PEM certificates trusted in addition to the default ones. */
  ca?: string | undefined;
  proxy?: ProxySettings | undefined;
  signal: AbortSignal;
  limits?: Partial<Limits>;
  allowPrivateAddresses?: boolean | undefined;
}

/** Fetches a playlist's text and the URL that its own URIs are relative to. Rejects with an EngineError. */
export async function openPlaylistText(url: string, options: OpenOptions): Promise<{ text: Buffer; url: string }> {
  checkUrl(url);
  const limits = { ...defaultLimits, ...options.limits };
  const client = new Client({
    origin: new URL(url).origin,
    headers: options.headers ?? {},
    http: 'auto',
    reads: 'plain',
    ca: options.ca,
    proxy: options.proxy,
    limits,
    signal: options.signal,
    onRetry: () => undefined,
    allowPrivateAddresses: options.allowPrivateAddresses ?? false,
  });
  try {
    return await fetchPlaylist(client, { url, label: 'The playlist', maxBytes: limits.playlistBytes });
  } finally {
    await client.close();
  }
}

/** Fetches and reads one playlist, nothing else. Rejects with an EngineError. */
export async function openPlaylist(url: string, options: OpenOptions): Promise<Playlist> {
  const { text, url: finalUrl } = await openPlaylistText(url, options);
  return readPlaylist(text, finalUrl);
}
