import type { Windows } from './flowControl.ts';

const mebibyte = 1024 * 1024;

/**
 * The window of all streams together is given back when half of it has come: a path of 1 Gbit/s and 100 ms wants twice its
 * 12.5 MB. It costs no memory: what comes is taken off the connection at once, and waits in windows of streams.
 */
const connectionWindowBytes = 64 * mebibyte;
/** As much as TCP gives one connection. A stream that is stopped is sent to until it is full: that waits in memory. */
const streamWindowBytes = 4 * mebibyte;
/** A stream that is stopped for the rate's sake is sent to until its window is full: that is read, and kept. */
const leastWindowBytes = 64 * 1024;

/**
 * Windows of HTTP/2 (RFC 9113 §6.9) as undici takes them: `initialWindowSize` is typed as inside `settings`, where it is
 * ignored. Undici's own 512 KiB for a connection caps a path of 100 ms at 5 MiB/s.
 */
export function http2Options({ stream, connection }: Windows): object {
  return { initialWindowSize: stream, connectionWindowSize: connection };
}

/** Windows for a download of that rate, where one is set. */
export function http2Windows(bytesPerSecond = Infinity): Windows {
  const stream = Math.min(streamWindowBytes, Math.max(leastWindowBytes, Math.round(bytesPerSecond / 4)));
  return { stream, connection: connectionWindowBytes };
}
