import type { MultivariantPlaylist, Rendition, Variant } from './playlist/model.ts';
import type { Address } from './playlistReader.ts';
import type { Place } from './steering/places.ts';

/** What a stream is called, and what is known of it before it is read. */
export interface Named {
  /** `main`, or `audio.<language or name>`. */
  name: string;
  /** What tells it from other streams of the same request: the variant, the rendition. */
  id: string;
  rendition?: Rendition;
  /** Declared for it, in bits per second. */
  bandwidth?: number;
}

/** The streams of one place and where each is read, the main one first. */
export type Outline = readonly (Named & { address: Address })[];

/** The streams of a place, not read yet. Pure. */
export function outlineOf({ variant, renditions }: Place, { variables: imports }: MultivariantPlaylist): Outline {
  const id = variantId(variant);
  const { bandwidth } = variant;
  const address = { url: variant.url, label: "The variant's playlist", imports };
  const separate = renditions.flatMap((rendition) => {
    const { type, url, language, name: title } = rendition;
    // Without an address it is carried by the variant itself.
    if (url === undefined) return [];
    const kind = type === 'AUDIO' ? 'audio' : 'subtitles';
    const name = `${kind}.${language ?? title}`;
    const label = `The playlist of the ${kind} "${title}"`;
    return [
      {
        name,
        id: `${name} ${title} with ${id}`,
        rendition,
        bandwidth,
        address: { url, label, imports, mayBeEmpty: type === 'SUBTITLES' },
      },
    ];
  });
  return [{ name: 'main', id, bandwidth, address }, ...separate];
}

/** Where each stream is, by its `id`. Pure. */
export function addressesOf(outline: Outline): Map<string, Address> {
  return new Map(outline.map(({ id, address }) => [id, address]));
}

function variantId({ bandwidth, width, height, frameRate, codecs }: Variant): string {
  return [bandwidth, `${width ?? ''}x${height ?? ''}`, frameRate, codecs].join(' ');
}
