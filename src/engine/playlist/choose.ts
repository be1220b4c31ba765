import { PlaylistError, UsageError } from '../errors.ts';
import type { MultivariantPlaylist, Rendition, Variant } from './model.ts';
import { readInteger } from './numbers.ts';

/**
 * Picks one variant; I-frame variants never. `wanted`:
 * - `best`: most pixels, then highest bandwidth; `worst`: fewest pixels, then lowest bandwidth. A variant without a
 *   resolution (often audio alone) is taken only when none has one.
 * - `<height>p`: of the variants of exactly this height the one with most pixels, then highest bandwidth.
 * - `<bandwidth>` in bits per second: the exact one, else the highest below.
 * Of equals the first in the playlist wins: later ones are its failover.
 * Throws PlaylistError `HLS_PLAYLIST_VARIANT` when nothing fits, UsageError when `wanted` has another form.
 */
export function chooseVariant(playlist: MultivariantPlaylist, wanted: string): Variant {
  const variants = playlist.variants.filter((variant) => !variant.isIframe);
  const withPicture = variants.filter((variant) => pixelsOf(variant) > 0);
  const ranked = withPicture.length > 0 ? withPicture : variants;
  const chosen = pick(variants, ranked, wanted);
  if (chosen !== undefined) return chosen;
  const offer = variants.length === 0 ? 'none' : variants.map(describeVariant).join('; ');
  throw new PlaylistError('HLS_PLAYLIST_VARIANT', `The playlist has no variant ${wanted}. It has: ${offer}.`, {
    hint: 'Choose one of these by its height (`720p`) or bandwidth in bits per second, or take `best` or `worst`.',
    url: playlist.url,
  });
}

function pick(variants: readonly Variant[], ranked: readonly Variant[], wanted: string): Variant | undefined {
  if (wanted === 'best') return firstBy(ranked, (a, b) => -compareQuality(a, b));
  if (wanted === 'worst') return firstBy(ranked, compareQuality);
  const height = /^\d+p$/i.test(wanted) ? readInteger(wanted.slice(0, -1)) : undefined;
  if (height !== undefined) {
    const ofHeight = variants.filter((variant) => variant.height === height);
    return firstBy(ofHeight, (a, b) => -compareQuality(a, b));
  }
  const bandwidth = readInteger(wanted);
  if (bandwidth === undefined) {
    throw new UsageError('HLS_OPTION', `“${wanted}” is no variant: it is best, worst, a height or a bandwidth.`, {
      hint: 'Write `best`, `worst`, a height such as `1080p` or a bandwidth in bits per second such as `5000000`.',
    });
  }
  const notAbove = variants.filter((variant) => variant.bandwidth <= bandwidth);
  return firstBy(notAbove, (a, b) => b.bandwidth - a.bandwidth || -compareQuality(a, b));
}

/** The first of the list's smallest elements. */
function firstBy<T>(list: readonly T[], compare: (a: T, b: T) => number): T | undefined {
  return list.toSorted(compare)[0];
}

/** Negative when `a` is the lesser picture. */
function compareQuality(a: Variant, b: Variant): number {
  return pixelsOf(a) - pixelsOf(b) || a.bandwidth - b.bandwidth;
}

function pixelsOf({ width = 0, height = 0 }: Variant): number {
  return width * height;
}

/**
 * Picks the audio renditions that are fetched beside a variant: only those of its audio group that have a URL of their own.
 * `wanted`:
 * - `default`: the group's default (else its first with AUTOSELECT, else its first); nothing when the variant carries it.
 * - `none`: nothing. `all`: every one, each URL once.
 * - a language (`de`, also for `de-AT`) or a name, in any case: the best match; nothing when the variant carries it.
 * - a list of these: each of them, each URL once.
 * Throws PlaylistError `HLS_PLAYLIST_VARIANT` when no rendition has that language or name.
 */
export function chooseAudio(
  playlist: MultivariantPlaylist,
  variant: Variant,
  wanted: string | readonly string[],
): Rendition[] {
  if (typeof wanted !== 'string') {
    const chosen = wanted.flatMap((each) => chooseAudio(playlist, variant, each));
    return chosen.filter((rendition, index) => isFirstOfUrl(rendition, index, chosen));
  }
  const group = playlist.renditions.filter(
    (rendition) => rendition.type === 'AUDIO' && rendition.groupId === variant.audio,
  );
  switch (wanted) {
    case 'none':
      return [];
    case 'all':
      return group.filter((rendition, index) => hasOwnUrl(rendition) && isFirstOfUrl(rendition, index, group));
    case 'default':
      return [preferred(group)].filter((rendition) => rendition !== undefined).filter(hasOwnUrl);
    default:
      return [matchAudio(playlist, group, wanted)].filter(hasOwnUrl);
  }
}

function isFirstOfUrl({ url }: Rendition, index: number, group: readonly Rendition[]): boolean {
  return group.findIndex((other) => other.url === url) === index;
}

function hasOwnUrl(rendition: Rendition): boolean {
  return rendition.url !== undefined;
}

function preferred(renditions: readonly Rendition[]): Rendition | undefined {
  return (
    renditions.find((rendition) => rendition.isDefault) ??
    renditions.find((rendition) => rendition.isAutoselect) ??
    renditions[0]
  );
}

