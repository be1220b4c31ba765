import { UsageError } from '../errors.ts';
import type { ProxySettings } from '../request.ts';
import { Exemptions } from './noProxy.ts';

/** A proxy, as it is connected to. */
export interface Proxy {
  kind: 'http' | 'https' | 'socks5';
  /** Name or address, without brackets. */
  host: string;
  port: number;
  /** Secret. */
  credentials: { user: string; password: string } | undefined;
  /** For people: without what is secret. */
  label: string;
}

const kinds: Readonly<Record<string, Proxy['kind']>> = {
  'http:': 'http',
  'https:': 'https',
  'socks:': 'socks5',
  'socks5:': 'socks5',
  'socks5h:': 'socks5',
};
const defaultPorts = { http: 80, https: 443, socks5: 1080 } as const;

/**
 * Reads a proxy: `http(s)://` or `socks5://`, `[user:password@]host[:port]`; without a scheme it is one of http. Throws a
 * UsageError, which repeats nothing of the text: it may hold a password.
 */
export function parseProxy(text: string): Proxy {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(url)) throw invalid('the proxy is no address');
  const { protocol, hostname, username, password } = new URL(url);
  const kind = kinds[protocol];
  if (kind === undefined) throw invalid(`proxies that start with ${protocol} cannot be used`);
  // What is no scheme of the web keeps its host as it is written.
  const host = URL.canParse(`http://${hostname}/`) ? new URL(`http://${hostname}/`).hostname : '';
  if (host === '') throw invalid('the proxy names no host');
  const credentials =
    username === '' && password === '' ? undefined : { user: decode(username), password: decode(password) };
  // The URL parser takes away a port that is the scheme's own.
  const port = Number(new URL(url).port) || defaultPorts[kind];
  const label = `${kind}://${host}:${port}`;
  return { kind, host: host.replace(/^\[|\]$/g, ''), port, credentials, label };
}

/** Through what each address of a download is reached. */
export class Proxies {
  readonly #http: Proxy | undefined;
  readonly #https: Proxy | undefined;
  readonly #exemptions: Exemptions;

  /** Throws a UsageError for a proxy that is none. */
  constructor({ http, https, noProxy = [] }: ProxySettings = {}) {
    this.#http = http === undefined ? undefined : parseProxy(http);
    this.#https = https === undefined ? undefined : parseProxy(https);
    this.#exemptions = new Exemptions(noProxy);
  }

  /** Whether there is any. */
  get areSet(): boolean {
    return this.#http !== undefined || this.#https !== undefined;
  }

  /** The proxy for what is at the origin of `address`; `undefined` where it is connected to directly. */
  for({ protocol, hostname, port }: Pick<URL, 'protocol' | 'hostname' | 'port'>): Proxy | undefined {
    const isSecure = protocol === 'https:';
    const proxy = isSecure ? this.#https : this.#http;
    if (!proxy) return undefined;
    return this.#exemptions.has(hostname, Number(port) || (isSecure ? 443 : 80)) ? undefined : proxy;
  }
}

/**
 * Whether a request to `address` is sent to the proxy itself, with the whole URL as its target (RFC 9112 §3.2.2): many
 * proxies let CONNECT through to the port of https only.
 */
export function isForwarded(proxy: Proxy | undefined, { protocol }: Pick<URL, 'protocol'>): boolean {
  return proxy !== undefined && proxy.kind !== 'socks5' && protocol === 'http:';
}

/** The Proxy-Authorization of requests that the proxy itself reads (RFC 7617, in UTF-8). */
export function proxyAuthorization({ credentials }: Proxy): Record<string, string> {
  if (!credentials) return {};
  const { user, password } = credentials;
  return { 'proxy-authorization': `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

/** The URL parser leaves a stray `%` as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function invalid(what: string): UsageError {
  return new UsageError('HLS_OPTION', `${what[0]?.toUpperCase() ?? ''}${what.slice(1)}.`, {
    hint: 'Give it as http://, https:// or socks5://, then host:port.',
  });
}
