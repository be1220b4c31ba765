import { createDecipheriv } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { get as httpGet } from 'node:http';
import type { ClientHttp2Session, IncomingHttpHeaders as Http2Headers } from 'node:http2';
import { connect as http2Connect } from 'node:http2';
import { connect } from 'node:net';

export interface Got {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** One GET on a connection of its own. Rejects with the error of node:http when the answer does not come whole. */
export async function get(url: string, headers: Record<string, string> = {}): Promise<Got> {
  const response = await begin(url, headers);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}

/** The headers of the answer, its body still to come. */
export async function begin(url: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const request = httpGet(url, { agent: false, headers });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  // The request repeats what the response fails with.
  request.on('error', () => undefined);
  return response;
}

/** One GET in a session of HTTP/2. */
export async function getHttp2(session: ClientHttp2Session, path: string): Promise<{ status: number; body: Buffer }> {
  const stream = session.request({ ':path': path });
  const [headers] = (await once(stream, 'response')) as [Http2Headers];
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return { status: Number(headers[':status']), body: Buffer.concat(chunks) };
}

/** A session of HTTP/2 with that authority trusted. */
export async function openHttp2(origin: string, ca: Buffer): Promise<ClientHttp2Session> {
  const session = http2Connect(origin, { ca });
  await once(session, 'connect');
  return session;
}

/** Reads until the connection fails. */
export async function untilError(url: string): Promise<{ bytes: number; code: string | undefined }> {
  const response = await begin(url);
  let bytes = 0;
  try {
    for await (const chunk of response) bytes += (chunk as Buffer).length;
  } catch (error) {
    return { bytes, code: (error as NodeJS.ErrnoException).code };
  }
  return { bytes, code: undefined };
}

/** What comes over the wire until the connection ends, nothing interpreted. */
export async function raw(url: string): Promise<{ head: string; body: Buffer; code: string | undefined }> {
  const { hostname, port, pathname, search } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: lab\r\n\r\n`);
  const chunks: Buffer[] = [];
  let code: string | undefined;
  try {
    for await (const chunk of socket) chunks.push(chunk as Buffer);
  } catch (error) {
    code = (error as NodeJS.ErrnoException).code;
  }
  const bytes = Buffer.concat(chunks);
  const end = bytes.indexOf('\r\n\r\n');
  return { head: bytes.toString('latin1', 0, end + 2), body: bytes.subarray(end + 4), code };
}

/**
 * Downloads a media playlist as simply as can be, knowing nothing of how the lab makes it: every line in its turn, one
 * request after the other, decrypted in memory. `rewrite` may change the playlist before.
 */
export async function downloadNaively(
  playlistUrl: string,
  rewrite = (playlist: string): string => playlist,
): Promise<Buffer> {
  const playlist = rewrite((await get(playlistUrl)).body.toString().replace('\uFEFF', ''));
  const written: Buffer[] = [];
  const fetched = new Map<string, Buffer>();
  const offsets = new Map<string, number>();
  let sequence = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(playlist)?.[1] ?? 0);
  let key: { value: Buffer; iv?: Buffer } | undefined;
  let map: string | undefined;
  let range: string | undefined;
  let isGap = false;

  const fetchOnce = async (uri: string): Promise<Buffer> => {
    const url = new URL(uri, playlistUrl).href;
    const bytes = fetched.get(url) ?? (await get(url)).body;
    fetched.set(url, bytes);
    return bytes;
  };
  const fetchRange = async (uri: string, wanted: string | undefined): Promise<Buffer> => {
    const url = new URL(uri, playlistUrl).href;
    if (wanted === undefined) return (await get(url)).body;
    const [length, offset = offsets.get(url) ?? 0] = wanted.split('@').map(Number) as [number, number?];
    offsets.set(url, offset + length);
    const { status, body } = await get(url, { range: `bytes=${offset}-${offset + length - 1}` });
    if (status !== 206 || body.length !== length) throw new Error(`${status} with ${body.length} bytes.`);
    return body;
  };
  const decrypt = (bytes: Buffer): Buffer => {
    if (key === undefined) return bytes;
    const derived = Buffer.alloc(16);
    derived.writeUInt32BE(sequence, 12);
    const decipher = createDecipheriv('aes-128-cbc', key.value, key.iv ?? derived);
    return Buffer.concat([decipher.update(bytes), decipher.final()]);
  };

  for (const line of playlist.split(/\r?\n/)) {
    const uri = /[:,]URI="([^"]*)"/.exec(line)?.[1] ?? '';
    if (line.startsWith('#EXT-X-KEY:METHOD=NONE')) key = undefined;
    else if (line.startsWith('#EXT-X-KEY:')) {
      if (/KEYFORMAT="(?!identity")/.test(line)) continue;
      const iv = /,IV=0x([0-9a-f]{32})/.exec(line)?.[1];
      key = { value: await fetchOnce(uri), ...(iv === undefined ? {} : { iv: Buffer.from(iv, 'hex') }) };
    } else if (line.startsWith('#EXT-X-MAP:') && line !== map) {
      map = line;
      written.push(decrypt(await fetchRange(uri, /BYTERANGE="([^"]*)"/.exec(line)?.[1])));
    } else if (line.startsWith('#EXT-X-BYTERANGE:')) range = line.slice('#EXT-X-BYTERANGE:'.length);
    else if (line === '#EXT-X-GAP') isGap = true;
    else if (line !== '' && !line.startsWith('#')) {
      if (!isGap) written.push(decrypt(await fetchRange(line, range)));
      isGap = false;
      range = undefined;
      sequence++;
    }
  }
  return Buffer.concat(written);
}
