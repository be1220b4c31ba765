import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Content } from '../content/content.ts';
import type { Answer } from './answer.ts';
import { answerOf } from './answer.ts';
import type { Side } from './kinds.ts';
import type { Options } from './options.ts';
import { paceOf } from './pace.ts';
import type { Validators } from './validators.ts';
import type { Wire } from './wire.ts';
import { isOver } from './wire.ts';

/** Under which addresses the server can be had. */
export interface Origins {
  /** The one that was asked. */
  own: string;
  /** The same scheme, another port. */
  other: string;
  /** Without TLS. */
  plain: string;
  /** Which of the two was asked. */
  side: Side;
}

/** One request for a resource of a stream. */
export interface Exchange {
  wire: Wire;
  method: string;
  /** The path of the URL. */
  pathname: string;
  /** The query, with its question mark. */
  search: string;
  headers: IncomingHttpHeaders;
  body: Content;
  contentType: string;
  options: Options;
  /** What a correct answer is. */
  answer: Answer;
  validators: Validators;
  origins: Origins;
}

const BATCH_BYTES = 8 * 1024 * 1024;
const SLICES_PER_S = 50;

/** Sends the right answer. */
export async function sendAnswer(exchange: Exchange): Promise<void> {
  const { answer, body, method, wire } = exchange;
  sendHead(exchange, answer.status, answer.headers);
  if (method !== 'HEAD') await sendPieces(exchange, body.slice(answer.start, answer.end));
  await wire.end();
}

/** The same exchange with other bytes to send; the answer is what is right for those. */
export function withBody(exchange: Exchange, body: Content, validators: Validators = {}): Exchange {
  const { contentType, headers } = exchange;
  const answer = answerOf({ size: body.size, contentType, headers, validators });
  return { ...exchange, body, validators, answer };
}

/** Sends headers, without a length where the options say so. */
export function sendHead({ options, wire }: Exchange, status: number, headers: OutgoingHttpHeaders): void {
  const { 'content-length': length, ...others } = headers;
  wire.head(status, options.chunked || length === undefined ? others : headers);
}

/** Sends a part of the body, as fast as the options allow. */
export async function sendPieces({ options, wire }: Exchange, pieces: Iterable<Buffer>): Promise<void> {
  const bytesPerSecond = paceOf(wire.connection, options);
  if (bytesPerSecond === undefined) await sendBatches(wire, pieces);
  else await sendPaced(wire, pieces, bytesPerSecond);
}

async function sendBatches(wire: Wire, pieces: Iterable<Buffer>): Promise<void> {
  let batch: Buffer[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    batch.push(piece);
    bytes += piece.length;
    if (bytes < BATCH_BYTES) continue;
    await wire.write(batch);
    if (wire.over.aborted) return;
    batch = [];
    bytes = 0;
  }
  await wire.write(batch);
}

/** When the connection may send its next byte, in milliseconds of `performance.now()`. */
const free = new WeakMap<object, number>();

async function sendPaced(wire: Wire, pieces: Iterable<Buffer>, bytesPerSecond: number): Promise<void> {
  const sliceBytes = Math.max(Math.ceil(bytesPerSecond / SLICES_PER_S), 1);
  for (const piece of pieces) {
    for (let offset = 0; offset < piece.length; offset += sliceBytes) {
      const slice = piece.subarray(offset, offset + sliceBytes);
      const now = performance.now();
      const begin = Math.max(free.get(wire.connection) ?? 0, now);
      const done = begin + (slice.length / bytesPerSecond) * 1000;
      free.set(wire.connection, done);
      await wire.write([slice]);
      await pause(wire, done - now);
      if (wire.over.aborted) return;
    }
  }
}

/** Waits, but not for a client that has gone. */
export async function pause(wire: Wire, ms: number): Promise<void> {
  if (ms <= 0 || wire.over.aborted) return;
  try {
    await sleep(ms, undefined, { signal: wire.over });
  } catch (error) {
    if (!isOver(wire.over)) throw error;
  }
}

/** Sends a text of that type (`media`: the resource's own). */
export async function sendText(
  exchange: Exchange,
  status: number,
  contentType: string,
  text: string,
  headers: Record<string, string> = {},
): Promise<void> {
  const { method, wire } = exchange;
  const bytes = Buffer.from(text);
  const isBodiless = status === 204 || status === 304;
  const type = contentType === 'media' ? exchange.contentType : contentType;
  wire.head(status, isBodiless ? headers : { 'content-type': type, 'content-length': bytes.length, ...headers });
  if (method !== 'HEAD' && !isBodiless) await wire.write([bytes]);
  await wire.end();
}
