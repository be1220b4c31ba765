import { all } from '../content/content.ts';
import { etagOf, rangeHeaders, without } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { pause, sendAnswer, sendHead, sendPieces } from './exchange.ts';
import type { Fault, FaultKind } from './faults.ts';
import { until } from './wire.ts';

const PAGE = '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><p>Please sign in.</p></body></html>\n';
const COMPLAINT = '{"error":{"code":"token_expired","message":"The token has expired."}}\n';

/** Answers as the fault says. */
export async function misbehave(exchange: Exchange, fault: Fault): Promise<void> {
  await behaviours[fault.kind](exchange, fault);
}

const behaviours: Record<FaultKind, (exchange: Exchange, fault: Fault) => Promise<void>> = {
  status: (exchange, { status = 503, retryAfter }) => {
    const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfterOf(retryAfter) };
    return sendText(exchange, status, 'text/plain', `Status ${status}, as asked for.\n`, headers);
  },
  'reset-before': async ({ wire }) => {
    wire.reset();
    await until(wire.over);
  },
  'reset-midway': async (exchange, fault) => {
    sendHead(exchange, exchange.answer.status, exchange.answer.headers);
    await sendBeginning(exchange, fault);
    exchange.wire.reset();
    await until(exchange.wire.over);
  },
  truncate: async (exchange, fault) => {
    exchange.wire.head(exchange.answer.status, exchange.answer.headers);
    await sendBeginning(exchange, fault);
    await exchange.wire.cutOff();
  },
  'truncate-chunked': async (exchange, fault) => {
    const headers = without(exchange.answer.headers, 'content-length');
    exchange.wire.head(exchange.answer.status, headers);
    await sendBeginning(exchange, fault);
    await exchange.wire.cutOff();
  },
  'wrong-length': async (exchange, { delta = 1000 }) => {
    const { answer, body, wire } = exchange;
    const length = Math.max(answer.end - answer.start + delta, 0);
    wire.head(answer.status, { ...answer.headers, 'content-length': length });
    await sendPieces(exchange, body.slice(answer.start, answer.end));
    await wire.cutOff();
  },
  'no-headers': ({ wire }) => until(wire.over),
  stall: async (exchange, fault) => {
    sendHead(exchange, exchange.answer.status, exchange.answer.headers);
    await sendBeginning(exchange, fault);
    await until(exchange.wire.over);
  },
  slow: async (exchange) => {
    const { answer, body, wire } = exchange;
    sendHead(exchange, answer.status, answer.headers);
    for (const piece of body.slice(answer.start, answer.end)) {
      for (let offset = 0; offset < piece.length && !wire.over.aborted; offset++) {
        await wire.write([piece.subarray(offset, offset + 1)]);
        await pause(wire, 1000);
      }
    }
    await wire.end();
  },
  endless: async (exchange) => {
    const { answer, body, wire } = exchange;
    const headers = without(answer.headers, 'content-length');
    wire.head(answer.status, headers);
    while (!wire.over.aborted) await sendPieces(exchange, all(body));
  },
  html: (exchange, { contentType = 'text/html; charset=utf-8' }) => sendText(exchange, 200, contentType, PAGE),
  json: (exchange, { contentType = 'application/json' }) => sendText(exchange, 200, contentType, COMPLAINT),
  empty: (exchange, { contentType = 'media' }) => sendText(exchange, 200, contentType, ''),
  'range-ignored': async (exchange) => {
    const headers = without(exchange.answer.headers, 'content-range');
    const { size } = exchange.body;
    const answer = { status: 200, headers: { ...headers, 'content-length': size }, start: 0, end: size };
    await sendAnswer({ ...exchange, answer });
  },
  'range-wrong': async (exchange, { delta = 1 }) => {
    const { answer, body } = exchange;
    const start = Math.min(Math.max(answer.start + delta, 0), body.size - 1);
    const end = Math.min(Math.max(answer.end + delta, start + 1), body.size);
    const headers = { ...answer.headers, ...rangeHeaders(start, end, body.size) };
    await sendAnswer({ ...exchange, answer: { status: 206, headers, start, end } });
  },
  redirect: async (exchange, { status = 302, to = 'relative' }) => {
    const { pathname, search } = exchange;
    const file = pathname.slice(pathname.lastIndexOf('/') + 1);
    const moved = `${search === '' ? '?' : `${search}&`}redirected=1`;
    const locations = {
      relative: file + moved,
      'cross-origin': exchange.otherOrigin + pathname + moved,
      loop: file + search,
    };
    exchange.wire.head(status, { location: locations[to], 'content-length': 0 });
    await exchange.wire.end();
  },
  'etag-changes': async (exchange) => {
    const etag = etagOf(exchange.pathname, performance.now());
    const { answer, body } = exchange;
    // A client that resumes with If-Range holds an ETag of the past, so it gets everything.
    const isStale = exchange.headers['if-range'] !== undefined;
    const headers = without(answer.headers, 'content-range');
    const whole = { status: 200, headers: { ...headers, 'content-length': body.size }, start: 0, end: body.size };
    const chosen = isStale ? whole : answer;
    await sendAnswer({ ...exchange, answer: { ...chosen, headers: { ...chosen.headers, etag } } });
  },
};

async function sendBeginning(exchange: Exchange, { afterBytes }: Fault): Promise<void> {
  const { answer, body } = exchange;
  const length = answer.end - answer.start;
  const end = answer.start + Math.min(afterBytes ?? Math.floor(length / 2), length);
  await sendPieces(exchange, body.slice(answer.start, end));
}

async function sendText(
  exchange: Exchange,
  status: number,
  contentType: string,
  text: string,
  headers: Record<string, string> = {},
): Promise<void> {
  const bytes = Buffer.from(text);
  exchange.wire.head(status, {
    'content-type': contentType === 'media' ? exchange.contentType : contentType,
    'content-length': bytes.length,
    ...headers,
  });
  if (exchange.method !== 'HEAD') await exchange.wire.write([bytes]);
  await exchange.wire.end();
}

function retryAfterOf(text: string): string {
  const seconds = /^date\+(\d+)$/.exec(text)?.[1];
  return seconds === undefined ? text : new Date(Date.now() + Number(seconds) * 1000).toUTCString();
}
