import { isIP } from 'node:net';
import { addressBytes } from './addressRanges.ts';
import { proxyAuthorization, type Proxy } from './proxy.ts';
import { brokenProxy, refusedByProxy, unauthorized, unreachedByProxy } from './proxyError.ts';

/** Where a proxy is to connect to; the host without brackets. */
export interface Target {
  host: string;
  port: number;
}

/** What is said next, and how long the answer to it is: `undefined` while not enough of it has come to know. */
export interface Turn {
  say: Buffer;
  answerBytes(received: Buffer): number | undefined;
}

/**
 * What is said to a proxy so that the connection to it becomes one to the target: yields turns, is given each whole
 * answer. Throws a ProxyError when the proxy refuses.
 */
export type Dialogue = Generator<Turn, void, Buffer>;

/** Longest answer to CONNECT, its headers included. */
const maxHeadBytes = 64 * 1024;

/** CONNECT (RFC 9110 §9.3.6). */
export function* connectDialogue(proxy: Proxy, target: Target): Dialogue {
  const authority = `${bracketed(target.host)}:${target.port}`;
  const headers = { host: authority, 'user-agent': 'Hotframe', ...proxyAuthorization(proxy) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = yield {
    say: Buffer.from(`CONNECT ${authority} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'),
    answerBytes: (received) => {
      const end = received.indexOf('\r\n\r\n');
      if (end >= 0) return end + 4;
      if (received.length > maxHeadBytes) throw brokenProxy(proxy, 'sends no answer that is HTTP');
      return undefined;
    },
  };
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head.toString('latin1'))?.[1]);
  if (Number.isNaN(status)) throw brokenProxy(proxy, 'sends no answer that is HTTP');
  if (status >= 200 && status < 300) return;
  if (status === 407) throw unauthorized(proxy, status);
  const isFinal = status >= 400 && status < 500 && status !== 408 && status !== 429;
  throw (isFinal ? refusedByProxy : unreachedByProxy)(proxy, authority, String(status));
}

const socksVersion = 5;
const byPassword = 2;
const socksReplies: readonly string[] = [
  '',
  'general failure',
  'not allowed by its rules',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'time to live expired',
  'command not supported',
  'kind of address not supported',
];
/** Replies that trying again changes nothing about. */
const finalReplies: ReadonlySet<number> = new Set([2, 7, 8]);

/** SOCKS 5 (RFC 1928), by user name and password (RFC 1929) where there are some; the proxy resolves names. */
export function* socksDialogue(proxy: Proxy, target: Target): Dialogue {
  const { credentials } = proxy;
  const methods = credentials ? [0, byPassword] : [0];
  const choice = yield say([socksVersion, methods.length, ...methods], () => 2);
  if (choice[0] !== socksVersion) throw brokenProxy(proxy, 'does not speak SOCKS 5');
  if (choice[1] === byPassword && credentials) {
    const [user, password] = [Buffer.from(credentials.user), Buffer.from(credentials.password)];
    if (user.length > 255 || password.length > 255) throw unauthorized(proxy);
    const verdict = yield say([1, user.length, ...user, password.length, ...password], () => 2);
    if (verdict[1] !== 0) throw unauthorized(proxy);
  } else if (choice[1] !== 0) {
    throw unauthorized(proxy);
  }
  const port = [target.port >> 8, target.port & 0xff];
  const reply = yield say([socksVersion, 1, 0, ...socksAddress(proxy, target.host), ...port], socksReplyBytes);
  const code = reply[1] ?? -1;
  if (reply[0] !== socksVersion) throw brokenProxy(proxy, 'does not speak SOCKS 5');
  if (code === 0) return;
  const why = socksReplies[code] ?? `reply ${code}`;
  throw (finalReplies.has(code) ? refusedByProxy : unreachedByProxy)(
    proxy,
    `${bracketed(target.host)}:${target.port}`,
    why,
  );
}

function say(bytes: readonly number[], answerBytes: (received: Buffer) => number | undefined): Turn {
  return {
    say: Buffer.from(bytes),
    answerBytes: (received) => {
      const length = answerBytes(received);
      return length === undefined || received.length < length ? undefined : length;
    },
  };
}

/** Kind of address, then the address (RFC 1928 §5). */
function socksAddress(proxy: Proxy, host: string): number[] {
  const bytes = isIP(host) === 0 ? undefined : addressBytes(host);
  if (bytes) return [bytes.length === 4 ? 1 : 4, ...bytes];
  const name = Buffer.from(host);
  if (name.length > 255) throw refusedByProxy(proxy, `${host.slice(0, 40)}…`, 'the name is too long');
  return [3, name.length, ...name];
}

/** RFC 1928 §6. A refusal may end after its code. */
function socksReplyBytes(received: Buffer): number | undefined {
  const [, code, , kind, length] = received;
  if (code !== undefined && code !== 0) return 2;
  switch (kind) {
    case undefined:
      return undefined;
    case 1:
      return 10;
    case 4:
      return 22;
    default:
      return length === undefined ? undefined : 7 + length;
  }
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
