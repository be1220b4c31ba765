import type { MediaPlaylist } from '../playlist/model.ts';

/** Where a recording begins: at the live edge, or with the oldest fragment that the playlist has. */
export type JoinPoint = 'edge' | 'start';

/**
 * The place in `fragments` to begin with. At the `edge`: the one that EXT-X-START points to; else the last one that begins at
 * least HOLD-BACK, or three target durations, before the end (RFC 8216bis §6.3.3, §4.4.2.2); with parts (`hasParts`)
 * PART-HOLD-BACK before the last of them. A playlist that is over has no edge and is taken from its start.
 */
export function joinAt(playlist: MediaPlaylist, from: JoinPoint, hasParts = false): number {
  const { fragments, startOffsetS, hasEnd, parts = [], serverControl } = playlist;
  if (from === 'start' || hasEnd === true || fragments.length === 0) return 0;
  const starts: number[] = [];
  let totalS = 0;
  for (const { durationS } of fragments) {
    starts.push(totalS);
    totalS += durationS;
  }
  const partBackS = hasParts ? serverControl?.partHoldBackS : undefined;
  if (partBackS !== undefined) totalS += parts.reduce((sum, { durationS }) => sum + durationS, 0);
  const backS = partBackS ?? serverControl?.holdBackS ?? 3 * (playlist.targetDurationS ?? longest(playlist));
  const atS = startOffsetS === undefined ? totalS - backS : startOffsetS < 0 ? totalS + startOffsetS : startOffsetS;
  // Durations are sums of decimal fractions: a hair must not cost a fragment.
  return Math.max(
    0,
    starts.findLastIndex((startS) => startS <= atS + 1e-6),
  );
}

function longest({ fragments }: MediaPlaylist): number {
  return fragments.reduce((longestS, { durationS }) => Math.max(longestS, durationS), 0);
}
