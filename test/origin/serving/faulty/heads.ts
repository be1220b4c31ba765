import { pause, sendAnswer, sendText } from '../exchange.ts';
import type { Behaviour } from '../misbehaviour.ts';
import { until } from '../wire.ts';
import { addressOf } from './addresses.ts';

const MEBIBYTE = 2 ** 20;
const HEADER_BYTES = 4096;

/** Instead of an answer, or in front of it. */
export const heads = {
  status: (exchange, { status = 503, retryAfter }) => {
    const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfterOf(retryAfter) };
    return sendText(exchange, status, 'text/plain', `Status ${status}, as asked for.\n`, headers);
  },
  'reset-before': async ({ wire }) => {
    wire.reset();
    await until(wire.over);
  },
  'close-before': async ({ wire }) => {
    wire.hangUp();
    await until(wire.over);
  },
  'not-http': async ({ wire }) => {
    await wire.raw(Buffer.from('220 lab.example FTP server ready.\r\n'));
    wire.hangUp();
    await until(wire.over);
  },
  'no-headers': ({ wire }) => until(wire.over),
  'slow-headers': async ({ wire }, { everyMs = 1000 }) => {
    if (wire.protocol === 'h2') return until(wire.over);
    await wire.raw(Buffer.from('HTTP/1.1 200 OK\r\nX-Name: '));
    while (!wire.over.aborted) {
      await wire.raw(Buffer.from('a'));
      await pause(wire, everyMs);
    }
  },
  'header-flood': async ({ wire }, { bytes = MEBIBYTE }) => {
    await wire.raw(Buffer.from('HTTP/1.1 200 OK\r\n'));
    const line = Buffer.from(`X-Flood: ${'a'.repeat(HEADER_BYTES)}\r\n`);
    for (let sent = 0; sent < bytes && !wire.over.aborted; sent += line.length) await wire.raw(line);
    await wire.raw(Buffer.from('\r\n'));
    wire.hangUp();
    await until(wire.over);
  },
  interim: async (exchange) => {
    exchange.wire.interim();
    await sendAnswer(exchange);
  },
  'interim-endless': async ({ wire }, { everyMs = 50 }) => {
    while (!wire.over.aborted) {
      wire.interim();
      await pause(wire, everyMs);
    }
  },
  redirect: async (exchange, { status = 302, to = 'relative' }) => {
    const { pathname, search, wire } = exchange;
    const file = pathname.slice(pathname.lastIndexOf('/') + 1);
    const moved = `${search === '' ? '?' : `${search}&`}redirected=1`;
    const location = to === 'loop' ? file + search : addressOf(to, file + moved, exchange);
    wire.head(status, { ...(location === undefined ? {} : { location }), 'content-length': 0 });
    await wire.end();
  },
} satisfies Record<string, Behaviour>;

function retryAfterOf(text: string): string {
  const seconds = /^date\+(\d+)$/.exec(text)?.[1];
  return seconds === undefined ? text : new Date(Date.now() + Number(seconds) * 1000).toUTCString();
}