function matchAudio(playlist: MultivariantPlaylist, group: readonly Rendition[], wanted: string): Rendition {
  const text = wanted.toLowerCase();
  const tests: ((rendition: Rendition) => boolean)[] = [
    (rendition) => rendition.language?.toLowerCase() === text,
    (rendition) => rendition.name.toLowerCase() === text,
    (rendition) => rendition.language?.toLowerCase().startsWith(`${text}-`) === true,
  ];
  for (const test of tests) {
    const match = preferred(group.filter(test));
    if (match !== undefined) return match;
  }
  const offer = group.map((rendition) => [rendition.language, rendition.name].filter(Boolean).join(' '));
  const has = group.length === 0 ? 'no separate audio' : `audio ${offer.join('; ')}`;
  throw new PlaylistError('HLS_PLAYLIST_VARIANT', `The variant has no audio “${wanted}”; it has ${has}.`, {
    hint: 'Choose one of these by language or name, or take `default`, `all` or `none`.',
    url: playlist.url,
  });
}

/** Another place of the same variant, with the renditions of its groups. */
export interface Alternative {
  variant: Variant;
  renditions: readonly Rendition[];
}

/** The pathway of variants that name none (RFC 8216bis §4.4.6.2). */
export const DEFAULT_PATHWAY = '.';

/** The pathway that a variant belongs to. */
export function pathwayOf({ pathway = DEFAULT_PATHWAY }: Variant): string {
  return pathway;
}

/**
 * Where else the bits of a chosen variant can be had, in the order in which to try: redundant variants of its own pathway
 * (RFC 8216bis §6.2.4), then those of the others in the order of `pathways`, then of the rest as the playlist lists them.
 * The same bits: on another pathway the same STABLE-VARIANT-ID where both have one, else the same attributes; what tells
 * places apart (URI, PATHWAY-ID, names of groups) aside. Each address stands once; the chosen variant's own is not among
 * them. With `pathways`, those that it leaves out are left out: steering has withdrawn them. Pure.
 */
export function alternativesTo(
  playlist: MultivariantPlaylist,
  chosen: Variant,
  pathways?: readonly string[],
): Alternative[] {
  const own = pathwayOf(chosen);
  const rank = (variant: Variant): number => {
    const pathway = pathwayOf(variant);
    if (pathway === own) return -1;
    return pathways === undefined ? 0 : pathways.indexOf(pathway);
  };
  const seen = new Set([chosen.url]);
  return playlist.variants
    .filter((variant) => isSameBits(variant, chosen))
    .filter((variant) => pathways === undefined || pathwayOf(variant) === own || pathways.includes(pathwayOf(variant)))
    .toSorted((a, b) => rank(a) - rank(b))
    .filter(({ url }) => !seen.has(url) && seen.add(url))
    .map((variant) => ({ variant, renditions: playlist.renditions.filter(isOfVariant(variant)) }));
}

/**
 * The rendition of an alternative that stands for `rendition` of the chosen variant: the same STABLE-RENDITION-ID, else the
 * same type, name and language. Undefined when there is none, or more than one could be meant: then the alternative
 * cannot replace the variant.
 */
export function counterpartOf(rendition: Rendition, { renditions }: Alternative): Rendition | undefined {
  const sameType = renditions.filter(({ type }) => type === rendition.type);
  const { stableId } = rendition;
  const stable = stableId === undefined ? undefined : sameType.find((other) => other.stableId === stableId);
  if (stable !== undefined) return stable;
  const alike = sameType.filter(({ name, language }) => name === rendition.name && language === rendition.language);
  return alike.length === 1 ? alike[0] : undefined;
}

function isSameBits(a: Variant, b: Variant): boolean {
  if (a.isIframe !== b.isIframe) return false;
  if (pathwayOf(a) !== pathwayOf(b) && a.stableId !== undefined && b.stableId !== undefined) {
    return a.stableId === b.stableId;
  }
  return SAME_FIELDS.every((field) => a[field] === b[field]);
}

/** What redundant variants have in common. */
const SAME_FIELDS = [
  'bandwidth',
  'averageBandwidth',
  'width',
  'height',
  'frameRate',
  'codecs',
  'supplementalCodecs',
  'videoRange',
  'videoLayout',
] as const satisfies readonly (keyof Variant)[];

function isOfVariant({ audio, subtitles, video, closedCaptions }: Variant): (rendition: Rendition) => boolean {
  const groups = { AUDIO: audio, SUBTITLES: subtitles, VIDEO: video, 'CLOSED-CAPTIONS': closedCaptions };
  return ({ type, groupId }) => groups[type] === groupId;
}

/** A variant for people: `2160p · 43.2 Mbit/s · 60 fps · avc1.640033,mp4a.40.2`; what is unknown is left out. */
export function describeVariant(variant: Omit<Variant, 'url'>): string {
  const { height, bandwidth, frameRate, codecs } = variant;
  const parts = [
    height === undefined ? undefined : `${height}p`,
    bandwidth === 0 ? undefined : describeBandwidth(bandwidth),
    frameRate === undefined ? undefined : `${Number(frameRate.toFixed(2))} fps`,
    codecs,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? 'unnamed variant' : parts.join(' · ');
}

function describeBandwidth(bitsPerSecond: number): string {
  return bitsPerSecond < 1e6
    ? `${Math.round(bitsPerSecond / 1e3)} kbit/s`
    : `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s`;
}
