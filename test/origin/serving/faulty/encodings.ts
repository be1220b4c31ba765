import { gzipSync } from 'node:zlib';

import { all, held, joined } from '../../content/content.ts';
import type { Content } from '../../content/content.ts';
import type { Exchange } from '../exchange.ts';
import { sendAnswer } from '../exchange.ts';
import type { Behaviour } from '../misbehaviour.ts';

const GIBIBYTE = 2 ** 30;
const MEMBER_BYTES = 16 * 2 ** 20;
const HEADER_BYTES = 10;

/** Bodies that are compressed, well or badly, whatever the client accepts. */
export const encodings = {
  gzip: (exchange) => sendEncoded(exchange, 'gzip', held(compressed(exchange))),
  'gzip-broken': async (exchange) => {
    const bytes = compressed(exchange);
    bytes.fill(0xff, HEADER_BYTES, Math.max(Math.floor(bytes.length / 2), HEADER_BYTES + 1));
    await sendEncoded(exchange, 'gzip', held(bytes));
  },
  'gzip-cut': async (exchange) => {
    const bytes = compressed(exchange);
    await sendEncoded(exchange, 'gzip', held(bytes.subarray(0, Math.floor(bytes.length / 2))));
  },
  'gzip-lie': (exchange) => sendEncoded(exchange, 'gzip', exchange.body),
  'gzip-bomb': async (exchange, { bytes = GIBIBYTE / 2 }) => {
    const members = Array<Content>(Math.ceil(bytes / MEMBER_BYTES)).fill(lineEnds());
    await sendEncoded(exchange, 'gzip', joined([held(compressed(exchange)), ...members]));
  },
  'encoding-unknown': (exchange) => sendEncoded(exchange, 'rot13', exchange.body),
} satisfies Record<string, Behaviour>;

function compressed({ body }: Exchange): Buffer {
  return gzipSync(Buffer.concat([...all(body)]));
}

let remembered: Content | undefined;

/** A member of a gzip file (RFC 1952 §2.2) of line ends only. */
function lineEnds(): Content {
  remembered ??= held(gzipSync(Buffer.alloc(MEMBER_BYTES, '\n'), { level: 9 }));
  return remembered;
}

async function sendEncoded(exchange: Exchange, encoding: string, body: Content): Promise<void> {
  const headers = { 'content-type': exchange.contentType, 'content-encoding': encoding, 'content-length': body.size };
  await sendAnswer({ ...exchange, body, answer: { status: 200, headers, start: 0, end: body.size } });
}
