// The downloader that undici alone makes: node bareUndici.ts <media playlist URL> <output> [<ca.pem>]
// Default agent, sixteen requests at once, whole bodies in memory, written in order to one file. No retry, no check but the
// status: what remains of a download when everything that makes it safe is left out.
import { open, readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';

const [url, output, caPath] = process.argv.slice(2);
if (url === undefined || output === undefined)
  throw new Error('usage: bareUndici <media playlist URL> <output> [<ca.pem>]');

const connections = 16;
const agent = new Agent({
  // Sixteen connections, not sixteen streams of one.
  allowH2: false,
  ...(caPath !== undefined && { connect: { ca: await readFile(caPath, 'utf8') } }),
});

async function fetchWhole(address: string): Promise<Uint8Array> {
  const { statusCode, body } = await request(address, { dispatcher: agent });
  if (statusCode !== 200) throw new Error(`${statusCode} for ${address}`);
  return body.bytes();
}

const playlist = new TextDecoder().decode(await fetchWhole(url));
const fragments = playlist
  .split(/\r?\n/)
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => new URL(line, url).href);

const file = await open(output, 'w');
const ahead: Promise<Uint8Array>[] = [];
for (let next = 0; next < fragments.length || ahead.length > 0;) {
  while (ahead.length < connections && next < fragments.length) ahead.push(fetchWhole(fragments[next++]!));
  const body = await ahead.shift()!;
  const { bytesWritten } = await file.write(body);
  if (bytesWritten !== body.length) throw new Error('the disk took only a part');
}
await file.close();
await agent.close();
