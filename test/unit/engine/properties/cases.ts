/** The long form of the tests: `npm run test:long`. */
export const isLong = process.env['HOTFRAME_LONG'] === '1';

/** Cases of a property: so many in `npm test`, ten times as many in the long form. */
export function casesOf(short: number): { numRuns: number } {
  return { numRuns: isLong ? short * 10 : short };
}

/** Milliseconds that a test may take in `npm test`, ten times as many in the long form. */
export function allowedMs(short: number): number {
  return isLong ? short * 10 : short;
}
