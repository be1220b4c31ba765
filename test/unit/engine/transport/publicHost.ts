// Runs in a network of its own, where 203.0.113.7 is this machine's public address: plays origin and client, and
// prints what came of each request and where requests arrived.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { download } from '../../../../src/engine/download.ts';
import { Collector, fragmentAt, openClient } from './serving.ts';

/** What came of one request. */
export interface Outcome {
  what: string;
  /** `ok`, or the code of the error. */
  result: string;
  message: string;
  /** Local addresses at which requests arrived. */
  arrivedAt: string[];
}

const arrivals: string[] = [];
const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  arrivals.push((request.socket.localAddress ?? '').replace('::ffff:', ''));
  const url = new URL(request.url ?? '/', 'http://any');
  const to = url.searchParams.get('to');
  if (url.pathname === '/redirect' && to !== null) response.writeHead(302, { location: to }).end();
  else if (url.pathname === '/list' && to !== null) {
    response.writeHead(200, { 'content-type': 'application/vnd.apple.mpegurl' });
    response.end(`#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n${to}\n#EXT-X-ENDLIST\n`);
  } else response.end('content');
});
server.listen(0, '::');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
const at = (host: string, rest = '/f.ts') => `http://${host}:${port}${rest}`;

async function ask(what: string, home: string, urls: string[], allowPrivateAddresses = false): Promise<void> {
  arrivals.length = 0;
  await using open = openClient(new URL(home).origin, { allowPrivateAddresses });
  let [result, message] = ['ok', ''];
  for (const url of urls) {
    try {
      await open.client.fetch(fragmentAt(url, new Collector()));
    } catch (error) {
      [result, message] = [(error as { code: string }).code, (error as Error).message];
    }
  }
  tell({ what, result, message, arrivedAt: [...arrivals] });
}

async function downloadList(what: string, home: string, to: string): Promise<void> {
  arrivals.length = 0;
  const folder = await mkdtemp(path.join(tmpdir(), 'hotframe-public-'));
  const url = `${home}?to=${encodeURIComponent(to)}`;
  const hooks = { signal: new AbortController().signal, onEvent: () => undefined };
  const { error } = await download({ url, output: path.join(folder, 'out.ts') }, hooks);
  const left = await readdir(folder);
  await rm(folder, { recursive: true });
  tell({ what, result: error?.code ?? `ok ${left.join()}`, message: error?.message ?? '', arrivedAt: [...arrivals] });
}

function tell(outcome: Outcome): void {
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

const hosts = ['127.0.0.1', '10.9.8.7', '[::1]', '[::ffff:10.9.8.7]', 'localhost', 'inside.test', '0.0.0.0'];
for (const home of ['203.0.113.7', 'public.test']) {
  for (const host of hosts) {
    await ask(`${home} names ${host}`, at(home), [at(host)]);
    await ask(`${home} redirects to ${host}`, at(home), [at(home, `/redirect?to=${encodeURIComponent(at(host))}`)]);
  }
  await ask(`${home} names https://localhost`, at(home), [at('localhost').replace('http:', 'https:')]);
  await downloadList(`a playlist of ${home} leads to 10.9.8.7`, at(home, '/list'), at('10.9.8.7'));
  await downloadList(`a playlist of ${home} leads to inside.test`, at(home, '/list'), at('inside.test'));
  await downloadList(`a playlist of ${home} leads to a file`, at(home, '/list'), 'file:///etc/passwd');
}
await ask('203.0.113.7 names mixed.test', at('203.0.113.7'), [at('mixed.test'), at('mixed.test')]);
await ask('203.0.113.7 names 10.9.8.7, which is allowed', at('203.0.113.7'), [at('10.9.8.7'), at('inside.test')], true);
await ask('10.9.8.7 names what it likes', at('10.9.8.7'), [at('127.0.0.1'), at('localhost'), at('203.0.113.7')]);
await ask('inside.test names what it likes', at('inside.test'), [at('127.0.0.1'), at('localhost')]);
await ask('mixed.test names 10.9.8.7', at('mixed.test'), [at('mixed.test'), at('10.9.8.7')]);
server.closeAllConnections();
server.close();
