/**
 * Measures how fast the lab hands out 4K fragments to bare sockets: `node test/origin/speed.ts [connections] [seconds]`.
 * The client parses nothing but the length, so that what is measured is the origin.
 */
import { connect } from 'node:net';

import { startLab } from './lab.ts';

const [connections = 4, seconds = 3] = process.argv.slice(2).map(Number);

await using lab = await startLab();
const port = Number(new URL(lab.http).port);
let bytes = 0;
const start = performance.now();
await Promise.all(Array.from({ length: connections }, (_, place) => readInARow(place)));
const elapsedS = (performance.now() - start) / 1000;
process.stdout.write(`${connections} connections: ${(bytes / elapsedS / 1e9).toFixed(2)} GB/s\n`);

/** Gets one fragment after the other on a connection of its own until the time is over. */
function readInARow(first: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let fragment = first;
    let left = 0;
    const buffer = Buffer.alloc(256 * 1024);
    const ask = (): void => {
      fragment = (fragment + connections) % 600;
      socket.write(`GET /4k/f${String(fragment).padStart(6, '0')}.ts HTTP/1.1\r\nHost: lab\r\n\r\n`);
    };
    const callback = (length: number): boolean => {
      if (left === 0) left = expected(buffer.toString('latin1', 0, Math.min(length, 1024)));
      left -= length;
      bytes += length;
      if (left > 0) return true;
      if (performance.now() - start < seconds * 1000) ask();
      else socket.destroy();
      return true;
    };
    const socket = connect({ port, host: '127.0.0.1', onread: { buffer, callback } }, ask);
    socket.on('close', () => resolve()).on('error', reject);
  });
}

function expected(head: string): number {
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
  return head.indexOf('\r\n\r\n') + 4 + length;
}
