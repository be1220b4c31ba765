const tolerance = 0.1;
/** A frame or two: how a muxer cuts audio frames at a fragment's end, whatever the fragment's length. */
const leastToleranceS = 0.1;
/** What rounding to whole seconds hides. */
const roundingS = 0.5;

/**
 * What is wrong, in words, with a fragment of `measuredS` seconds of media where the playlist says `extinfS`; `undefined`
 * when they fit within 10 %, 0.1 s at least. `measuredS` is `undefined` where it can't be known, which is no problem, and 0
 * where there is no media. An EXTINF that the playlist writes without decimals (`isWhole`) may be rounded (RFC 8216bis
 * §4.4.4.1) and allows 0.5 s more; where the caller doesn't know, every whole number of seconds does.
 */
export function mediaTimeProblem(
  measuredS: number | undefined,
  extinfS: number,
  isWhole = Number.isInteger(extinfS),
): string | undefined {
  // Some packagers write EXTINF:0 for "unknown".
  if (measuredS === undefined || extinfS === 0) return undefined;
  if (measuredS === 0) return `there is no media time in it, its EXTINF says ${seconds(extinfS)}`;
  const allowedS = Math.max(leastToleranceS, extinfS * tolerance) + (isWhole ? roundingS : 0);
  // Sums of binary fractions must not refuse what is 10 % off exactly.
  if (Math.abs(measuredS - extinfS) <= allowedS + 1e-9) return undefined;
  return `it holds ${seconds(measuredS)} of media, its EXTINF says ${seconds(extinfS)}`;
}

/**
 * Of the seconds that each track lasts, those that come closest to `expectedS`, or the most where nothing is expected;
 * `undefined` where there are none. Tracks of one fragment may end apart, and EXTINF goes by one of them.
 */
export function decidingDuration(tracksS: readonly number[], expectedS = Infinity): number | undefined {
  let deciding: number | undefined;
  for (const seconds of tracksS) {
    const isCloser = deciding === undefined || Math.abs(seconds - expectedS) < Math.abs(deciding - expectedS);
    if (expectedS === Infinity ? seconds > (deciding ?? -1) : isCloser) deciding = seconds;
  }
  return deciding;
}

function seconds(value: number): string {
  return `${Number(value.toFixed(value < 0.1 ? 3 : 2))} s`;
}
