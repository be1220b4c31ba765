import type { TransferCause } from '../errors.ts';
import type { Proxy } from './proxy.ts';

/** No connection through a proxy. Its message names the proxy, without what is secret. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly reason: TransferCause;
  /** What the user can do next, one sentence. */
  readonly hint: string;
  /** That of the proxy's answer. */
  readonly status: number | undefined;

  constructor(reason: TransferCause, message: string, hint: string, more: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: more.cause });
    this.reason = reason;
    this.hint = hint;
    this.status = more.status;
  }
}

const checkHint =
  'Check the proxy (--proxy, the environment, or the setting http.proxy); hosts can be exempted from it (NO_PROXY, http.noProxy).';
const credentialsHint = 'Give its user name and password in its address: http://user:password@host:port.';
const refusalHint =
  'Ask who runs the proxy, or exempt the host from it (NO_PROXY, http.noProxy) where it can be reached directly.';

/** The proxy cannot be reached, or what it says is not what was expected. */
export function brokenProxy({ label }: Proxy, what: string, cause?: unknown): ProxyError {
  return new ProxyError('UNREACHABLE', `the proxy ${label} ${what}`, checkHint, { cause });
}

/** The proxy's certificate is not trusted. */
export function untrustedProxy({ label }: Proxy, code: string, cause: unknown): ProxyError {
  const hint =
    'Its certificate authority must be trusted first (--ca on the command line), or the setting http.proxyStrictSSL be off.';
  return new ProxyError('TLS', `no trusted connection to the proxy ${label} (${code})`, hint, { cause });
}

/** The proxy wants to know who asks, or does not believe it. `status` is 407 where it speaks HTTP. */
export function unauthorized({ label, credentials }: Proxy, status?: number): ProxyError {
  const what = credentials ? 'does not accept the user name and password' : 'wants a user name and password';
  const code = status === undefined ? '' : ` (${status})`;
  const message = `the proxy ${label} ${what}${code}`;
  const more = status === undefined ? {} : { status };
  return new ProxyError(status === undefined ? 'POLICY' : 'STATUS', message, credentialsHint, more);
}

/** The proxy may not, or will not, connect to where it is told to. */
export function refusedByProxy({ label }: Proxy, target: string, why: string): ProxyError {
  return new ProxyError('POLICY', `the proxy ${label} does not connect to ${target} (${why})`, refusalHint);
}

/** The proxy tried and did not get there. */
export function unreachedByProxy({ label }: Proxy, target: string, why: string): ProxyError {
  return new ProxyError('UNREACHABLE', `the proxy ${label} cannot reach ${target} (${why})`, refusalHint);
}
