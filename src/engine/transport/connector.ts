import { connect as connectTcp, isIP, type LookupFunction, type OnReadOpts, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { buildConnector } from 'undici';
import { PooledReads, type ReadBuffers } from './pooledReads.ts';
import { loadTls } from './tls.ts';

export interface ConnectorOptions {
  lookup: LookupFunction;
  /** Longest time to connect, the TLS handshake included. */
  timeoutMs: number;
  /** What is trusted; Node's default where it says nothing. */
  secureContext?: () => SecureContext | undefined;
  /** Where sockets read to. */
  buffers: ReadBuffers;
}

/** As undici's own connector. */
const keepAliveDelayMs = 60_000;

/**
 * Makes connections for undici whose reads go into pooled buffers: a chunk that such a socket hands out is valid until
 * its next read. HTTP/1.1 only: HTTP/2 reads below the socket.
 */
export function pooledConnector(options: ConnectorOptions): buildConnector.connector {
  const { lookup, timeoutMs, secureContext, buffers } = options;
  /** TLS sessions by server name, for those that come after (RFC 8446 §2.2). */
  const sessions = new Map<string, Buffer>();

  return ({ hostname, protocol, port, servername }, callback) => {
    const isSecure = protocol === 'https:';
    const reads = new PooledReads(buffers, isSecure);
    const target = { host: hostname, port: Number(port === '' ? (isSecure ? 443 : 80) : port), lookup };
    const socket = isSecure
      ? secure(target, servername ?? '', reads.onread)
      : connectTcp({ ...target, onread: reads.onread });
    reads.attach(socket);
    socket.setNoDelay(true).setKeepAlive(true, keepAliveDelayMs);
    settle(socket, isSecure ? 'secureConnect' : 'connect', timeoutMs, callback);
  };

  function secure(
    target: { host: string; port: number; lookup: LookupFunction },
    name: string,
    onread: OnReadOpts,
  ): Socket {
    const { host } = target;
    const servername = name !== '' ? name : isIP(host) === 0 ? host : '';
    const key = servername === '' ? host : servername;
    const session = sessions.get(key);
    // `onread` is read by the socket beneath, which its types do not say.
    const beneath: object = { onread };
    const context = secureContext?.();
    const trust = context ? { secureContext: context } : {};
    const socket = loadTls().connect({
      ...target,
      ...beneath,
      ...trust,
      servername,
      ALPNProtocols: ['http/1.1'],
      ...(session ? { session } : {}),
    });
    socket.on('session', (ticket) => sessions.set(key, ticket));
    return socket;
  }
}

/** Tells undici once: that the connection stands, or why not. */
function settle(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  timeoutMs: number,
  callback: buildConnector.Callback,
) {
  const timer = setTimeout(() => socket.destroy(new ConnectTimeoutError(timeoutMs)), timeoutMs);
  const onError = (error: Error) => {
    clearTimeout(timer);
    callback(error, null);
  };
  socket.once('error', onError);
  socket.once(event, () => {
    clearTimeout(timer);
    socket.off('error', onError);
    callback(null, socket);
  });
}

/** The connection did not come about in time. */
class ConnectTimeoutError extends Error {
  override readonly name = 'ConnectTimeoutError';
  /** As undici's own. */
  readonly code = 'UND_ERR_CONNECT_TIMEOUT';

  constructor(timeoutMs: number) {
    super(`no connection within ${timeoutMs} ms`);
  }
}
