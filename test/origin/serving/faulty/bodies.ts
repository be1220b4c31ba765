import type { Content } from '../../content/content.ts';
import { all, made } from '../../content/content.ts';
import { PACKET_BYTES } from '../../content/transport.ts';
import { sendAnswer, sendText, withBody } from '../exchange.ts';
import type { Behaviour } from '../misbehaviour.ts';
import { validatorsOf } from '../validators.ts';
import { truncate } from './cuts.ts';

const PAGE = '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><p>Please sign in.</p></body></html>\n';
const COMPLAINT = '{"error":{"code":"token_expired","message":"The token has expired."}}\n';

/** Another body than the right one, or under another name. */
export const bodies = {
  html: (exchange, { contentType = 'text/html; charset=utf-8' }) => sendText(exchange, 200, contentType, PAGE),
  json: (exchange, { contentType = 'application/json' }) => sendText(exchange, 200, contentType, COMPLAINT),
  empty: (exchange, { contentType = 'media' }) => sendText(exchange, 200, contentType, ''),
  mistyped: async (exchange, { contentType = 'text/html; charset=utf-8' }) => {
    const { answer } = exchange;
    const headers = { ...answer.headers, 'content-type': contentType };
    await sendAnswer({ ...exchange, contentType, answer: { ...answer, headers } });
  },
  outdated: async (exchange, fault) => {
    const { body, options, pathname } = exchange;
    await truncate(withBody(exchange, former(body), validatorsOf(options.etag, 'former', pathname)), fault);
  },
} satisfies Record<string, Behaviour>;

/** The content with one byte turned, a third of the way in: never where a packet of a transport stream starts. */
function former(content: Content): Content {
  const place = Math.floor(content.size / 3 / PACKET_BYTES) * PACKET_BYTES + PACKET_BYTES / 2;
  return made(content.size, function* () {
    let offset = 0;
    for (const piece of all(content)) {
      const at = place - offset;
      offset += piece.length;
      yield at >= 0 && at < piece.length ? turned(piece, at) : piece;
    }
  });
}

function turned(piece: Buffer, at: number): Buffer {
  const copy = Buffer.from(piece);
  copy.writeUInt8(copy.readUInt8(at) ^ 0xff, at);
  return copy;
}
