import type { Socket } from 'node:net';
import type { Ways } from './proxy.ts';

/** Serves SOCKS 5 (RFC 1928; user name and password: RFC 1929) on a connection. */
export function serveSocks(socket: Socket, ways: Ways): void {
  const talk = serve(socket, ways);
  let received: Buffer = Buffer.alloc(0);
  let wanted = talk.next().value;
  const take = (chunk: Buffer): void => {
    received = Buffer.concat([received, chunk]);
    while (wanted !== undefined && received.length >= wanted) {
      const part = received.subarray(0, wanted);
      received = received.subarray(wanted);
      wanted = talk.next(part).value ?? undefined;
    }
    if (wanted === undefined) socket.off('data', take);
  };
  socket.on('data', take);
}

/** Yields how many bytes it needs next, and is given them. */
function* serve(socket: Socket, ways: Ways): Generator<number, undefined, Buffer> {
  const { options, log } = ways;
  const [version, count = 0] = yield 2;
  const methods = [...(yield count)];
  const method = options.credentials === undefined ? 0 : 2;
  if (version !== 5 || !methods.includes(method)) {
    socket.end(Buffer.from([5, 0xff]));
    return undefined;
  }
  socket.write(Buffer.from([5, method]));
  let credentials: string | undefined;
  if (method === 2) {
    const user = (yield (yield 2)[1] ?? 0).toString();
    credentials = `${user}:${(yield (yield 1)[0] ?? 0).toString()}`;
    const isRight = credentials === options.credentials;
    socket.write(Buffer.from([1, isRight ? 0 : 1]));
    if (!isRight) {
      socket.end();
      return undefined;
    }
  }
  const [, , , kind] = yield 4;
  const host = kind === 3 ? (yield (yield 1)[0] ?? 0).toString() : addressOf(yield kind === 1 ? 4 : 16);
  const port = (yield 2).readUInt16BE();
  log.push({ how: 'socks5', target: `${host}:${port}`, credentials, headerNames: [] });
  const reply = (code: number): Buffer => Buffer.from([5, code, 0, 1, 127, 0, 0, 1, 0, 0]);
  if (options.refusal !== undefined) {
    socket.end(reply(options.refusal));
    return undefined;
  }
  const onward = ways.connectTo(host, port);
  onward.once('connect', () => {
    socket.write(reply(0));
    onward.pipe(socket).pipe(onward);
  });
  onward.on('error', () => socket.end(reply(5)));
  socket.on('close', () => onward.destroy());
  return undefined;
}

function addressOf(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  return Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16)).join(':');
}
