import { attributesOf, resolveUriAttribute, syntaxError, textOf, webUrl } from './context.ts';
import type { Context } from './context.ts';
import type { TagLine } from './lines.ts';
import type { Key } from './model.ts';

/** A key as the playlist declares it: `iv` only where an attribute gives it. */
export type DeclaredKey = Readonly<Key>;

/** Key formats in force at once; more is an attack on our memory: every key of the playlist would add one to all that follow. */
const MAX_FORMATS = 16;

/** KEYFORMAT of keys that are 16 bytes behind a URL, and the default (RFC 8216bis §4.4.4.4). */
export const IDENTITY = 'identity';

/**
 * The keys in force after a `#EXT-X-KEY`: the tag replaces the key of its KEYFORMAT, others stay; METHOD=NONE ends them
 * all. Returns a new list. Throws PlaylistError without METHOD, without the URI of an identity key, and for a bad IV.
 */
export function applyKey(tag: TagLine, inForce: readonly DeclaredKey[], context: Context): readonly DeclaredKey[] {
  const attributes = attributesOf(tag, context);
  const method = textOf(attributes, 'METHOD');
  if (method === undefined) throw syntaxError(context.url, tag, '#EXT-X-KEY has no METHOD.');
  const declaredFormat = textOf(attributes, 'KEYFORMAT');
  const keyFormat = declaredFormat ?? IDENTITY;
  const others = inForce.filter((key) => key.keyFormat !== keyFormat);
  if (method === 'NONE') return declaredFormat === undefined ? [] : others;
  if (others.length >= MAX_FORMATS) throw syntaxError(context.url, tag, 'too many key formats are in force at once.');
  const ivAttribute = attributes.get('IV');
  const iv = ivAttribute === undefined ? undefined : readIv(ivAttribute.value);
  if (ivAttribute !== undefined && iv === undefined) {
    throw syntaxError(context.url, ivAttribute, 'the IV is not a number of 128 bits in hexadecimal digits.');
  }
  const uri = attributes.get('URI');
  // DRM systems put licence data and schemes of their own into URI: only a URL of the web is kept.
  const url = keyFormat === IDENTITY ? resolveUriAttribute(uri, tag, context) : webUrl(uri?.value, context.url);
  return [...others, { method, keyFormat, ...(url === undefined ? {} : { url }), ...(iv === undefined ? {} : { iv }) }];
}

/**
 * The key that an EXT-X-SESSION-KEY announces (RFC 8216bis §4.4.6.5); undefined without a METHOD or with NONE. Nothing is
 * decrypted with it, so that what is wrong with it is left out; the lint reports it.
 */
export function readSessionKey(tag: TagLine, context: Context): Key | undefined {
  const attributes = attributesOf(tag, context);
  const method = textOf(attributes, 'METHOD');
  if (method === undefined || method === 'NONE') return undefined;
  const url = webUrl(attributes.get('URI')?.value, context.url);
  const iv = readIv(attributes.get('IV')?.value ?? '');
  return {
    method,
    keyFormat: textOf(attributes, 'KEYFORMAT') ?? IDENTITY,
    ...(url === undefined ? {} : { url }),
    ...(iv === undefined ? {} : { iv }),
  };
}

/** 32 lower-case digits from a hexadecimal-sequence; a short one is the low end of the number. Undefined when malformed. */
function readIv(text: string): string | undefined {
  const match = /^(?:0x((?:[\da-f]{2}){1,16})|([\da-f]{32}))$/i.exec(text.trim());
  return (match?.[1] ?? match?.[2])?.toLowerCase().padStart(32, '0');
}

/** The keys as one fragment or init segment uses them: without an IV, an identity key takes the Media Sequence Number (§5.2). */
export function keysAt(keys: readonly DeclaredKey[], sequence: bigint): readonly Key[] {
  if (keys.every(hasFixedIv)) return keys;
  const iv = sequence.toString(16).padStart(32, '0');
  return keys.map((key) => (hasFixedIv(key) ? key : { ...key, iv }));
}

/** Whether the key decrypts every fragment with the same IV (or is not ours to decrypt with). */
export function hasFixedIv(key: DeclaredKey): boolean {
  return key.iv !== undefined || key.keyFormat !== IDENTITY;
}
