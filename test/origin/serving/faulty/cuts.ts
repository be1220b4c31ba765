import { readBoxes } from '../../content/boxes.ts';
import type { Content } from '../../content/content.ts';
import { all } from '../../content/content.ts';
import { PACKET_BYTES } from '../../content/transport.ts';
import { without } from '../answer.ts';
import type { Exchange } from '../exchange.ts';
import { pause, sendAnswer, sendHead, sendPieces } from '../exchange.ts';
import type { Fault } from '../faults.ts';
import type { Behaviour } from '../misbehaviour.ts';
import { until } from '../wire.ts';

/** A body that ends where it should not, or says nothing of its end. */
export const cuts = {
  'reset-midway': async (exchange, fault) => {
    sendHead(exchange, exchange.answer.status, exchange.answer.headers);
    await sendBeginning(exchange, fault);
    exchange.wire.reset();
    await until(exchange.wire.over);
  },
  truncate,
  'truncate-chunked': async (exchange, fault) => {
    headWithoutLength(exchange);
    await sendBeginning(exchange, fault);
    await exchange.wire.cutOff();
  },
  'ends-early': async (exchange, fault) => {
    if (fault.framing === 'close') exchange.wire.delimitByClose();
    headWithoutLength(exchange);
    await sendBeginning(exchange, fault);
    await exchange.wire.end();
  },
  'no-length': async (exchange, { framing = 'close' }) => {
    if (framing === 'close') exchange.wire.delimitByClose();
    await sendAnswer({ ...exchange, options: { ...exchange.options, chunked: true } });
  },
  'wrong-length': async (exchange, { delta = 1000 }) => {
    const { answer, body, wire } = exchange;
    const length = Math.max(answer.end - answer.start + delta, 0);
    wire.head(answer.status, { ...answer.headers, 'content-length': length });
    await sendPieces(exchange, body.slice(answer.start, answer.end));
    await wire.cutOff();
  },
  stall: async (exchange, fault) => {
    sendHead(exchange, exchange.answer.status, exchange.answer.headers);
    await sendBeginning(exchange, fault);
    await until(exchange.wire.over);
  },
  slow: async (exchange, { everyMs = 1000 }) => {
    const { answer, body, wire } = exchange;
    sendHead(exchange, answer.status, answer.headers);
    for (const piece of body.slice(answer.start, answer.end)) {
      for (let offset = 0; offset < piece.length && !wire.over.aborted; offset++) {
        await wire.write([piece.subarray(offset, offset + 1)]);
        await pause(wire, everyMs);
      }
    }
    await wire.end();
  },
  endless: async (exchange) => {
    headWithoutLength(exchange);
    while (!exchange.wire.over.aborted) await sendPieces(exchange, all(exchange.body));
  },
} satisfies Record<string, Behaviour>;

/** Announces the right length, sends a part, closes. */
export async function truncate(exchange: Exchange, fault: Fault): Promise<void> {
  exchange.wire.head(exchange.answer.status, exchange.answer.headers);
  await sendBeginning(exchange, fault);
  await exchange.wire.cutOff();
}

function headWithoutLength({ wire, answer }: Exchange): void {
  wire.head(answer.status, without(answer.headers, 'content-length'));
}

async function sendBeginning(exchange: Exchange, { afterBytes, align }: Fault): Promise<void> {
  const { answer, body } = exchange;
  const length = answer.end - answer.start;
  const wanted = answer.start + Math.min(afterBytes ?? Math.floor(length / 2), length);
  await sendPieces(exchange, body.slice(answer.start, aligned(body, answer.start, wanted, align)));
}

/** The last boundary of a packet or box between `start` and `end`; where there is none, the first behind it. */
function aligned(body: Content, start: number, end: number, align: Fault['align']): number {
  if (align === undefined) return end;
  if (align === 'packet') return Math.max(Math.floor(end / PACKET_BYTES), 1) * PACKET_BYTES;
  const ends = readBoxes(Buffer.concat([...all(body)]))
    .map((box) => box.end)
    .filter((boundary) => boundary > start);
  return ends.findLast((boundary) => boundary <= end) ?? ends[0] ?? end;
}
