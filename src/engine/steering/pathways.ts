import { pathwayOf } from '../playlist/choose.ts';
import type { MultivariantPlaylist, Rendition, Variant } from '../playlist/model.ts';
import type { PathwayClone, SteeringManifest } from './manifest.ts';

/**
 * The playlist with the pathways that a steering manifest clones (RFC 8216bis §7.3): for each variant of the base a copy
 * with its URI replaced, and for each of its groups a group of copies. Clones are made in their order, one may be the
 * base of the next; a clone whose ID the playlist has already, or whose base it lacks, is left out. Pure.
 */
export function applyClones(playlist: MultivariantPlaylist, clones: readonly PathwayClone[]): MultivariantPlaylist {
  return clones.reduce(applyClone, playlist);
}

function applyClone(playlist: MultivariantPlaylist, clone: PathwayClone): MultivariantPlaylist {
  const base = playlist.variants.filter((variant) => pathwayOf(variant) === clone.baseId);
  if (base.length === 0 || playlist.variants.some((variant) => pathwayOf(variant) === clone.id)) return playlist;
  const groups = new CloneGroups(playlist, clone.id);
  const variants = base.map((variant) => cloneVariant(variant, clone, groups));
  const renditions = playlist.renditions.flatMap((rendition) => {
    const groupId = groups.cloned(rendition.type, rendition.groupId);
    return groupId === undefined ? [] : [cloneRendition(rendition, clone, groupId)];
  });
  return {
    ...playlist,
    variants: [...playlist.variants, ...variants],
    renditions: [...playlist.renditions, ...renditions],
  };
}

/** Groups of a clone: named after the group that they copy and the pathway, as no other group is. */
class CloneGroups {
  readonly #taken: Set<string>;
  readonly #pathway: string;
  readonly #names = new Map<string, string>();

  constructor(playlist: MultivariantPlaylist, pathway: string) {
    this.#taken = new Set(playlist.renditions.map(({ groupId }) => groupId));
    this.#pathway = pathway;
  }

  /** The copy's name, which from now on exists. */
  clone(type: Rendition['type'], groupId: string): string {
    const key = `${type} ${groupId}`;
    let name = this.#names.get(key) ?? `${groupId} (${this.#pathway})`;
    while (!this.#names.has(key) && this.#taken.has(name)) name += '+';
    this.#names.set(key, name);
    return name;
  }

  cloned(type: Rendition['type'], groupId: string): string | undefined {
    return this.#names.get(`${type} ${groupId}`);
  }
}

function cloneVariant(variant: Variant, clone: PathwayClone, groups: CloneGroups): Variant {
  const { audio, subtitles, video, closedCaptions } = variant;
  return {
    ...variant,
    url: replaceUrl(variant.url, own(clone.perVariant, variant.stableId), clone),
    pathway: clone.id,
    ...(audio === undefined ? {} : { audio: groups.clone('AUDIO', audio) }),
    ...(subtitles === undefined ? {} : { subtitles: groups.clone('SUBTITLES', subtitles) }),
    ...(video === undefined ? {} : { video: groups.clone('VIDEO', video) }),
    ...(closedCaptions === undefined || closedCaptions === 'NONE'
      ? {}
      : { closedCaptions: groups.clone('CLOSED-CAPTIONS', closedCaptions) }),
  };
}

function cloneRendition(rendition: Rendition, clone: PathwayClone, groupId: string): Rendition {
  const { url, stableId } = rendition;
  if (url === undefined) return { ...rendition, groupId };
  return { ...rendition, groupId, url: replaceUrl(url, own(clone.perRendition, stableId), clone) };
}

function own(urls: Readonly<Record<string, string>>, id: string | undefined): string | undefined {
  return id !== undefined && Object.hasOwn(urls, id) ? urls[id] : undefined;
}

/** A URL that is given for the very variant keeps its host, a host without a port the URL's port; parameters are set
 * in either, in the order of their names. */
function replaceUrl(url: string, replacement: string | undefined, { host, params }: PathwayClone): string {
  const result = new URL(replacement ?? url);
  if (host !== undefined && replacement === undefined) result.host = host;
  for (const name of Object.keys(params).toSorted()) result.searchParams.set(name, params[name] ?? '');
  return result.href;
}

/**
 * Pathways from most to least wanted: those of the manifest's PATHWAY-PRIORITY that the playlist (clones applied) has. Without
 * a manifest, or when it names none of them: the one to begin with (EXT-X-CONTENT-STEERING), then the others as the
 * playlist lists them. Pure.
 */
export function orderPathways(playlist: MultivariantPlaylist, manifest?: SteeringManifest): string[] {
  const known = new Set(playlist.variants.map(pathwayOf));
  const wanted = manifest?.priority.filter((pathway) => known.has(pathway)) ?? [];
  if (wanted.length > 0) return wanted;
  const first = playlist.steering?.pathway;
  return first !== undefined && known.has(first) ? [...new Set([first, ...known])] : [...known];
}

/**
 * The playlist of one pathway alone, from which a variant is chosen; as it is where no variant belongs to the pathway. Pure.
 */
export function onPathway(playlist: MultivariantPlaylist, pathway: string): MultivariantPlaylist {
  const variants = playlist.variants.filter((variant) => pathwayOf(variant) === pathway);
  return variants.length === 0 ? playlist : { ...playlist, variants };
}
