import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { buildConnector } from 'undici';
import { isAbortError } from '../errors.ts';
import { codeOf, isTlsCode } from './faults.ts';
import { isForwarded, type Proxies, type Proxy } from './proxy.ts';
import { connectDialogue, socksDialogue, type Dialogue, type Target } from './proxyDialogues.ts';
import { brokenProxy, ProxyError, untrustedProxy } from './proxyError.ts';
import { loadTls } from './tls.ts';

export interface ProxyingOptions {
  proxies: Proxies;
  /** What is trusted of an https proxy; Node's default where it says nothing. */
  secureContext: () => SecureContext | undefined;
  /** Whether the certificate of an https proxy is verified. */
  isStrict: boolean;
  /** Longest time until a proxy has connected. */
  timeoutMs: number;
  /** Connects without a proxy. */
  direct: buildConnector.connector;
  /** Makes TLS over the socket that it is given as `httpSocket`. */
  secure: buildConnector.connector;
}

const socketOptions = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };

/**
 * Connects to origins through their proxies, directly where they have none. What it makes for `http:` and a proxy of HTTP
 * is a connection to the proxy, which takes requests that name the whole URL.
 */
export class ProxyingConnector {
  readonly #options: ProxyingOptions;
  readonly #opening = new Set<Socket>();

  constructor(options: ProxyingOptions) {
    this.#options = options;
  }

  readonly connect: buildConnector.connector = (options, callback) => {
    const { proxies, direct, secure } = this.#options;
    const proxy = proxies.for(options);
    if (!proxy) {
      direct(options, callback);
      return;
    }
    this.#open(proxy, options).then(
      (socket) => {
        if (options.protocol === 'https:') secure({ ...options, httpSocket: socket }, callback);
        else callback(null, socket);
      },
      (error: unknown) => callback(error as Error, null),
    );
  };

  /** Gives up what is not connected yet. */
  close(): void {
    for (const socket of this.#opening) socket.destroy(new DOMException('The download is over.', 'AbortError'));
  }

  async #open(proxy: Proxy, options: buildConnector.Options): Promise<Socket> {
    const { timeoutMs } = this.#options;
    const socket = this.#connectTo(proxy);
    this.#opening.add(socket);
    const timer = setTimeout(() => {
      socket.destroy(brokenProxy(proxy, `did not connect within ${timeoutMs / 1000} s`));
    }, timeoutMs);
    try {
      await once(socket, proxy.kind === 'https' ? 'secureConnect' : 'connect');
      const dialogue = dialogueFor(proxy, options);
      if (dialogue) await converse(proxy, socket, dialogue);
      return socket;
    } catch (error) {
      socket.on('error', () => undefined).destroy();
      throw describe(proxy, error);
    } finally {
      clearTimeout(timer);
      this.#opening.delete(socket);
    }
  }

  #connectTo({ kind, host, port }: Proxy): Socket {
    const { secureContext, isStrict } = this.#options;
    if (kind !== 'https') return connectTcp({ host, port, ...socketOptions });
    const context = secureContext();
    return loadTls().connect({
      host,
      port,
      ...socketOptions,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(context ? { secureContext: context } : {}),
      rejectUnauthorized: isStrict,
      ALPNProtocols: ['http/1.1'],
    });
  }
}

function dialogueFor(proxy: Proxy, { protocol, hostname, port }: buildConnector.Options): Dialogue | undefined {
  const target: Target = { host: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
  if (proxy.kind === 'socks5') return socksDialogue(proxy, target);
  return isForwarded(proxy, { protocol }) ? undefined : connectDialogue(proxy, target);
}

/** Says what there is to say, in turns. Leaves the socket as if nothing had been read. */
async function converse(proxy: Proxy, socket: Socket, dialogue: Dialogue): Promise<void> {
  let received: Buffer = Buffer.alloc(0);
  let turn = dialogue.next();
  while (turn.done !== true) {
    socket.write(turn.value.say);
    let length = turn.value.answerBytes(received);
    while (length === undefined) {
      received = Buffer.concat([received, await nextBytes(proxy, socket)]);
      length = turn.value.answerBytes(received);
    }
    turn = dialogue.next(received.subarray(0, length));
    received = received.subarray(length);
  }
  // Neither TLS nor HTTP lets the origin speak first.
  if (received.length > 0) throw brokenProxy(proxy, 'says more than it was asked');
}

async function nextBytes(proxy: Proxy, socket: Socket): Promise<Buffer> {
  for (;;) {
    const chunk = socket.read() as Buffer | null;
    if (chunk !== null) return chunk;
    if (socket.readableEnded) throw brokenProxy(proxy, 'ended the connection without an answer');
    await readableOrOver(socket);
  }
}

async function readableOrOver(socket: Socket): Promise<void> {
  const listening = new AbortController();
  const { signal } = listening;
  try {
    // Each is rejected by an error of the socket.
    await Promise.race([once(socket, 'readable', { signal }), once(socket, 'end', { signal })]);
  } finally {
    listening.abort();
  }
}

function describe(proxy: Proxy, error: unknown): unknown {
  if (error instanceof ProxyError || isAbortError(error)) return error;
  const code = codeOf(error);
  if (isTlsCode(code)) return untrustedProxy(proxy, code, error);
  return brokenProxy(proxy, `cannot be reached (${code || 'no reason given'})`, error);
}
