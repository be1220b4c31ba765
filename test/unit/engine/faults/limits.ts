import type { Limits } from '../../../../src/engine/request.ts';

/** Short, so that a fault that only time can show is shown soon; small, so that a body without end is soon too large. */
export const shortLimits: Partial<Limits> = {
  firstByteMs: 1_000,
  stallMs: 800,
  rateWindowMs: 800,
  tries: 4,
  noProgressMs: 5_000,
  playlistBytes: 1_000_000,
  fragmentBytes: 500_000,
  undeclaredBandwidth: 500_000,
};
