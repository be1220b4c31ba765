import { attributesOf, textOf, webUrl } from './context.ts';
import type { Context } from './context.ts';
import { readSessionKey } from './keys.ts';
import type { TagLine } from './lines.ts';
import type { Key, MultivariantPlaylist, SessionData } from './model.ts';
import { readOffset } from './numbers.ts';

type Fields = Pick<MultivariantPlaylist, 'isIndependent' | 'sessionData' | 'sessionKeys' | 'steering' | 'startOffsetS'>;

/**
 * The tags that say something of a multivariant playlist as a whole (RFC 8216bis §4.4.2, §4.4.6). What is malformed is left
 * out, and the lint reports it. Of tags that may stand once the first counts.
 */
export class MultivariantMetadata {
  readonly #context: Context;
  readonly #data: SessionData[] = [];
  readonly #keys: Key[] = [];
  #isIndependent = false;
  #steering: MultivariantPlaylist['steering'];
  #startOffsetS: number | undefined;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Takes a tag if it is one of these. Throws PlaylistError for an undefined variable. */
  take(tag: TagLine): void {
    switch (tag.name) {
      case 'EXT-X-SESSION-KEY': {
        const key = readSessionKey(tag, this.#context);
        if (key !== undefined) this.#keys.push(key);
        return;
      }
      case 'EXT-X-SESSION-DATA': {
        this.#sessionData(tag);
        return;
      }
      case 'EXT-X-CONTENT-STEERING': {
        this.#steer(tag);
        return;
      }
      case 'EXT-X-START':
        this.#startOffsetS ??= readOffset(attributesOf(tag, this.#context).get('TIME-OFFSET')?.value ?? '');
        return;
      case 'EXT-X-INDEPENDENT-SEGMENTS':
        this.#isIndependent = true;
        return;
    }
  }

  /** What the tags have said; absent where none did. */
  fields(): Fields {
    return {
      ...(this.#isIndependent ? { isIndependent: true } : {}),
      ...(this.#data.length === 0 ? {} : { sessionData: this.#data }),
      ...(this.#keys.length === 0 ? {} : { sessionKeys: this.#keys }),
      ...(this.#steering === undefined ? {} : { steering: this.#steering }),
      ...(this.#startOffsetS === undefined ? {} : { startOffsetS: this.#startOffsetS }),
    };
  }

  #sessionData(tag: TagLine): void {
    const attributes = attributesOf(tag, this.#context);
    const id = textOf(attributes, 'DATA-ID');
    if (id === undefined) return;
    const value = attributes.get('VALUE')?.value;
    const url = webUrl(attributes.get('URI')?.value, this.#context.url);
    const format = textOf(attributes, 'FORMAT');
    const language = textOf(attributes, 'LANGUAGE');
    this.#data.push({
      id,
      ...(value === undefined ? {} : { value }),
      ...(url === undefined ? {} : { url }),
      ...(format === undefined ? {} : { format }),
      ...(language === undefined ? {} : { language }),
    });
  }

  #steer(tag: TagLine): void {
    const attributes = attributesOf(tag, this.#context);
    const serverUrl = webUrl(attributes.get('SERVER-URI')?.value, this.#context.url);
    if (serverUrl === undefined) return;
    const pathway = textOf(attributes, 'PATHWAY-ID');
    this.#steering ??= { serverUrl, ...(pathway === undefined ? {} : { pathway }) };
  }
}
