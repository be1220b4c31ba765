import { held } from '../../content/content.ts';
import { parseRange, rangeHeaders, without } from '../answer.ts';
import type { Exchange } from '../exchange.ts';
import { sendAnswer, sendText, withBody } from '../exchange.ts';
import type { Behaviour } from '../misbehaviour.ts';
import { validatorsOf } from '../validators.ts';

const BOUNDARY = 'a-part-of-it';

/** Answers to range requests that are not what was asked for. */
export const ranges = {
  'range-ignored': sendWhole,
  'range-wrong': async (exchange, { delta = 1 }) => {
    const { answer, body } = exchange;
    const start = Math.min(Math.max(answer.start + delta, 0), body.size - 1);
    const end = Math.min(Math.max(answer.end + delta, start + 1), body.size);
    await sendPart(exchange, start, end);
  },
  'range-capped': async (exchange) => {
    const { start, end } = exchange.answer;
    await sendPart(exchange, start, start + Math.ceil((end - start) / 2));
  },
  'range-bare': async (exchange) => {
    const { answer } = exchange;
    const headers = without(answer.headers, 'content-range');
    await sendAnswer({ ...exchange, answer: { ...answer, status: 206, headers } });
  },
  'range-multipart': async (exchange) => {
    const { answer, body, contentType } = exchange;
    const range = String(rangeHeaders(answer.start, answer.end, body.size)['content-range']);
    const head = `--${BOUNDARY}\r\nContent-Type: ${contentType}\r\nContent-Range: ${range}\r\n\r\n`;
    const bytes = Buffer.concat([
      Buffer.from(head),
      ...body.slice(answer.start, answer.end),
      Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
    ]);
    const headers = { 'content-type': `multipart/byteranges; boundary=${BOUNDARY}`, 'content-length': bytes.length };
    const parts = { status: 206, headers, start: 0, end: bytes.length };
    await sendAnswer({ ...exchange, body: held(bytes), answer: parts });
  },
  'range-grown': async (exchange, { delta = 1000 }) => {
    const { answer, body } = exchange;
    await sendPart(exchange, answer.start, answer.end, body.size + delta);
  },
  'range-refused': (exchange) =>
    sendText(exchange, 416, 'text/plain', 'No such range.\n', { 'content-range': `bytes */${exchange.body.size}` }),
  'range-unasked': async (exchange) => {
    await sendPart(exchange, 0, Math.ceil(exchange.body.size / 2));
  },
  'range-stale': async (exchange) => {
    const { body, headers, options, pathname } = exchange;
    const range = parseRange(typeof headers.range === 'string' ? headers.range : undefined, body.size);
    if (typeof range !== 'object') return sendAnswer(exchange);
    const changed = withBody(exchange, body, validatorsOf(options.etag, 'another', pathname));
    return sendPart(changed, range.start, range.end);
  },
  'etag-changes': async (exchange) => {
    const { body, headers, pathname } = exchange;
    // A client that resumes with If-Range holds an ETag of the past, so it gets everything.
    await sendAnswer(withBody({ ...exchange, headers }, body, validatorsOf('strong', pathname, performance.now())));
  },
} satisfies Record<string, Behaviour>;

async function sendWhole(exchange: Exchange): Promise<void> {
  const { answer, body } = exchange;
  const headers = { ...without(answer.headers, 'content-range'), 'content-length': body.size };
  await sendAnswer({ ...exchange, answer: { status: 200, headers, start: 0, end: body.size } });
}

async function sendPart(exchange: Exchange, start: number, end: number, size = exchange.body.size): Promise<void> {
  const headers = { ...exchange.answer.headers, ...rangeHeaders(start, end, size) };
  await sendAnswer({ ...exchange, answer: { status: 206, headers, start, end } });
}
