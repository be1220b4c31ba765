import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { isAbortError } from '../../../../src/engine/errors.ts';
import { startLab, type Lab } from '../../../origin/lab.ts';
import { startProxy, type ProxyOptions } from '../../../origin/proxies/proxy.ts';
import { Collector, failureOf, fragmentAt, openClient, patternBytes, startOrigin, startRawOrigin } from './serving.ts';

const secret = 'p%40ss:w0rd';
const credentials = 'me:p@ss:w0rd';

describe('engine/transport: proxies', () => {
  let lab: Lab;
  let ca: string;
  before(async () => {
    lab = await startLab();
    ca = readFileSync(lab.caPath, 'utf8');
  });
  after(() => lab.close());

  for (const kind of ['http', 'https', 'socks5'] as const) {
    for (const isAuthorized of [false, true]) {
      it(`fetches http and https through ${kind}${isAuthorized ? ' with user and password' : ''}`, async () => {
        await using proxy = await startProxy({ kind, ...(isAuthorized ? { credentials } : {}) });
        const url = `${kind}://${isAuthorized ? `me:${secret}@` : ''}${proxy.at}`;
        for (const secure of [false, true]) {
          const playlist = lab.url('small', { secure });
          await using open = openClient(new URL(playlist).origin, { ca, proxy: { http: url, https: url } });
          const collector = new Collector();
          await open.client.fetch(fragmentAt(playlist, collector));
          assert.match(collector.bytes.toString(), /^#EXTM3U/);
        }
        assert.deepEqual(
          proxy.log.map(({ how, target }) => ({ how, target })),
          [lab.http, lab.https].map((origin, index) => ({
            how: kind === 'socks5' ? 'socks5' : index === 0 ? 'forward' : 'connect',
            target: new URL(origin).host,
          })),
        );
        for (const asked of proxy.log) assert.equal(asked.credentials, isAuthorized ? credentials : undefined);
      });
    }
  }

  it('speaks HTTP/2 through a tunnel', async () => {
    await using proxy = await startProxy({ kind: 'http' });
    const url = lab.url('small', { secure: true, session: 'h2-tunnel' });
    await using open = openClient(lab.https, { ca, http: '2', proxy: { https: `http://${proxy.at}` } });
    await open.client.fetch(fragmentAt(url, new Collector()));
    const [asked] = await lab.requests('h2-tunnel');
    assert.equal(asked?.protocol, 'h2');
    assert.equal(proxy.log[0]?.how, 'connect');
  });

  it('keeps its user and password from the origin', async () => {
    await using origin = await startOrigin((_request, response) => response.end('media'));
    for (const kind of ['http', 'socks5'] as const) {
      await using proxy = await startProxy({ kind, credentials });
      const http = `${kind}://me:${secret}@${proxy.at}`;
      await using open = openClient(origin.url, { proxy: { http } });
      await open.client.fetch(fragmentAt(`${origin.url}/f.ts`, new Collector()));
    }
    assert.equal(origin.seen.length, 2);
    for (const { headers, url } of origin.seen) {
      assert.equal(headers['proxy-authorization'], undefined);
      assert.equal(headers.host, new URL(origin.url).host);
      assert.equal(url, '/f.ts');
    }
  });

  it('has the proxy resolve names, and brings whole bodies over kept connections', async () => {
    const content = patternBytes(3_000_000);
    await using origin = await startOrigin((_request, response) => response.end(content));
    const { port } = new URL(origin.url);
    for (const kind of ['http', 'socks5'] as const) {
      await using proxy = await startProxy({ kind, hosts: { 'only.the.proxy.knows.example': '127.0.0.1' } });
      const named = `http://only.the.proxy.knows.example:${port}`;
      await using open = openClient(named, { proxy: { http: `${kind}://${proxy.at}` } });
      for (let turn = 0; turn < 3; turn++) {
        const collector = new Collector();
        await open.client.fetch(fragmentAt(`${named}/f.ts`, collector));
        assert.ok(collector.bytes.equals(content));
      }
      if (kind === 'socks5') assert.ok(proxy.log.length < 3);
    }
  });

  it('connects directly to what is exempted', async () => {
    await using origin = await startOrigin((_request, response) => response.end('media'));
    await using proxy = await startProxy({ kind: 'http' });
    const settings = { http: proxy.at, noProxy: ['127.0.0.0/8'] };
    await using open = openClient(origin.url, { proxy: settings });
    await open.client.fetch(fragmentAt(`${origin.url}/f.ts`, new Collector()));
    assert.deepEqual(proxy.log, []);
  });

  it('lets a public playlist lead to nothing that its name tells to be private', async () => {
    await using origin = await startOrigin((_request, response) => response.end('media'));
    const { port } = new URL(origin.url);
    await using proxy = await startProxy({ kind: 'http', hosts: { 'public.example': '127.0.0.1' } });
    const home = `http://public.example:${port}`;
    await using open = openClient(home, { proxy: { http: proxy.at } });
    await open.client.fetch(fragmentAt(`${home}/f.ts`, new Collector()));
    for (const host of ['127.0.0.1', '10.1.2.3', '[::1]', 'localhost', 'a.localhost.', '0x7f.1']) {
      const error = await failureOf(open.client.fetch(fragmentAt(`http://${host}:${port}/f.ts`, new Collector())));
      assert.equal(error.code, 'HLS_FRAGMENT_POLICY', host);
      assert.match(error.message, /private address/);
    }
    assert.equal(proxy.log.length, 1);
  });

  interface Refusal {
    what: string;
    proxy: ProxyOptions;
    isSecure: boolean;
    password?: string;
    code: string;
    says: RegExp;
    hints: RegExp;
    tries: number;
  }
  const refusals: Refusal[] = [
    {
      what: 'a proxy that wants a password',
      proxy: { kind: 'http', credentials },
      isSecure: false,
      code: 'HLS_FRAGMENT_STATUS',
      says: /the proxy http:\/\/127\.0\.0\.1:\d+ wants a user name and password \(407\)/,
      hints: /user name and password/,
      tries: 1,
    },
    {
      what: 'the same for a tunnel, with a wrong password',
      proxy: { kind: 'http', credentials },
      isSecure: true,
      password: 'wr%6fng',
      code: 'HLS_FRAGMENT_STATUS',
      says: /the proxy http:\/\/127\.0\.0\.1:\d+ does not accept the user name and password \(407\)/,
      hints: /user name and password/,
      tries: 1,
    },
    {
      what: 'a SOCKS proxy with a wrong password',
      proxy: { kind: 'socks5', credentials },
      isSecure: true,
      password: 'wr%6fng',
      code: 'HLS_FRAGMENT_POLICY',
      says: /the proxy socks5:\/\/127\.0\.0\.1:\d+ does not accept the user name and password/,
      hints: /user name and password/,
      tries: 1,
    },
    {
      what: 'a SOCKS proxy that wants one',
      proxy: { kind: 'socks5', credentials },
      isSecure: false,
      code: 'HLS_FRAGMENT_POLICY',
      says: /wants a user name and password/,
      hints: /user name and password/,
      tries: 1,
    },
    {
      what: 'CONNECT that is forbidden',
      proxy: { kind: 'http', refusal: 403 },
      isSecure: true,
      code: 'HLS_FRAGMENT_POLICY',
      says: /the proxy http:\/\/\S+ does not connect to 127\.0\.0\.1:\d+ \(403\)/,
      hints: /NO_PROXY/,
      tries: 1,
    },
    {
      what: 'CONNECT that does not get there',
      proxy: { kind: 'http', refusal: 502 },
      isSecure: true,
      code: 'HLS_FRAGMENT_UNREACHABLE',
      says: /cannot reach 127\.0\.0\.1:\d+ \(502\)/,
      hints: /NO_PROXY/,
      tries: 2,
    },
    {
      what: 'a SOCKS proxy whose rules forbid it',
      proxy: { kind: 'socks5', refusal: 2 },
      isSecure: false,
      code: 'HLS_FRAGMENT_POLICY',
      says: /does not connect to 127\.0\.0\.1:\d+ \(not allowed by its rules\)/,
      hints: /NO_PROXY/,
      tries: 1,
    },
    {
      what: 'a SOCKS proxy that does not get there',
      proxy: { kind: 'socks5', refusal: 4 },
      isSecure: false,
      code: 'HLS_FRAGMENT_UNREACHABLE',
      says: /cannot reach 127\.0\.0\.1:\d+ \(host unreachable\)/,
      hints: /NO_PROXY/,
      tries: 2,
    },
  ];
  for (const { what, proxy: options, isSecure, password, code, says, hints, tries } of refusals) {
    it(`says what is wrong: ${what}`, async () => {
      await using proxy = await startProxy(options);
      const url = `${options.kind}://${password === undefined ? '' : `me:${password}@`}${proxy.at}`;
      const target = lab.url('small', { secure: isSecure });
      const limits = { tries: 2 };
      await using open = openClient(new URL(target).origin, { ca, proxy: { http: url, https: url } });
      const error = await failureOf(open.client.fetch(fragmentAt(target, new Collector(), { limits })));
      assert.equal(error.code, code);
      assert.match(error.message, says);
      assert.match(error.hint, hints);
      assert.equal(open.retries.length, tries - 1);
      assert.equal(proxy.log.length, options.credentials !== undefined && options.kind === 'socks5' ? 0 : tries);
      assert.doesNotMatch(inspect(error, { depth: 9 }), /wr(%6f|o)ng/);
    });
  }

  const unusable: { what: string; answer: Buffer | undefined; url: (at: string) => string; says: RegExp }[] = [
    {
      what: 'nothing listens',
      answer: undefined,
      url: (at) => `http://me:hush@${at}`,
      says: /the proxy http:\/\/127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)/,
    },
    {
      what: 'it is no proxy',
      answer: Buffer.from('220 mail.example ready\r\n\r\n'),
      url: (at) => `http://me:hush@${at}`,
      says: /sends no answer that is HTTP/,
    },
    {
      what: 'it speaks another SOCKS',
      answer: Buffer.from([4, 1]),
      url: (at) => `socks5://me:hush@${at}`,
      says: /does not speak SOCKS 5/,
    },
    { what: 'it hangs up', answer: Buffer.alloc(0), url: (at) => `http://me:hush@${at}`, says: /ended the connection/ },
    {
      what: 'it says too much',
      answer: Buffer.from('HTTP/1.1 200 OK\r\n\r\nhello'),
      url: (at) => `http://me:hush@${at}`,
      says: /says more than it was asked/,
    },
  ];
  for (const { what, answer, url, says } of unusable) {
    it(`says of a proxy that ${what}`, async () => {
      const raw = answer && (await startRawTalker(answer));
      const at = raw ? raw.at : await freePort();
      await using open = openClient(lab.https, { ca, proxy: { https: url(at) } });
      const transfer = fragmentAt(lab.url('small', { secure: true }), new Collector(), { limits: { tries: 1 } });
      const error = await failureOf(open.client.fetch(transfer));
      await raw?.close();
      assert.equal(error.code, 'HLS_FRAGMENT_UNREACHABLE');
      assert.match(error.message, says);
      assert.doesNotMatch(inspect(error, { depth: 9 }), /hush/);
    });
  }

  it('gives up on a proxy that says nothing, and at once when the download ends', async () => {
    await using silent = await startRawOrigin(() => undefined);
    const proxy = { https: silent.url };
    await using open = openClient(lab.https, { ca, proxy });
    const transfer = fragmentAt(lab.url('small', { secure: true }), new Collector(), { limits: { tries: 1 } });
    const error = await failureOf(open.client.fetch(transfer));
    assert.match(error.message, /the proxy \S+ did not connect within|no answer within/);
    const ended = failureOf(open.client.fetch(transfer));
    while (silent.seen.length < 2) await new Promise(setImmediate);
    await open.client.close();
    assert.ok(isAbortError(await ended) || (await ended).code === 'HLS_FRAGMENT_RESET', String(await ended));
  });

  it('trusts an https proxy by its certificate, or by being told to', async () => {
    await using proxy = await startProxy({ kind: 'https' });
    const transfer = fragmentAt(lab.url('small'), new Collector());
    const settings = { http: `https://me:hush@${proxy.at}` };
    await using strict = openClient(lab.http, { proxy: settings });
    const error = await failureOf(strict.client.fetch(transfer));
    assert.equal(error.code, 'HLS_FRAGMENT_TLS');
    assert.match(error.message, /no trusted connection to the proxy https:\/\/127\.0\.0\.1:\d+ \([A-Z_]+\)/);
    assert.doesNotMatch(inspect(error, { depth: 9 }), /hush/);
    await using loose = openClient(lab.http, { proxy: { ...settings, isStrict: false } });
    await loose.client.fetch(transfer);
    assert.equal(proxy.log.length, 1);
  });

  it('reports an untrusted origin behind a tunnel as the origin', async () => {
    await using proxy = await startProxy({ kind: 'http' });
    await using open = openClient(lab.https, { proxy: { https: `http://${proxy.at}`, isStrict: false } });
    const error = await failureOf(open.client.fetch(fragmentAt(lab.url('small', { secure: true }), new Collector())));
    assert.equal(error.code, 'HLS_FRAGMENT_TLS');
    assert.ok(error.message.includes(new URL(lab.https).host));
  });
});

/** Answers whatever comes first with `answer`, then ends. */
async function startRawTalker(answer: Buffer): Promise<{ at: string; close(): Promise<void> }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    await closed;
  };
  return { at: `127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

async function freePort(): Promise<string> {
  const talker = await startRawTalker(Buffer.alloc(0));
  await talker.close();
  return talker.at;
}
