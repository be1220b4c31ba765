/** Timestamps of transport streams; every rebase is a whole number of its ticks, so that none is rounded. */
const CLOCK_HZ = 90_000;

/** How much later than the end of what came before a section may be declared before that counts as a hole. Seconds. */
const HOLE_S = 1;

/** What is added to every timestamp of a section, in all tracks alike, so that sound and picture stay together. */
export function rebase(section: {
  /** The earliest timestamp in it, on its own clock. Seconds, as all of this. */
  startS: number;
  /** Where the sections before it end on the output's time line; 0 for the first. */
  previousEndS: number;
  /** Where the playlist puts it. */
  declaredS: number;
}): number {
  const isHole = section.declaredS - section.previousEndS > HOLE_S;
  const targetS = isHole ? section.declaredS : section.previousEndS;
  // The end is rounded up: one tick too early would put a packet before the last one.
  return Math.ceil(targetS * CLOCK_HZ - 1e-3) / CLOCK_HZ - Math.round(section.startS * CLOCK_HZ) / CLOCK_HZ;
}

/** Difference of a timestamp to where the track stood that no encoder causes: the clock started again. Seconds. */
const JUMP_BACK_S = 2;
const JUMP_AHEAD_S = 12 * 3600;

/** Whether a clock started again where no discontinuity was declared. */
export function isJump(timestampS: number, reachedS: number): boolean {
  return timestampS < reachedS - JUMP_BACK_S || timestampS > reachedS + JUMP_AHEAD_S;
}
