import type tls from 'node:tls';

/** Node's TLS, loaded with the first need of it: that takes as long as a small download without it. */
export function loadTls(): typeof tls {
  return process.getBuiltinModule('node:tls');
}
