import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { IncomingHttpHeaders } from 'node:http';
import { PlaylistError, UsageError, type Resource } from './errors.ts';
import { planDownload, type Plan } from './plan.ts';
import { chooseAudio, chooseVariant } from './playlist/choose.ts';
import type { MediaPlaylist, Playlist, Rendition, Variant } from './playlist/model.ts';
import { readPlaylist } from './playlist/read.ts';
import type { DownloadRequest, Limits } from './request.ts';
import type { Client } from './transport/client.ts';
import { transferError, type Subject } from './transport/faults.ts';
import { checkAddress } from './transport/originPolicy.ts';

/** One output's worth of fragments. */
export interface Stream {
  /** `main`, or `audio.<language or name>`. */
  name: string;
  /** What tells it from other streams of the same request: the variant, the rendition. */
  id: string;
  rendition?: Rendition;
  plan: Plan;
}

/** What a URL turned out to be: the main stream first, then the separate renditions. */
export interface Source {
  variant?: Variant;
  streams: Stream[];
}

/** Reads the playlists behind a request and plans the download. Rejects with an EngineError, or the signal's reason. */
export async function loadSource(request: DownloadRequest, client: Client, limits: Limits): Promise<Source> {
  const playlist = await loadPlaylist(request.url, client, limits, 'The playlist');
  if (playlist.kind === 'media') return { streams: [{ name: 'main', id: 'media', plan: planMedia(playlist) }] };
  const variant = chooseVariant(playlist, request.variant ?? 'best');
  const renditions = chooseAudio(playlist, variant, request.audio ?? 'default');
  const { variables } = playlist;
  const loadMedia = async (url: string, label: string) =>
    asMedia(await loadPlaylist(url, client, limits, label, variables), label);
  const media = await loadMedia(variant.url, "The variant's playlist");
  const id = variantId(variant);
  const streams: Stream[] = [{ name: 'main', id, plan: planMedia(media) }];
  for (const rendition of renditions) {
    if (rendition.url === undefined) continue;
    const audio = await loadMedia(rendition.url, `The playlist of the audio "${rendition.name}"`);
    const name = `audio.${rendition.language ?? rendition.name}`;
    streams.push({ name, id: `${name} ${rendition.name} with ${id}`, rendition, plan: planMedia(audio) });
  }
  return { variant, streams };
}

function planMedia(playlist: MediaPlaylist): Plan {
  const plan = planDownload(playlist);
  checkAddresses(plan, playlist.url);
  return plan;
}

/** Refuses what may not be asked for before anything is. */
function checkAddresses({ fragments }: Plan, playlistUrl: string): void {
  const scheme = new URL(playlistUrl).protocol;
  for (const { index, gap, url, keys, map } of fragments) {
    if (gap) continue;
    const check = (resource: Resource, address: string | undefined, label: string) => {
      // The usual ones are not looked at closer: a playlist may list ten thousands.
      if (address === undefined || address.startsWith(scheme) || address.startsWith('https:')) return;
      checkAddress(address, playlistUrl, { resource, url: address, fragment: index, label });
    };
    check('fragment', url, `Fragment ${index + 1} of ${fragments.length}`);
    check('key', keys[0]?.url, `The key of fragment ${index + 1}`);
    check('init', map?.url, `The init segment of fragment ${index + 1}`);
    check('key', map?.keys[0]?.url, `The key of the init segment of fragment ${index + 1}`);
  }
}

function variantId({ bandwidth, width, height, frameRate, codecs }: Variant): string {
  return [bandwidth, `${width ?? ''}x${height ?? ''}`, frameRate, codecs].join(' ');
}

function asMedia(playlist: Playlist, label: string): MediaPlaylist {
  if (playlist.kind === 'media') return playlist;
  throw new PlaylistError('HLS_PLAYLIST_SYNTAX', `${label} is a multivariant playlist again.`, {
    hint: 'RFC 8216bis allows one level; pass the URL of a media playlist.',
    url: playlist.url,
  });
}

/**
 * Fetches and reads one playlist; its URIs are relative to where redirects led. `imports`: the variables of the
 * multivariant playlist (EXT-X-DEFINE).
 */
async function loadPlaylist(
  url: string,
  client: Client,
  limits: Limits,
  label: string,
  imports?: Readonly<Record<string, string>>,
): Promise<Playlist> {
  let playlist: Playlist | undefined;
  await fetchPlaylist(url, client, limits, label, (text, finalUrl) => {
    playlist = readPlaylist(text, finalUrl, { imports });
    const isOver = playlist.kind === 'media' && !playlist.isLive;
    if (!isOver || text.includes('#EXT-X-ENDLIST')) return;
    // Whatever HTTP says: a copy that was cut off in a cache is whole to it.
    const what = 'it says that it is whole (VOD), but #EXT-X-ENDLIST is missing, and more with it perhaps';
    throw transferError({ resource: 'playlist', url, label }, 'TRUNCATED', what);
  });
  return playlist as Playlist;
}

/** Fetches a playlist's text, decompressed, and where redirects led. `accept` may throw a TransferError to refuse it. */
export async function fetchPlaylist(
  url: string,
  client: Client,
  limits: Limits,
  label: string,
  accept?: (text: Buffer, finalUrl: string) => void,
): Promise<{ text: Buffer; url: string }> {
  checkUrl(url);
  const subject: Subject = { resource: 'playlist', url, label };
  let text = Buffer.alloc(0);
  const { url: finalUrl } = await client.fetchBytes({
    ...subject,
    maxBytes: limits.playlistBytes,
    accept: (body, answer) => {
      text = decompress(body, answer.headers, subject, limits.playlistBytes);
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
