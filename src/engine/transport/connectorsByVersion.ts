import type { LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { buildConnector as undiciConnector } from 'undici';
import buildConnector from 'undici/lib/core/connect.js';
import type { ReadsName } from '../request.ts';
import { pooledConnector } from './connector.ts';
import type { HttpVersion } from './httpChoice.ts';
import { ReadBuffers } from './pooledReads.ts';
import type { Proxies } from './proxy.ts';
import { ProxyingConnector } from './proxyConnector.ts';
import { loadTls } from './tls.ts';

export interface ConnectorsOptions {
  reads: ReadsName;
  /** PEM certificates trusted in addition to the default ones. */
  ca: string | undefined;
  proxies: Proxies;
  /** Whether the certificate of an https proxy is verified. */
  isStrict: boolean;
  /** Looks names up where no proxy does. */
  lookup: LookupFunction;
  /** What one read brings at most, where that is bounded. */
  readBytes: number | undefined;
  /** Longest time until an answer begins: no connection may take more. */
  firstByteMs: number;
}

/** Longest time to connect, the TLS handshake included; undici's own default. */
const maxConnectMs = 10_000;

/** How the connections of a download are made, for each version of HTTP. Only HTTP/1.1 is read through the socket. */
export function connectorsByVersion(options: ConnectorsOptions): (version: HttpVersion) => ProxyingConnector {
  const { reads, ca, proxies, isStrict, lookup, readBytes, firstByteMs } = options;
  let context: SecureContext | undefined;
  // Reading hundreds of certificates takes as long as a small download, which may need none of them.
  const secureContext = () => (ca === undefined ? undefined : (context ??= trusting(ca)));
  const timeoutMs = Math.min(maxConnectMs, firstByteMs);
  return (version) => {
    const isHttp2 = version === '2';
    const plain = { allowH2: isHttp2, preferH2: isHttp2, timeout: timeoutMs };
    const direct =
      reads === 'pooled' && !isHttp2
        ? pooledConnector({ lookup, timeoutMs, secureContext, buffers: new ReadBuffers(readBytes) })
        : trustingLater({ ...plain, lookup }, secureContext);
    return new ProxyingConnector({
      proxies,
      secureContext,
      isStrict,
      timeoutMs,
      direct,
      secure: trustingLater(plain, secureContext),
    });
  };
}

/** undici's own connector, made with the first connection. */
function trustingLater(
  options: undiciConnector.BuildOptions,
  secureContext: () => SecureContext | undefined,
): undiciConnector.connector {
  let connector: undiciConnector.connector | undefined;
  return (...connection) => {
    const context = secureContext();
    connector ??= buildConnector({ ...options, ...(context ? { secureContext: context } : {}) });
    connector(...connection);
  };
}

/** What Node trusts by default and these. Made once: undici would read all certificates again for each connection. */
function trusting(ca: string): SecureContext {
  const context = loadTls().createSecureContext();
  // Added to those that Node has read already: as `ca` they would take their place, and have to be read with them.
  (context.context as { addCACert(pem: string): void }).addCACert(ca);
  return context;
}
