// The downloader that undici alone makes: node bareUndici.ts <media playlist URL> <output> [<ca.pem>] [--discard]
// Default agent, sixteen requests at once, whole bodies in memory, written in order to one file. No retry, no check but the
// status: what remains of a download when everything that makes it safe is left out. With --discard the bodies are read and
// dropped, and the output says how many bytes they had: what remains when writing is left out too.
import { open, readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Agent, request } from 'undici';

const { values, positionals } = parseArgs({ options: { discard: { type: 'boolean' } }, allowPositionals: true });
const [url, output, caPath] = positionals;
if (url === undefined || output === undefined)
  throw new Error('usage: bareUndici <media playlist URL> <output> [<ca.pem>] [--discard]');

const connections = 16;
const agent = new Agent({
  // Sixteen connections, not sixteen streams of one.
  allowH2: false,
  ...(caPath !== undefined && { connect: { ca: await readFile(caPath, 'utf8') } }),
});

async function ask(address: string) {
  const { statusCode, body } = await request(address, { dispatcher: agent });
  if (statusCode !== 200) throw new Error(`${statusCode} for ${address}`);
  return body;
}

async function fetchWhole(address: string): Promise<Uint8Array> {
  return (await ask(address)).bytes();
}

async function writeInOrder(fragments: readonly string[], path: string): Promise<void> {
  const file = await open(path, 'w');
  const ahead: Promise<Uint8Array>[] = [];
  for (let next = 0; next < fragments.length || ahead.length > 0;) {
    while (ahead.length < connections && next < fragments.length) ahead.push(fetchWhole(fragments[next++]!));
    const body = await ahead.shift()!;
    const { bytesWritten } = await file.write(body);
    if (bytesWritten !== body.length) throw new Error('the disk took only a part');
  }
  await file.close();
}

async function discard(fragments: readonly string[]): Promise<number> {
  let bytes = 0;
  const rest = fragments.values();
  const lane = async () => {
    for (const address of rest) for await (const chunk of await ask(address)) bytes += (chunk as Buffer).length;
  };
  await Promise.all(Array.from({ length: connections }, lane));
  return bytes;
}

const playlist = new TextDecoder().decode(await fetchWhole(url));
const fragments = playlist
  .split(/\r?\n/)
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => new URL(line, url).href);
if (values.discard === true) await writeFile(output, String(await discard(fragments)));
else await writeInOrder(fragments, output);
await agent.close();
