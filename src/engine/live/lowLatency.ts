import type { HintedPart } from '../fragment/hintedParts.ts';
import type { MediaPlaylist, Part, PreloadHint } from '../playlist/model.ts';

/** Whether the newest fragment is fetched part by part, and why. */
export type PartsDecision =
  /** `blocking`: each list is held until it has a further part; `faster`: a list that is polled ends with a part, not a fragment. */
  | { areUsed: true; why: 'blocking' | 'faster' }
  /**
   * `none`: there are none (or EXT-X-PART-INF is missing); `over`: no fragment is to come; `I-frames`: its list is no stream of
   * its own; `slow`: a part lasts about as long as a fragment, and the whole fragment costs one request.
   */
  | { areUsed: false; why: 'none' | 'over' | 'I-frames' | 'slow' };

/**
 * Decides whether parts lower the delay (RFC 8216bis §4.4.3.7, §6.2.5.2). `canBlock`: the origin says that it holds a reload, and
 * does. Pure.
 */
export function decideParts(playlist: MediaPlaylist, canBlock: boolean): PartsDecision {
  const { partTargetS, targetDurationS = 0, hasEnd, isIframesOnly } = playlist;
  if (hasEnd === true) return { areUsed: false, why: 'over' };
  if (isIframesOnly === true) return { areUsed: false, why: 'I-frames' };
  if (partTargetS === undefined || partTargetS <= 0) return { areUsed: false, why: 'none' };
  if (canBlock) return { areUsed: true, why: 'blocking' };
  return partTargetS <= targetDurationS / 2 ? { areUsed: true, why: 'faster' } : { areUsed: false, why: 'slow' };
}

/**
 * The part that EXT-X-PRELOAD-HINT announces, where it can be asked for ahead: it must be known where it ends. One without a
 * length is the rest of its resource (§4.4.5.3), which is one part only where parts are resources of their own. Of several
 * hints the first counts (§6.3.8). Pure.
 */
export function hintedPart({ preloadHints = [], parts = [], fragments }: MediaPlaylist): HintedPart | undefined {
  const hint = preloadHints.find(({ type }) => type === 'PART');
  if (hint === undefined) return undefined;
  const listed = [...(fragments.at(-1)?.parts ?? []), ...parts];
  return isWholeResource(hint, listed) ? { url: hint.url } : rangeOf(hint);
}

function isWholeResource({ start, length, url }: PreloadHint, listed: readonly Part[]): boolean {
  if (start !== 0 || length !== undefined || listed.length === 0) return false;
  return listed.every((part) => part.byteRange === undefined && part.url !== url);
}

function rangeOf({ url, start, length }: PreloadHint): HintedPart | undefined {
  return length === undefined || length === 0 ? undefined : { url, byteRange: { offset: start, length } };
}
