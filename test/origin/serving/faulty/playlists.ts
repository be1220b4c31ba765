import { all, held } from '../../content/content.ts';
import type { Exchange } from '../exchange.ts';
import { sendAnswer, withBody } from '../exchange.ts';
import type { Fault } from '../faults.ts';
import type { Behaviour } from '../misbehaviour.ts';
import { addressOf } from './addresses.ts';
import { dropAt, insertAt, lastTwiceAsLong, moveOn, reorder } from './listing.ts';

/** Playlists that are not what they were, or lead elsewhere. */
export const playlists = {
  'playlist-moves': rewriting((text, { delta = 1 }, turn) => moveOn(text, delta * turn)),
  'playlist-reorder': rewriting((text) => reorder(text)),
  'playlist-durations': rewriting((text) => lastTwiceAsLong(text)),
  'playlist-drops': rewriting((text, { at }) => dropAt(text, at)),
  'playlist-inserts': rewriting((text, { at }) => insertAt(text, at)),
  uri: rewriting(replaceUris),
  'rendition-name': rewriting((text, { text: name = 'nameless' }) =>
    text.replaceAll(/^#EXT-X-MEDIA:.*$/gm, (line) =>
      line.replace(/NAME="[^"]*"/, () => `NAME="${name}"`).replace(/LANGUAGE="[^"]*"/, () => `LANGUAGE="${name}"`),
    ),
  ),
} satisfies Record<string, Behaviour>;

type Rewrite = (text: string, fault: Fault, turn: number, exchange: Exchange) => string;

function rewriting(rewrite: Rewrite): Behaviour {
  return async (exchange, fault, turn) => {
    const text = Buffer.concat([...all(exchange.body)]).toString();
    await sendAnswer(withBody(exchange, held(Buffer.from(rewrite(text, fault, turn, exchange)))));
  };
}

/** Where the URIs of each kind stand: what is before one, and the URI. */
const URIS: Readonly<Record<NonNullable<Fault['of']>, RegExp>> = {
  fragment: /(^)([^#\r\n\uFEFF][^\r\n]*)/gm,
  variant: /(^)([^#\r\n\uFEFF][^\r\n]*)/gm,
  key: /(^#EXT-X-KEY:[^\r\n]*?[:,]URI=")([^"]*)/gm,
  map: /(^#EXT-X-MAP:[^\r\n]*?[:,]?URI=")([^"]*)/gm,
  rendition: /(^#EXT-X-MEDIA:[^\r\n]*?[:,]URI=")([^"]*)/gm,
};

function replaceUris(text: string, { of = 'fragment', to = 'relative', at }: Fault, _turn: number, exchange: Exchange) {
  const isMultivariant = text.includes('#EXT-X-STREAM-INF:');
  if ((of === 'variant' || of === 'rendition') !== isMultivariant) return text;
  let place = -1;
  return text.replaceAll(URIS[of], (all: string, before: string, uri: string) => {
    place++;
    return at === undefined || at === place ? before + (addressOf(to, uri, exchange) ?? '') : all;
  });
}
